from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable

import pluggy
import pytest

import copydesk
from copydesk import hookspecs

HOOKS = [function for name, function in vars(hookspecs).items() if name.startswith("copydesk_")]


def test_the_hooks_are_these() -> None:
    assert [hook.__name__ for hook in HOOKS] == [
        "copydesk_register_readers",
        "copydesk_register_rules",
        "copydesk_register_exporters",
        "copydesk_register_engines",
        "copydesk_run_finished",
    ]


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.__name__)
def test_each_hook_is_a_spec_typed_and_documented_with_the_version_that_brought_it(hook: Callable[..., object]) -> None:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    assert getattr(manager.hook, hook.__name__).has_spec()

    from copydesk.cleaning.rule import Rule
    from copydesk.exporting.exporter import ArticleExporter, CollectionExporter
    from copydesk.reading.source import Reader
    from copydesk.running.engine import Engine
    from copydesk.running.report import RunReport

    kinds = (Rule, ArticleExporter, CollectionExporter, Engine, Reader, RunReport)
    names = {kind.__name__: kind for kind in kinds}
    hints = typing.get_type_hints(hook, localns=names)
    parameters = inspect.signature(hook).parameters
    assert set(hints) == {"return", *parameters}

    text = inspect.getdoc(hook) or ""
    since = re.search(r"^Since:\n    (\d+\.\d+)$", text, re.MULTILINE)
    assert since
    if hints["return"] is not type(None):
        assert "\nReturns:\n" in text
    for parameter in parameters:
        assert f"    {parameter}: " in text


def test_public_names_can_all_be_imported_and_nothing_else() -> None:
    for name in copydesk.__all__:
        assert getattr(copydesk, name) is not None
    assert dir(copydesk) == sorted(copydesk.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = copydesk.nothing
