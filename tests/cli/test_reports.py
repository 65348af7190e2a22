"""Reports, thresholds and logs, as `convert` gives them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import junitparser
import pytest

Run = Callable[..., Any]
Install = Callable[..., Path]
Source = Callable[..., str]
Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def report(name: str = "report.json") -> Any:
    return json.loads(Path(name).read_text(encoding="utf-8"))


def test_every_kind_tells_of_the_same_run(copydesk: Run, article_file: Write) -> None:
    article_file()
    article_file("empty.txt", b"")
    names = ("report.json", "reports/junit.xml", "a.sarif", "summary.md")
    done = copydesk("convert", "in", "missing.txt", "--to", "xml", *(f"--report={name}" for name in names))
    assert done.code == 1
    told = report()
    summary = told["summary"]
    assert (summary["documents"], summary["written"], summary["failed"], told["exit_code"]) == (3, 1, 2, 1)
    assert [document["status"] for document in told["documents"]].count("failed") == 2
    ferry = next(document for document in told["documents"] if document["source"].endswith("ferry.txt"))
    assert ferry["outputs"] == ["xml/ferry.xml", "xml/ferry.ledger.jsonl"]
    assert ferry["seconds"] > 0
    assert "headline" in ferry["fields"]
    assert ferry["characters"]["sentences"]["read"] > 100
    suite = next(iter(junitparser.JUnitXml.fromfile("reports/junit.xml")))
    assert (suite.tests, suite.errors, suite.failures) == (3, 2, 0)
    assert len(report("a.sarif")["runs"][0]["results"]) == 2
    assert "- missing.txt: no such file or folder" in Path("summary.md").read_text(encoding="utf-8")


def test_a_report_may_go_to_standard_output(copydesk: Run, article_file: Write) -> None:
    article_file()
    done = copydesk("convert", "in", "--to", "xml", "-q", "--report", "json:-")
    assert json.loads(done.out)["summary"]["written"] == 1
    assert not Path("-").exists()


def test_a_report_is_no_source_of_the_next_run(copydesk: Run, article_file: Write) -> None:
    article_file()
    article_file("other/summary.md", "Another summary\n\nThis one is an article, for all that its name says.\n")
    for _ in range(2):
        copydesk("convert", "in", "--to", "xml", "--report", "in/summary.md", "--report", "r.json")
        assert report("r.json")["summary"]["documents"] == 2


@pytest.mark.parametrize("options", [(), ("--check",)], ids=repr)
@pytest.mark.parametrize("name", ["in/notes.md", "json:in/notes.md", "json:copydesk.toml", "markdown:list.txt"])
def test_a_file_that_is_no_report_is_not_replaced(
    name: str, options: tuple[str, ...], copydesk: Run, article_file: Write
) -> None:
    path = Path(name.rpartition(":")[2])
    path.parent.mkdir(exist_ok=True)
    path.write_text("# Notes\n\nWhat somebody wrote.\n", encoding="utf-8")
    done = copydesk("convert", "in/notes.md", "--to", "xml", "--no-config", "--report", name, *options)
    assert done.code == 4
    assert f"error: {path}: the report cannot be written: there is a file of that name that is no report" in done.err
    assert path.read_text(encoding="utf-8") == "# Notes\n\nWhat somebody wrote.\n"


@pytest.mark.parametrize("name", ["junit:exports/xml/ferry.xml", "json:exports/xml/ferry.ledger.jsonl"])
def test_an_output_of_the_run_is_not_replaced(name: str, copydesk: Run, article_file: Write) -> None:
    article_file()
    done = copydesk("convert", "in", "--to", "xml", "--report", name)
    assert done.code == 4
    assert "there is a file of that name that is no report" in done.err
    assert Path("exports/xml/ferry.xml").read_bytes().startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<article')
    assert Path("exports/xml/ferry.ledger.jsonl").read_bytes().startswith(b'{"ledger"')


@pytest.mark.parametrize("kind", ["json", "junit", "sarif", "markdown"])
def test_a_report_of_any_kind_is_replaced(kind: str, copydesk: Run, article_file: Write) -> None:
    article_file()
    for each in (kind, "json", kind):
        assert copydesk("convert", "in", "--to", "xml", "--report", f"{each}:report").code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
def test_a_pipe_is_written_to_and_a_link_is_kept(copydesk: Run, article_file: Write) -> None:
    article_file()
    os.mkfifo("pipe")
    Path("link.json").symlink_to("kept/report.json")
    with subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE) as reader:
        assert reader.stdout
        copydesk("convert", "in", "--to", "xml", "--report", "json:pipe", "--report", "link.json")
        assert json.loads(reader.stdout.read())["summary"]["written"] == 1
    assert Path("pipe").is_fifo()
    assert Path("link.json").is_symlink()
    assert report("kept/report.json")["summary"]["written"] == 1


def test_what_is_only_listed_is_not_said_to_be_written(copydesk: Run, article_file: Write) -> None:
    article_file()
    copydesk("convert", "in", "--to", "xml", "--check", "--report", "r.md")
    said = Path("r.md").read_text(encoding="utf-8")
    for row in ("documents that would be written | 1", "would change | 2 files", "files written | 0 in exports (xml)"):
        assert f"| {row} |\n" in said.replace("\\", "")


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="there is no device that takes all")
def test_a_device_takes_several_reports(copydesk: Run, article_file: Write) -> None:
    article_file()
    assert (
        copydesk("convert", "in", "--to", "xml", "--report", "json:/dev/null", "--report", "junit:/dev/null").code == 0
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_standard_output_that_is_full_or_closed_is_no_defect(tmp_path: Path, article_file: Write) -> None:
    article_file()
    convert = f"{sys.executable} -m copydesk convert in --to xml"
    for command, code, said in (
        (f"{convert} --report json:- --report r.json > /dev/full", 4, "-: the report cannot be written: No space left"),
        (f"{convert} -o new --check | true; exit ${{PIPESTATUS[0]}}", 1, ""),
        (f"{convert} -o new --check >&-", 1, ""),
        (f"{convert} -o new --check > /dev/full", 4, "standard output: cannot be written: No space left"),
        (f"{convert} --force 2>&-", 0, ""),
        *(
            (
                f"{sys.executable} -m copydesk {command} > /dev/full",
                4,
                "standard output: cannot be written: No space left",
            )
            for command in ("rules", "plugins", "config")
        ),
        (
            f"GITHUB_ACTIONS=true {convert.replace(' in ', ' no-such ')} > /dev/full",
            4,
            "standard output: cannot be written: No space left",
        ),
    ):
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path, check=False)
        assert (done.returncode, "defect" in done.stderr, "Traceback" in done.stderr) == (code, False, False), done
        assert said in done.stderr
    assert report("r.json")["exit_code"] == 0


def test_warnings_that_fail_a_quiet_run_are_said(copydesk: Run, article_file: Write) -> None:
    article_file(
        "in.txt", "Ferry\n\nThe ferry caf\xe9 sails again, and all of the town came to see it.\n".encode("latin-1")
    )
    done = copydesk("convert", "in", "--to", "xml", "--strict", "-q", "--report", "r.xml", "--report", "r.sarif")
    assert done.code == 1
    assert "warning: in/in.txt: " in done.err
    suite = next(iter(junitparser.JUnitXml.fromfile("r.xml")))
    assert (suite.tests, suite.errors, suite.failures) == (2, 0, 1)
    (invocation,) = report("r.sarif")["runs"][0]["invocations"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "1 warning"


def test_annotations_and_diffs_keep_out_of_a_report(
    copydesk: Run, article_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    article_file()
    article_file("empty.txt", b"")
    done = copydesk("convert", "in", "--to", "xml", "--check", "--report", "json:-")
    assert json.loads(done.out)["summary"]["changes"] == 2
    assert "::error file=in/empty.txt" in done.err
    assert "would write xml/ferry.xml" in done.err


def test_annotations_name_files_from_the_root_of_the_repository(
    copydesk: Run, article_file: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    article_file("empty.txt", b"")
    Path("site").mkdir()
    monkeypatch.chdir("site")
    done = copydesk("convert", "../in", "--to", "xml", "--report", "r.sarif")
    assert "::error file=in/empty.txt,title=copydesk::" in done.out
    (result,) = report("r.sarif")["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "in/empty.txt"


def test_reports_do_not_touch_outputs(copydesk: Run, article_file: Write) -> None:
    article_file()
    for output, options in [
        ("a", ()),
        ("b", ("--report", "r.json", "-v", "--require", "publisher", "--max-drop", "0")),
    ]:
        copydesk("convert", "in", "--to", "xml,csv,jsonld", "-o", output, *options)
    contents = [
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*.*") if path.is_file()}
        for root in (Path("a"), Path("b"))
    ]
    visible = [{path: data for path, data in each.items() if path.parts[0][0] != "."} for each in contents]
    assert visible[0] == visible[1]
    assert len(visible[0]) > 4


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 1),
        (("--max-failed", "0"), 1),
        (("--max-failed", "1"), 0),
        (("--max-failed", "49%"), 1),
        (("--max-failed", "50%"), 0),
    ],
)
def test_some_documents_may_fail(copydesk: Run, article_file: Write, options: tuple[str, ...], code: int) -> None:
    article_file()
    article_file("empty.txt", b"")
    done = copydesk("convert", "in", "--to", "xml", "--report", "r.json", *options)
    assert done.code == report("r.json")["exit_code"] == code
    assert "empty.txt: the file is empty" in done.err


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--max-failed -1", "--max-failed: '-1' is no number of documents; "),
        ("--max-failed -5%", "--max-failed: '-5%' is no number of documents; "),
        ("--max-drop -.5", "--max-drop: -0.5 is no share; "),
        ("--jobs -1", "--jobs: '-1' is no number of processes; "),
        ("--timeout -1", "argument --timeout: '-1' is no number above 0, up to 1,000,000; "),
        ("--max-memory -1", "argument --max-memory: '-1' is no number above 0, up to 1,000,000; "),
        ("--shard -1/3", "--shard: '-1/3' is no share; "),
        ("--files-from x -1", "-1: no such option; "),
        ("-- -1", "--: no such option; "),
    ],
)
def test_a_number_below_zero_is_told_to_be_none_though_an_option_is_called_0(
    copydesk: Run, article_file: Write, option: str, said: str
) -> None:
    article_file()
    done = copydesk("convert", "in", "--to", "xml", *option.split())
    assert done.code == 2
    assert done.err.startswith(f"error: {said}")


@pytest.mark.parametrize(
    ("one", "other"),
    [("r.json", "./r.json"), ("json:r.x", "sarif:sub/../r.x"), ("json:-", "markdown:-"), ("r.md", "r.md")],
)
def test_two_reports_of_one_name_are_refused(copydesk: Run, article_file: Write, one: str, other: str) -> None:
    article_file()
    said = f"--report {other}: another report has this name; "
    for command in ("convert", "config"):
        done = copydesk(command, "in", "--to", "xml", "--report", one, "--report", other)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"error: {said}")
    assert sorted(path.name for path in Path().iterdir()) == ["in"]


def test_a_head_that_lacks_a_field_fails_the_build_but_is_written(copydesk: Run, article_file: Write) -> None:
    article_file()
    assert copydesk("convert", "in", "--to", "xml", "--require", "headline,title").code == 0
    done = copydesk(
        "convert",
        "in",
        "--to",
        "xml",
        "-q",
        "--require",
        "headline,publisher",
        "--require",
        "license",
        "--report",
        "r.json",
    )
    assert done.code == 1
    assert done.err == f"error: {Path('in/ferry.txt')}: its head has no publisher and no license\n"
    assert Path("exports/xml/ferry.xml").is_file()
    assert report("r.json")["documents"][0]["unmet"] == [
        {"threshold": "require", "what": "its head has no publisher and no license"}
    ]
    assert report("r.json")["summary"]["unmet"] == 1


def test_the_share_of_dropped_sentences_is_what_the_ledger_says(
    copydesk: Run, article_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a measure that a third of the text is dropped, as no rule of core drops so much of a small article."""
    from copydesk.cleaning import pipeline
    from copydesk.cleaning.sentences import Sentences

    monkeypatch.setattr(pipeline, "measure", lambda view, ledger: Sentences(300, 100))
    article_file()
    assert copydesk("convert", "in", "--to", "xml", "--max-drop", "0.34").code == 0
    done = copydesk("convert", "in", "--to", "xml", "--max-drop", "0.3", "-o", "again")
    assert done.code == 1
    assert "33.3% of its sentence-like text was dropped (100 of 300 characters), and 30.0% may be" in done.err
    assert "thresholds  not met by 1 document\n" in done.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--require", "Headline"), "a head has no field 'Headline'; did you mean headline? There is title, "),
        (("--require", "date"), "a head has no field 'date'"),
        (("--max-drop", "20"), "20 is no share"),
        (("--max-drop", "x"), "--max-drop: invalid float value: 'x'"),
        (("--max-failed", "101%"), "'101%' is no number of documents"),
        (("--max-failed=-1",), "'-1' is no number of documents"),
        (("--report", "x.yaml"), "which kind of report"),
        (("--log-format", "xml"), "invalid choice: 'xml'"),
    ],
)
def test_what_there_is_not_is_a_usage_error(
    copydesk: Run, article_file: Write, options: tuple[str, ...], said: str
) -> None:
    article_file()
    done = copydesk("convert", "in", "--to", "xml", *options)
    assert done.code == 2
    assert said in done.err
    assert not Path("exports").exists()


def test_a_report_that_cannot_be_written_ends_the_run_before_it_begins(copydesk: Run, article_file: Write) -> None:
    article_file()
    Path("file").touch()
    done = copydesk("convert", "in", "--to", "xml", "--report", "file/report.json")
    assert done.code == 4
    assert "the report cannot be written" in done.err
    assert not Path("exports").exists()


def test_the_log_is_one_object_a_line(copydesk: Run, article_file: Write) -> None:
    article_file()
    article_file("empty\n\u202e.txt", b"")
    done = copydesk("convert", "in", "--to", "xml", "--log-format", "json", "-v", "--require", "publisher")
    lines = [json.loads(line) for line in done.err.splitlines()]
    assert all({"time", "level", "event", "message"} <= set(line) for line in lines)
    assert sorted(line["event"] for line in lines) == ["document", "document", "failure", "summary", "threshold"]
    assert {line["level"] for line in lines if line["event"] in ("failure", "threshold")} == {"error"}
    (summary,) = [line for line in lines if line["event"] == "summary"]
    assert (summary["written"], summary["failed"], summary["unmet"]) == (1, 1, 1)
    documents = [line for line in lines if line["event"] == "document"]
    assert {document["status"] for document in documents} == {"written", "failed"}
    for arguments in (["--nonsense"], ["in", "--to", "nonsense"]):
        done = copydesk("convert", *arguments, "--log-format=json")
        assert done.code == 2
        assert json.loads(done.err)["level"] == "error"
    assert copydesk("convert", "in", "--to", "nonsense").err.startswith("error: ")


@pytest.mark.parametrize(
    "given", [("--log-format", "text", "--log-format=json"), ("--log-format=text", "--log-format", "json")]
)
def test_the_log_format_that_comes_last_holds_for_errors_of_options_too(given: tuple[str, ...], copydesk: Run) -> None:
    done = copydesk("convert", "in", "--to", "nope", "--debug", *given)
    (line,) = map(json.loads, done.err.splitlines())
    assert (done.code, line["level"]) == (2, "error")
    assert "Traceback" in line["traceback"]


def test_verbose_names_every_document_and_quiet_none(copydesk: Run, article_file: Write) -> None:
    article_file()
    done = copydesk("convert", "in", "--to", "xml", "-v")
    assert f"written: {Path('in/ferry.txt')}: xml/ferry.xml, xml/ferry.ledger.jsonl\n" in done.err
    assert copydesk("convert", "in", "--to", "xml", "-q").err == ""
    assert copydesk("convert", "in", "--to", "xml", "-q", "-v").code == 2


def test_github_gets_annotations_and_a_summary_and_others_do_not(
    copydesk: Run, article_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    article_file()
    article_file("empty.txt", b"")
    assert copydesk("convert", "in", "--to", "xml").out == ""
    Path("step.md").write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "step.md")
    assert copydesk("convert", "in", "--to", "xml").out == ""
    assert Path("step.md").read_text(encoding="utf-8") == "before\n"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    done = copydesk("convert", "in", "--to", "xml", "--require", "publisher")
    assert done.out.splitlines() == [
        "::error file=in/empty.txt,title=copydesk::"
        f"{Path('in/empty.txt')}: the file is empty; remove it or save the article again".replace("\\", "\\\\"),
        "::error file=in/ferry.txt,title=copydesk::its head has no publisher",
    ]
    assert Path("step.md").read_text(encoding="utf-8").startswith("before\n### copydesk: failed\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "no/such/folder.md")
    assert "the job summary cannot be written" in copydesk("convert", "in", "--to", "xml").err


def test_a_failed_output_is_reported(copydesk: Run, article_file: Write) -> None:
    article_file()
    Path("exports").touch()
    done = copydesk("convert", "in", "--to", "xml", "--report", "r.json", "--report", "r.xml")
    assert done.code == 4
    assert report("r.json")["exit_code"] == 4
    assert report("r.json")["summary"]["unfinished"] == 1
    (suite,) = junitparser.JUnitXml.fromfile("r.xml")
    assert suite.errors == 1
    assert suite.skipped == 1


def test_a_run_that_cannot_begin_is_reported(copydesk: Run, install_plugin: Install, article_file: Write) -> None:
    article_file()
    install_plugin("aaa", "raise RuntimeError('boom')")
    done = copydesk("convert", "in", "--to", "aaa", "--report", "r.xml", "--report", "r.json")
    assert done.code == report("r.json")["exit_code"] == 3
    assert "boom" in report("r.json")["failures"][0]["what"]
    (suite,) = junitparser.JUnitXml.fromfile("r.xml")
    assert suite.errors == 1
    assert not Path("exports").exists()


def test_a_check_that_finds_changes_is_a_failure_in_every_report(
    copydesk: Run, article_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = article_file()
    options = ("--to", "xml", "--check", "--report", "r.json", "--report", "r.xml", "--report", "r.sarif")
    for changes in (2, 0):
        done = copydesk("convert", "in", *options)
        assert done.code == report("r.json")["exit_code"] == bool(changes)
        assert report("r.json")["summary"]["changes"] == changes
        (suite,) = junitparser.JUnitXml.fromfile("r.xml")
        assert suite.failures == bool(changes)
        notes = report("r.sarif")["runs"][0]["invocations"][0]["toolExecutionNotifications"]
        assert [note["message"]["text"] for note in notes] == ["2 files of exports would change"] * bool(changes)
        copydesk("convert", "in", "--to", "xml")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    path.write_text(
        path.read_text(encoding="utf-8") + "\n\n::error::this is what the document says.\n", encoding="utf-8"
    )
    shown = copydesk("convert", "in", "--to", "xml", "--diff").out.splitlines()
    starts = [number for number, line in enumerate(shown) if line.startswith("::stop-commands::")]
    said = next(number for number, line in enumerate(shown) if "::error::this" in line)
    stop = max(number for number in starts if number < said)
    assert f"::{shown[stop].removeprefix('::stop-commands::')}::" in shown[said:]
    assert shown[-1] == "::error title=copydesk::2 files of exports would change"


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_true_reports(
    install_plugin: Install, exporter_source: Source, article_file: Write, number: int
) -> None:
    body = f"""
    import os, signal, time
    if "second" in article.meta.source.name:
        os.kill(int(os.environ["RUN"]), signal.Signals({int(number)}))
        time.sleep(60)
    yield Output('.out', b"x")
    """
    site = install_plugin("aaa", exporter_source("aaa", body))
    for name in ("first.txt", "second.txt", "third.txt"):
        article_file(name)
    script = (
        "import os, signal, sys; os.environ['RUN'] = str(os.getpid());"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"  # which a shell ignores for what it runs behind it
        "from copydesk.cli import main; sys.exit(main())"
    )
    command = [sys.executable, "-c", script, "convert", "in", "--to", "aaa", "--report", "r.json", "--report", "r.xml"]
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run([*command, "--jobs", "1"], env=environment, capture_output=True, check=False, timeout=60)
    assert done.returncode == report("r.json")["exit_code"] == 128 + number, done.stderr.decode()
    told = report("r.json")
    assert told["interrupted"]
    assert told["summary"]["unfinished"] >= 1
    assert len(told["documents"]) + told["summary"]["unfinished"] == 3
    (suite,) = junitparser.JUnitXml.fromfile("r.xml")
    assert suite.skipped == 1
    assert not list(Path().glob(".copydesk-*"))
