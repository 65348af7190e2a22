"""`copydesk rules`, and `--disable` and `--rules` of `convert`."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from copydesk.article.ledger import from_jsonl
from copydesk.cleaning.pipeline import PIPELINE

Run = Callable[..., Any]
Install = Callable[..., Path]
Write = Callable[..., Path]

SITE = """
from __future__ import annotations

from dataclasses import dataclass

from copydesk import Rule, hookimpl
from copydesk.article.ledger import LedgerRule


@dataclass(frozen=True)
class Wanted:
    start: str


def apply(draft):
    \"\"\"Drop what the harbour says of itself.

    Nothing else.
    \"\"\"
    found = [block for block in draft.blocks if block.text.startswith(Wanted("About the").start)]
    for block in found:
        draft.drop(block.passage, "site.about")
    draft.take_out(found)


@hookimpl
def copydesk_register_rules():
    ledger = LedgerRule(id="site.about", d="drop", match=r"About the .*", reason="the house itself")
    return [Rule("site-about", apply, (ledger,), after="gallery")]
"""

ARTICLE = """\
Harbour ferry returns after the winter

The harbour ferry sails again from Monday, twice an hour, the port authority announced.. It has new seats.

About the harbour: it is deep.
"""

STRANGER = """
from copydesk import Rule, hookimpl

@hookimpl
def copydesk_register_rules():
    return [Rule("stranger", lambda draft: None)]
"""


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def site_rules() -> Path:
    path = Path("site.py")
    path.write_text(SITE, encoding="utf-8")
    return path


def listed(done: Any) -> list[list[str]]:
    """Name and provider of each rule that was printed, in order."""
    assert (done.code, done.err) == (0, "")
    return [line.split(maxsplit=2)[1:] for line in done.out.splitlines() if line[:2].strip().isdecimal()]


def test_rules_lists_the_order_with_what_each_does_and_its_ledger_rules(copydesk: Run, install_plugin: Install) -> None:
    install_plugin("stranger", STRANGER, distribution="stranger-rules", version="0.9")
    done = copydesk("rules")
    rows = listed(done)
    core = f"copydesk {version('copydesk')}"
    assert [row for row in rows if row[0] != "stranger"] == [[rule.name, core] for rule in PIPELINE]
    assert rows.index(["stranger", "stranger-rules 0.9"]) + 1 == rows.index(["lead", core])
    lines = done.out.splitlines()
    at = next(number for number, line in enumerate(lines) if " gallery " in line)
    assert lines[at + 1].startswith("    Turn a run of indented lines that ends with a slide counter")
    assert lines[at + 2] == "    ledger: gallery.caption, gallery.counter"
    assert "    (says nothing about itself)" in lines


def test_rules_honours_disable_and_rules(copydesk: Run, site_rules: Path) -> None:
    done = copydesk("rules", "--rules", site_rules, "--disable", "lead, quotations", "--disable=gallery")
    names = [name for name, _ in listed(done)]
    expected = [rule.name for rule in PIPELINE if rule.name not in ("gallery", "lead", "quotations")]
    expected.insert(expected.index("quote-marks"), "site-about")
    assert names == expected
    assert ["site-about", "site.py"] in listed(done)
    assert "    Drop what the harbour says of itself.\n    ledger: site.about\n" in done.out
    assert done.out.endswith("\nleft out: lead, quotations, gallery\n")


def test_rules_names_a_plugin_that_is_broken(copydesk: Run, install_plugin: Install) -> None:
    install_plugin("aaa", "import nothing_of_that_name", distribution="stranger-aaa")
    done = copydesk("rules")
    assert done.code == 0
    assert "warning: stranger-aaa 1.0: plugin 'aaa' did not load: ModuleNotFoundError" in done.err


def entries(copydesk: Run, *arguments: object) -> list[str]:
    done = copydesk("convert", "in", "--to", "xml", "-q", *arguments)
    assert (done.code, done.err) == (0, "")
    return [entry.rule for entry in from_jsonl(Path("exports/xml/ferry.ledger.jsonl").read_bytes()).entries]


def test_convert_leaves_out_a_rule(copydesk: Run, article_file: Write) -> None:
    article_file(text=ARTICLE)
    assert "typo.double-stop" in entries(copydesk)
    assert "typo.double-stop" not in entries(copydesk, "--disable", "double-stop")
    assert "announced.. It has" in Path("exports/xml/ferry.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", [("rules",), ("convert", "in", "--to", "xml")])
@pytest.mark.parametrize(
    ("disabled", "said"),
    [
        ("dubble-stop", "no rule 'dubble-stop'; did you mean double-stop? There is mojibake, page-frame, "),
        ("title", "the rule 'title' cannot be left out, as every article has a title"),
        ("gallery,,what", "no rule 'what'; there is"),
    ],
)
def test_disable_takes_the_names_of_rules_that_can_be_left_out(
    copydesk: Run, article_file: Write, command: tuple[str, ...], disabled: str, said: str
) -> None:
    article_file()
    done = copydesk(*command, "--disable", disabled)
    assert done.code == 2
    assert done.err.startswith("error: --disable: ")
    assert said in done.err
    assert not Path("exports").exists()


def test_a_site_has_rules_in_a_file(copydesk: Run, article_file: Write, site_rules: Path) -> None:
    article_file(text=ARTICLE)
    assert "site.about" not in entries(copydesk)
    assert "site.about" in entries(copydesk, "--rules", site_rules)
    assert "About the" not in Path("exports/xml/ferry.xml").read_text(encoding="utf-8")
    assert "site.about" not in entries(copydesk, "--rules", site_rules, "--disable", "site-about")
    assert {path.name for path in Path().iterdir()} == {"exports", "in", "site.py"}  # nothing compiled is left behind


def test_the_place_and_name_of_the_file_change_nothing(copydesk: Run, article_file: Write, site_rules: Path) -> None:
    article_file(text=ARTICLE)
    entries(copydesk, "--rules", site_rules)
    before = {path.name: path.read_bytes() for path in Path("exports/xml").iterdir()}
    Path("elsewhere").mkdir()
    moved = site_rules.rename("elsewhere/house rules.txt")
    entries(copydesk, "--rules", moved.resolve())
    assert {path.name: path.read_bytes() for path in Path("exports/xml").iterdir()} == before


def test_two_files_of_rules_are_each_a_plugin(copydesk: Run, site_rules: Path) -> None:
    Path("more.py").write_text(STRANGER, encoding="utf-8")
    rows = listed(copydesk("rules", "--rules", site_rules, "--rules", "more.py"))
    assert ["site-about", "site.py"] in rows
    assert ["stranger", "more.py"] in rows


BROKEN = {
    "syntax": ("def (", "these rules did not load: SyntaxError: "),
    "not UTF-8": (b"name = '\xff'", "these rules did not load: SyntaxError: "),
    "raises": ("1 / 0", "these rules did not load: ZeroDivisionError: division by zero; correct site.py; --debug"),
    "exits": ("raise SystemExit(0)", "these rules did not load: SystemExit: 0"),
    "no hook": ("RULES = []", "these rules did not load: PluginError: it implements no hook; its author should mark"),
    "misspelt hook": (
        STRANGER.replace("_rules():", "_rule():"),
        "these rules did not load: PluginValidationError: unknown hook 'copydesk_register_rule'",
    ),
    "no rule": (STRANGER.replace("Rule(", "print("), "these rules did not load: TypeError: "),
    "core's name": (
        STRANGER.replace("stranger", "lead"),
        "the rule 'lead' is provided by copydesk {core} and by site.py; give the one in your file another name",
    ),
    "no place": (
        STRANGER.replace("None)", "None, before='leed')"),
        "site.py: the rule 'stranger' stands by 'leed', which is no rule; there is mojibake",
    ),
}


@pytest.mark.parametrize(("content", "said"), BROKEN.values(), ids=BROKEN)
def test_a_file_of_rules_that_is_broken_is_named_and_nothing_is_written(
    copydesk: Run, article_file: Write, content: str | bytes, said: str
) -> None:
    article_file()
    Path("site.py").write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    for command in (("rules",), ("convert", "in", "--to", "xml"), ("convert", "--to", "xml", "--help")):
        done = copydesk(*command, "--rules", "site.py")
        if "--help" in command and done.code == 0:
            continue  # it knows the formats without putting the rules in order
        assert done.code == 3
        assert "site.py" in done.err
        assert said.format(core=version("copydesk")) in done.err
        assert "Traceback" not in done.err
        assert not Path("exports").exists()


@pytest.mark.parametrize("name", ["nowhere.py", "in", ""])
def test_a_file_of_rules_that_cannot_be_read_is_a_usage_error(copydesk: Run, article_file: Write, name: str) -> None:
    article_file()
    done = copydesk("convert", "in", "--to", "xml", "--rules", name)
    assert done.code == 2
    assert done.err.startswith(f"error: {name or '.'}: this file of rules cannot be read: ")


def test_a_rule_of_a_file_that_raises_costs_one_document_and_names_the_file(copydesk: Run, article_file: Write) -> None:
    source = """
        from copydesk import Rule, hookimpl

        def apply(draft):
            if draft.source.name == "a.txt":
                raise ValueError("boom")

        @hookimpl
        def copydesk_register_rules():
            return [Rule("stranger", apply)]
        """
    Path("site.py").write_text("if True:\n" + source, encoding="utf-8")
    article_file("a.txt")
    article_file("b.txt")
    done = copydesk("convert", "in", "--to", "xml", "--rules", "site.py")
    assert done.code == 1
    assert Path("exports/xml/b.xml").exists()
    assert not Path("exports/xml/a.xml").exists()
    assert "rule 'stranger' failed: ValueError: boom; correct site.py; --debug shows where" in done.err
    assert 'site.py", line' in copydesk("convert", "in", "--to", "xml", "--rules", "site.py", "--debug").err


def test_the_file_of_the_documentation_works(copydesk: Run, article_file: Write) -> None:
    page = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", page, re.M | re.S)
    Path("house.py").write_text(code, encoding="utf-8")
    assert ["house-desk", "house.py"] in listed(copydesk("rules", "--rules", "house.py"))
    article_file(text=f"{ARTICLE}\nReporting by the harbour desk.\n")
    assert "house.desk" in entries(copydesk, "--rules", "house.py")
    assert "Reporting" not in Path("exports/xml/ferry.xml").read_text(encoding="utf-8")
    article_file(text=f"{ARTICLE}\nReporting by the harbour desk. It is new.\n")
    assert "house.desk" not in entries(copydesk, "--rules", "house.py")
