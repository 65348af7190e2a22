"""A plugin that was written for the previous version of the hooks loads, works, and is told what to change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copydesk import hookspecs
from copydesk.plugins import Plugins

Install = Callable[..., Path]
NEW = "copydesk_register_exporters"
OLD = "copydesk_exporters"


@pytest.fixture
def previous(exporter_source: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> str:
    """A plugin from before the hook of exporters was renamed."""
    monkeypatch.setattr(hookspecs, "RENAMED", {OLD: NEW})
    return exporter_source("shout").replace(f"def {NEW}", f"def {OLD}")


def test_it_loads_and_is_named_in_one_warning(install_plugin: Install, previous: str) -> None:
    install_plugin("shout", previous, version="0.9")
    with pytest.warns(DeprecationWarning, match="rename") as warned:
        plugins = Plugins()
    assert [str(warning.message) for warning in warned] == [
        f"plugin 'shout' (copydesk-shout 0.9): rename {OLD} to {NEW}"
    ]
    assert "shout" in plugins.formats
    assert not plugins.broken


def test_where_warnings_are_errors_it_is_one(install_plugin: Install, previous: str) -> None:
    install_plugin("shout", previous)
    with pytest.raises(DeprecationWarning, match=f"rename {OLD} to {NEW}"):  # as pytest is set up for this project
        Plugins()


@pytest.mark.filterwarnings("default::DeprecationWarning")
def test_it_is_listed_and_converts(
    install_plugin: Install, previous: str, copydesk: Callable[..., Any], article_file: Callable[..., Path]
) -> None:
    install_plugin("shout", previous, version="0.9")
    listed = copydesk("plugins").out
    row = next(line for line in listed.splitlines() if OLD in line)
    assert row.split() == ["copydesk-shout", "0.9", "shout", "rename", OLD, "to", NEW]
    assert "OUTDATED" in listed
    assert "BROKEN" not in listed
    source = article_file()
    # In this process, as no other knows of the hook that is renamed for this test.
    assert copydesk("convert", source, "--to", "shout", "--jobs", "0", "--output", source.parent / "out").code == 0
    assert len(list(source.parent.glob("out/shout/*.out"))) == 1


def test_one_for_both_versions_is_asked_once_and_not_warned_about(install_plugin: Install, previous: str) -> None:
    both = f"{previous}\n@hookimpl\ndef {NEW}():\n    return [Stranger]\n"
    install_plugin("shout", both.replace(f"def {OLD}():\n", f"def {OLD}():\n    raise RuntimeError\n"))
    plugins = Plugins()
    assert "shout" in plugins.formats
    assert not plugins.broken
    assert not plugins.outdated


def test_a_name_that_never_was_is_still_refused(install_plugin: Install, exporter_source: Callable[..., str]) -> None:
    install_plugin("shout", exporter_source("shout").replace(f"def {NEW}", f"def {OLD}"))
    (broken,) = Plugins().broken
    assert OLD in broken.error


def test_every_new_name_is_a_hook() -> None:
    assert all(hasattr(hookspecs, new) and not hasattr(hookspecs, old) for old, new in hookspecs.RENAMED.items())
