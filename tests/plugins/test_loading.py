from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from copydesk.errors import PluginError, UsageError
from copydesk.plugins import Plugins
from copydesk.recipe import Recipe

Install = Callable[..., Path]
Source = Callable[..., str]

FIRST_PARTY = {"csv", "epub", "jsonld", "markdown", "xml"}

BROKEN = {
    "does not import": "import a_module_that_does_not_exist",
    "syntax": "def (",
    "raises while importing": "raise RuntimeError('boom')",
    "exits while importing": "raise SystemExit(0)",
    "misspelt hook": """
        from copydesk import hookimpl
        @hookimpl
        def copydesk_register_exporter():
            return []
        """,
    "forgotten mark": """
        def copydesk_register_exporters():
            return []
        """,
    "unknown hook argument": """
        from copydesk import hookimpl
        @hookimpl
        def copydesk_register_exporters(config):
            return []
        """,
    "hook raises": """
        from copydesk import hookimpl
        @hookimpl
        def copydesk_register_exporters():
            raise ValueError("boom")
        """,
    "hook exits": """
        import sys
        from copydesk import hookimpl
        @hookimpl
        def copydesk_register_exporters():
            sys.exit(0)
        """,
    "hook raises while iterated": """
        from copydesk import hookimpl
        @hookimpl
        def copydesk_register_exporters():
            yield from ()
            raise ValueError("boom")
        """,
    "not iterable": """
        from copydesk import hookimpl
        @hookimpl
        def copydesk_register_exporters():
            return 5
        """,
    "not an exporter": """
        from copydesk import hookimpl
        @hookimpl
        def copydesk_register_exporters():
            return [dict]
        """,
    "not a reader": """
        from copydesk import hookimpl
        @hookimpl
        def copydesk_register_readers():
            return [dict]
        """,
}


@pytest.mark.parametrize("source", BROKEN.values(), ids=BROKEN)
def test_a_broken_plugin_is_kept_with_its_reason_and_takes_no_other_with_it(
    install_plugin: Install, source: str
) -> None:
    install_plugin("aaa", source, distribution="stranger-aaa", version="3.2.1")

    plugins = Plugins()

    (broken,) = plugins.broken
    assert str(broken.provider) == "stranger-aaa 3.2.1"
    assert broken.error.startswith(type(broken.cause).__name__)
    assert set(plugins.formats) >= FIRST_PARTY
    assert plugins.select(["all"])[0]
    with pytest.raises(UsageError, match=r"no plugin provides the format 'nope'.*stranger-aaa 3\.2\.1: "):
        plugins.select(["nope"])


def test_a_hook_may_be_a_method_of_an_object(install_plugin: Install) -> None:
    source = """
        from copydesk import Rule, hookimpl

        class Desk:
            @hookimpl
            def copydesk_register_rules(self):
                return [Rule("desk", lambda draft: None)]

        copydesk_register_rules = Desk().copydesk_register_rules
        """
    install_plugin("aaa", source)
    plugins = Plugins()
    assert not plugins.broken
    assert "desk" in [rule.name for rule, _ in plugins.rules]


def test_what_a_broken_plugin_did_is_said(install_plugin: Install) -> None:
    install_plugin("aaa", BROKEN["misspelt hook"])
    install_plugin("bbb", BROKEN["forgotten mark"])
    install_plugin("ccc", BROKEN["exits while importing"])

    errors = [broken.error for broken in Plugins().broken]

    assert "copydesk_register_exporter" in errors[0]
    assert "@hookimpl" in errors[1]
    assert errors[2].startswith("SystemExit")


def test_the_users_interrupt_is_not_taken_for_a_broken_plugin(install_plugin: Install) -> None:
    install_plugin("aaa", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        Plugins()


def test_plugins_load_in_order_of_entry_point_name(install_plugin: Install, exporter_source: Source) -> None:
    for name in ("zzz", "mmm", "aaa"):
        install_plugin(name, BROKEN["does not import"])
    assert [broken.provider.plugin for broken in Plugins().broken] == ["aaa", "mmm", "zzz"]


def test_formats_are_ordered_and_know_their_distribution(install_plugin: Install, exporter_source: Source) -> None:
    install_plugin("shout", exporter_source("shout"), distribution="stranger-shout", version="0.9")
    formats = Plugins().formats
    assert list(formats) == sorted(formats)
    assert set(formats) >= {"shout", *FIRST_PARTY}
    assert [str(known.provider) for known in formats["shout"]] == ["stranger-shout 0.9"]
    assert [str(known.provider.distribution) for known in formats["xml"]] == ["copydesk"]


def test_one_module_named_by_two_entry_points_is_one_format(install_plugin: Install, exporter_source: Source) -> None:
    site = install_plugin("shout", exporter_source("shout"))
    entries = next(site.glob("*.dist-info")) / "entry_points.txt"
    module = entries.read_text(encoding="utf-8").rpartition("= ")[2].strip()
    entries.write_text(f"[copydesk]\nshout = {module}\nwhisper = {module}\n", encoding="utf-8")

    plugins = Plugins()

    assert len(plugins.formats["shout"]) == 1
    assert not plugins.broken


def test_a_name_clash_names_both_distributions_and_harms_no_other_format(
    install_plugin: Install, exporter_source: Source
) -> None:
    install_plugin("one", exporter_source("shout", default=True), distribution="stranger-one", version="1.1")
    install_plugin("two", exporter_source("shout", default=True), distribution="stranger-two", version="2.2")
    plugins = Plugins()

    found, missing = plugins.select(["shout", "xml"])
    assert [known.exporter.name for known in found] == ["xml"]
    assert [type(error) for error in missing] == [PluginError]
    assert "stranger-one 1.1 and by stranger-two 2.2" in str(missing[0])

    found, missing = plugins.select(["all"])
    assert {known.exporter.name for known in found} == FIRST_PARTY
    assert len(missing) == 1


def test_nobody_can_take_the_place_of_a_built_in_format(install_plugin: Install, exporter_source: Source) -> None:
    install_plugin("evil", exporter_source("xml"), distribution="stranger-evil")
    found, missing = Plugins().select(["xml"])
    assert not found
    assert "copydesk " in str(missing[0])
    assert "stranger-evil 1.0" in str(missing[0])


def test_all_means_the_formats_that_declare_themselves_defaults(
    install_plugin: Install, exporter_source: Source
) -> None:
    install_plugin("aaa", exporter_source("aaa"))
    install_plugin("bbb", exporter_source("bbb", default=True))
    found, missing = Plugins().select(["all", "aaa"])
    assert {known.exporter.name for known in found} == FIRST_PARTY | {"aaa", "bbb"}
    assert not missing


def test_a_broken_plugin_is_needed_if_its_format_is_asked_for_by_name_or_by_all(install_plugin: Install) -> None:
    install_plugin("aaa", BROKEN["raises while importing"], distribution="stranger-aaa")
    plugins = Plugins()

    assert plugins.select(["csv"])[1] == []
    for names in (["csv", "aaa"], ["all"]):
        found, (error,) = plugins.select(names)
        assert found
        assert error.exit_code == 3
        assert str(error).startswith("stranger-aaa 1.0: plugin 'aaa' did not load: RuntimeError: boom")


def test_only_the_named_plugins_are_imported(install_plugin: Install, exporter_source: Source) -> None:
    install_plugin("aaa", BROKEN["raises while importing"])
    install_plugin("shout", exporter_source("shout"))
    plugins = Plugins(only=["shout"])
    assert not plugins.broken
    assert set(plugins.formats) == {"shout", "xml"}


def test_an_unknown_format_lists_what_there_is_and_suggests(install_plugin: Install) -> None:
    with pytest.raises(UsageError) as caught:
        Plugins().select(["markdwon"])
    assert "did you mean markdown?" in str(caught.value)
    assert f"There is {', '.join(Plugins().formats)}, and all" in str(caught.value)
    assert caught.value.exit_code == 2


READER = """
from copydesk import Reader, hookimpl

class Log(Reader):
    name = {name!r}
    suffixes = (".log",)
    media_type = "text/plain"
    def sniff(self, view):
        return 0.0
    def read(self, source):
        pass

@hookimpl
def copydesk_register_readers():
    return [Log]
"""


def test_readers_of_plugins_follow_those_of_core(install_plugin: Install) -> None:
    install_plugin("log", READER.format(name="log"))
    assert [reader.name for reader in Plugins(only=["log"]).reader_types()] == ["text", "markdown", "log"]


def test_two_readers_of_one_name_are_an_error_that_names_both(install_plugin: Install) -> None:
    install_plugin("log", READER.format(name="text"), distribution="stranger-log")
    with pytest.raises(PluginError, match=r"copydesk \S+ and by stranger-log 1\.0"):
        Plugins().reader_types()


RULE = """
from copydesk import Rule, hookimpl
from copydesk.article.ledger import LedgerRule

@hookimpl
def copydesk_register_rules():
    return [Rule({name!r}, lambda draft: None, (LedgerRule(id={id!r}, d="drop", reason="stranger", match="x"),))]
"""


def test_rules_of_plugins_run_before_the_lead_by_name_of_the_plugin(install_plugin: Install) -> None:
    from copydesk.cleaning.pipeline import PIPELINE

    install_plugin("zzz", RULE.format(name="last", id="zzz.mark"))
    install_plugin("rules", RULE.format(name="stranger", id="stranger.mark"))
    names = [rule.name for rule in Plugins().rule_sequence()]
    place = names.index("lead")
    assert names[place - 2 : place] == ["stranger", "last"]
    assert [*names[: place - 2], *names[place:]] == [rule.name for rule in PIPELINE]


PLACED = """
from copydesk import Rule, hookimpl

@hookimpl
def copydesk_register_rules():
    return [Rule("stranger", lambda draft: None, {})]
"""


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (
            "before='nowhere'",
            r"the rule 'stranger' stands by 'nowhere', which is no rule; there is .*source-footer",
        ),
        ("before='lead', after='gallery'", r"says both before='lead' and after='gallery'; keep one"),
        ("after='stranger'", r"the rule 'stranger' stands before or after itself, by way of stranger; place one of"),
    ],
)
def test_a_rule_that_stands_nowhere_is_an_error_that_names_it_and_its_plugin(
    install_plugin: Install, place: str, said: str
) -> None:
    install_plugin("rules", PLACED.format(place), distribution="stranger-rules")
    with pytest.raises(PluginError, match=rf"^stranger-rules 1\.0: .*{said}"):
        Plugins().rule_sequence()


@pytest.mark.parametrize(
    "rule",
    [
        "Rule('No Name', print)",
        "Rule('stranger', None)",
        "Rule('stranger', print, [])",
        "Rule('stranger', print, before=['lead'])",
        "dict()",
    ],
)
def test_what_is_no_rule_is_a_broken_plugin(install_plugin: Install, rule: str) -> None:
    install_plugin("aaa", PLACED.replace('Rule("stranger", lambda draft: None, {})', rule))
    plugins = Plugins()
    assert [broken.provider.plugin for broken in plugins.broken] == ["aaa"]
    assert plugins.rule_sequence()


@pytest.mark.parametrize(
    ("rule", "clash"),
    [
        ({"name": "lead", "id": "stranger.mark"}, "the rule 'lead'"),
        ({"name": "stranger", "id": "gallery.counter"}, "the ledger rule 'gallery.counter'"),
    ],
)
def test_rules_that_clash_are_an_error_that_names_both(
    install_plugin: Install, rule: dict[str, str], clash: str
) -> None:
    install_plugin("rules", RULE.format(**rule), distribution="stranger-rules")
    with pytest.raises(PluginError, match=rf"{clash} is provided by copydesk \S+ and by stranger-rules 1\.0"):
        Plugins().rule_sequence()


def test_every_plugin_is_told_that_a_run_is_over_though_one_raises(install_plugin: Install, tmp_path: Path) -> None:
    note = tmp_path / "note"
    install_plugin(
        "aaa",
        """
        from copydesk import hookimpl
        @hookimpl
        def copydesk_run_finished(report):
            raise SystemExit("boom")
        """,
        distribution="stranger-aaa",
    )
    install_plugin(
        "bbb",
        f"""
        import pathlib
        from copydesk import hookimpl
        @hookimpl
        def copydesk_run_finished(report):
            pathlib.Path({str(note)!r}).write_text(report)
        """,
    )

    errors = Plugins().run_finished("the report")  # type: ignore[arg-type]

    assert [str(error) for error in errors] == [
        "stranger-aaa 1.0: plugin 'aaa' failed in copydesk_run_finished: SystemExit: boom"
    ]
    assert note.read_text() == "the report"


def test_a_worker_does_not_leave_out_a_format_whose_plugin_does_not_load_there(
    install_plugin: Install, tmp_path: Path
) -> None:
    install_plugin("shout", "raise RuntimeError('only in workers')")
    recipe = Recipe(formats=("xml", "shout"), options={}, settings={}, output=tmp_path)
    with pytest.raises(PluginError, match="'shout' did not load: RuntimeError: only in workers"):
        recipe.targets(Plugins())
