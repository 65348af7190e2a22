from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copydesk.plugins import Plugins

Run = Callable[..., Any]
Install = Callable[..., Path]
Source = Callable[..., str]
Write = Callable[..., Path]

SEEDS = Path(__file__).parents[2] / "seeds"
NAMES = ("000_ac31bd14dd4eb9ea", "002_ab83f2dbddbde383")


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def files(folder: str = "exports") -> list[str]:
    found = sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file())
    return [name for name in found if not name.startswith(".copydesk/")]


def test_the_seeds_are_written_in_all_formats_with_a_summary(copydesk: Run) -> None:
    done = copydesk("convert", SEEDS, "--to", "all")
    assert done.code == 0
    assert done.out == ""
    assert {name.partition("/")[0] for name in files()} == {"csv", "epub", "jsonld", "markdown", "xml"}
    assert set(files()) >= {
        f"{kind}/{name}{suffix}"
        for name in NAMES
        for kind, suffix in [
            ("epub", ".epub"),
            ("jsonld", ".jsonld"),
            ("markdown", ".md"),
            ("xml", ".xml"),
            ("xml", ".ledger.jsonl"),
        ]
    }
    assert "csv/articles.csv" in files()
    lines = done.err.splitlines()
    assert lines[0] == "done        2 documents: 2 written, 0 failed"
    assert lines[1] == f"output      {len(files())} files in exports"
    assert lines[2].startswith("characters  5,847 read: 4,208 kept, 491 moved to the head, 209 merged")
    assert "link.dead\u00a075" in done.err


def test_the_sums_of_the_summary_account_for_every_character(copydesk: Run) -> None:
    done = copydesk("convert", SEEDS, "--to", "xml")
    numbers = [
        int(word.replace(",", ""))
        for word in done.err.split("characters")[1].split("dropped ")[0].split()
        if word[0].isdigit()
    ]
    read, *parts = numbers
    assert sum(parts) == read == sum(len(path.read_text(encoding="utf-8")) for path in SEEDS.iterdir())


def test_quiet_prints_nothing_when_all_is_well(copydesk: Run, article_file: Write) -> None:
    done = copydesk("convert", article_file(), "--to", "xml", "-q")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert files() == ["xml/ferry.ledger.jsonl", "xml/ferry.xml"]


def test_outputs_keep_the_layout_of_the_source_folder(copydesk: Run, article_file: Write) -> None:
    article_file("a.txt")
    article_file("deep/er/b.md")
    article_file("notes.pdf")
    article_file(".hidden.txt")
    done = copydesk("convert", "in", "--to", "xml,csv", "-o", "out")
    assert done.code == 0
    assert files("out") == [
        "csv/articles.csv",
        "csv/articles.csv-metadata.json",
        "csv/articles.datapackage.json",
        "xml/a.ledger.jsonl",
        "xml/a.xml",
        "xml/deep/er/b.ledger.jsonl",
        "xml/deep/er/b.xml",
    ]
    assert "skipped     1 hidden, 1 of other types" in done.err


def test_an_exporter_gets_local_images_but_nothing_from_outside(
    copydesk: Run, install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    names = ["pictures/a.png", "../secret.png", "missing.png"]
    install_plugin(
        "aaa", exporter_source("aaa", f"yield Output('.out', repr([article.resource(n) for n in {names}]).encode())")
    )
    article_file("deep/a.md")
    article_file("deep/pictures/a.png", b"picture")
    Path("secret.png").write_bytes(b"secret")
    assert copydesk("convert", "in/deep", "--to", "aaa").code == 0
    assert Path("exports/aaa/a.out").read_text() == "[b'picture', None, None]"


def test_standard_input_is_a_document(copydesk: Run, monkeypatch: pytest.MonkeyPatch, article_file: Write) -> None:
    with article_file().open("rb") as stream:
        monkeypatch.setattr(sys, "stdin", type("Stdin", (), {"buffer": stream}))
        assert copydesk("convert", "-", "--to", "xml").code == 0
    assert files() == ["xml/stdin.ledger.jsonl", "xml/stdin.xml"]


def test_from_overrides_what_the_content_says(copydesk: Run, article_file: Write) -> None:
    path = article_file()
    for reader, media_type in [("markdown", b"text/markdown"), ("text", b"text/plain")]:
        assert copydesk("convert", path, "--to", "xml", "--from", reader, "-q").code == 0
        assert media_type in Path("exports/xml/ferry.xml").read_bytes()
    done = copydesk("convert", path, "--to", "xml", "--from", "html")
    assert done.code == 2
    there = re.fullmatch(r"error: --from: there is no reader 'html'; there is (.*)\n", done.err)
    assert there
    assert {"markdown", "text"} <= set(there[1].split(", "))  # and those of plugins


def test_an_empty_output_folder_is_not_the_current_one(copydesk: Run, article_file: Write) -> None:
    done = copydesk("convert", article_file(), "--to", "xml", "-o", "")
    assert done.code == 2
    assert done.err.startswith("error: -o: no folder is named; ")
    assert not Path("xml").exists()


def test_strict_turns_a_warning_into_exit_code_1_but_writes(copydesk: Run, article_file: Write) -> None:
    path = article_file(
        "ferry.txt", "The cafés of the harbour open again on Monday, the owner said.\n".encode("cp1252") * 3
    )
    lax, strict = (
        copydesk("convert", path, "--to", "xml"),
        copydesk("convert", path, "--to", "xml", "--strict", "-o", "s"),
    )
    assert (lax.code, strict.code) == (0, 1)
    assert f"warning: {path}: " in strict.err
    assert "warnings    1" in strict.err
    assert files("s") == files()


@pytest.mark.parametrize("arguments", [(), ("in",), ("--to", "xml"), ("in", "--to", ""), ("in", "--to")])
def test_missing_arguments_are_usage_errors(copydesk: Run, arguments: tuple[str, ...]) -> None:
    done = copydesk("convert", *arguments)
    assert done.code == 2
    assert done.err.startswith("error: ")
    assert "see copydesk convert --help" in done.err or "name files or folders, or a list" in done.err


def test_an_unknown_format_or_option_is_a_usage_error_that_helps(copydesk: Run, article_file: Write) -> None:
    path = article_file()
    done = copydesk("convert", path, "--to", "xml,cvs")
    assert done.code == 2
    assert done.err == (
        "error: --to: no plugin provides the format 'cvs'; "
        f"did you mean csv? There is {', '.join(Plugins().formats)}, and all\n"
    )
    done = copydesk("convert", path, "--to", "xml", "--csv-excel")
    assert done.code == 2
    assert done.err == "error: --csv-excel: no such option; options of csv need csv among the formats of --to\n"
    done = copydesk("convert", path, "--to", "xml", "--frob")
    assert (done.code, done.err) == (2, "error: --frob: no such option; see copydesk convert --help\n")
    assert not Path("exports").exists()


OPTIONS = """
from dataclasses import dataclass, field
from typing import Literal

@dataclass(frozen=True)
class Options:
    line_width: int = field(default=72, metadata={"help": "100% of the width"})
    loud: bool = False
    quiet: bool = True
    scale: float = 1.5
    mode: Literal["a", "b"] = "a"
    title: str | None = None
"""


def test_options_of_an_exporter_are_flags(
    copydesk: Run, install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    body = "yield Output('.out', repr(options).encode())"
    install_plugin(
        "shout", exporter_source("shout", body, extra=OPTIONS).replace("default = False", "Options = Options")
    )
    path = article_file()
    flags = ["--shout-line-width", "40", "--shout-loud", "--no-shout-quiet", "--shout-scale=2", "--shout-mode", "b"]
    assert copydesk("convert", path, "--to", "shout", *flags, "--shout-title", "T", "-q").code == 0
    assert Path("exports/shout/ferry.out").read_text() == (
        "Options(line_width=40, loud=True, quiet=False, scale=2.0, mode='b', title='T')"
    )
    assert copydesk("convert", path, "--to", "shout", "-q").code == 0
    assert Path("exports/shout/ferry.out").read_text() == (
        "Options(line_width=72, loud=False, quiet=True, scale=1.5, mode='a', title=None)"
    )
    done = copydesk("convert", path, "--to", "shout", "--shout-line-width", "x")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "--shout-line-width: invalid int value: 'x'" in done.err
    assert copydesk("convert", path, "--to", "shout", "--shout-mode", "c").code == 2

    shown = copydesk("convert", "--to", "shout", "--help")
    assert shown.code == 0
    assert "options of shout (copydesk-shout 1.0)" in shown.out
    assert "100% of the width (default: 72)" in shown.out


def test_options_of_two_formats_that_clash_are_an_error(
    copydesk: Run, install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    extra = "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass Options:\n    {}: int = 1\n"
    for name, field in [("a", "b_c"), ("a-b", "c")]:
        source = exporter_source(name, extra=extra.format(field)).replace("default = False", "Options = Options")
        install_plugin(name, source)
    done = copydesk("convert", article_file(), "--to", "a,a-b")
    assert done.code == 3
    assert "copydesk-a-b 1.0: the options of a-b clash" in done.err


RAISES = {
    "raises": "raise ValueError('boom')",
    "exits": "raise SystemExit(0)",
    "wrong suffix": "yield Output('.txt', b'')",
    "no bytes": "yield Output('.out', 'text')",
    "raises late": "yield Output('.out', b'whole'); raise ValueError('boom')",
    "raises in content": "yield Output('.out', (x for x in [b'half', 1/0]))",
    "hands out nothing": "return []",
}


@pytest.mark.parametrize("body", RAISES.values(), ids=RAISES)
def test_an_exporter_that_fails_harms_nobody_elses_output(
    copydesk: Run, install_plugin: Install, exporter_source: Source, article_file: Write, body: str
) -> None:
    install_plugin("aaa", exporter_source("aaa", body), distribution="stranger-aaa", version="2.0")
    article_file("a.txt")
    article_file("b.txt")
    done = copydesk("convert", "in", "--to", "aaa,xml,csv")
    assert done.code == 1
    assert files() == [
        "csv/articles.csv",
        "csv/articles.csv-metadata.json",
        "csv/articles.datapackage.json",
        *(f"xml/{name}{suffix}" for name in "ab" for suffix in (".ledger.jsonl", ".xml")),
    ]
    errors = [line for line in done.err.splitlines() if line.startswith("error: ")]
    assert [line.partition(": ")[2].partition(":")[0] for line in errors] == [
        f"{Path('in', 'a.txt')} to aaa",
        f"{Path('in', 'b.txt')} to aaa",
    ]
    assert "report it to the makers of stranger-aaa 2.0" in errors[0]
    assert "Traceback" not in done.err
    assert "2 documents: 0 written, 2 failed" in done.err
    assert "Traceback" in copydesk("convert", "in", "--to", "aaa", "--debug").err


def test_garbage_is_an_error_and_no_file(
    copydesk: Run, install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    source = exporter_source("aaa", "yield Output('.out', b'{}' if article.meta.source.name == 'b.txt' else b'Oops')")
    source = source.replace("application/octet-stream", "application/json")
    install_plugin("aaa", source, distribution="stranger-aaa", version="2.0")
    article_file("a.txt")
    article_file("b.txt")
    done = copydesk("convert", "in", "--to", "aaa,csv")
    assert done.code == 1
    assert files() == [
        "aaa/b.out",
        "csv/articles.csv",
        "csv/articles.csv-metadata.json",
        "csv/articles.datapackage.json",
    ]
    (error,) = (line for line in done.err.splitlines() if line.startswith("error: "))
    assert error == (
        f"error: {Path('in', 'a.txt')} to aaa: the output is not the application/json that it is declared to be:"
        " Expecting value: line 1 column 1 (char 0); report it to the makers of stranger-aaa 2.0, with --debug"
    )


def test_garbage_in_a_collection_is_an_error_and_no_file(
    copydesk: Run, install_plugin: Install, article_file: Write
) -> None:
    source = COLLECTION.format("yield Output('.out', (article.xml for article in articles))")
    install_plugin("aaa", source.replace("application/octet-stream", "application/xml"), distribution="stranger-aaa")
    article_file("a.txt")
    article_file("b.txt")
    done = copydesk("convert", "in", "--to", "aaa,xml")
    assert done.code == 1
    assert files() == [f"xml/{name}{suffix}" for name in "ab" for suffix in (".ledger.jsonl", ".xml")]
    assert "articles of all documents to aaa: the output is not the application/xml that it is declared to" in done.err
    assert "report it to the makers of stranger-aaa 1.0" in done.err


COLLECTION = """
from copydesk import CollectionExporter, Output, hookimpl

class Stranger(CollectionExporter):
    name = "aaa"
    suffixes = (".out", ".count")
    media_type = "application/octet-stream"
    def export(self, articles, options):
        {}

@hookimpl
def copydesk_register_exporters():
    return [Stranger]
"""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise ValueError('boom')", "ValueError: boom"),
        ("yield Output('.out', (1/0 for article in articles))", "ZeroDivisionError"),
        ("yield Output('.out', next(articles).xml)", "export() did not take every article"),
    ],
)
def test_a_collection_that_fails_harms_nobody_else(
    copydesk: Run, install_plugin: Install, article_file: Write, body: str, said: str
) -> None:
    install_plugin("aaa", COLLECTION.format(body))
    article_file("a.txt")
    article_file("b.txt")
    done = copydesk("convert", "in", "--to", "aaa,csv,xml")
    assert done.code == 1
    assert f"error: articles of all documents to aaa: {said}" in done.err
    assert "csv/articles.csv" in files()
    assert not any(name.startswith("aaa/") for name in files())
    assert len(Path("exports/csv/articles.csv").read_bytes().splitlines()) >= 3


def test_collections_get_every_article_in_order_each_on_its_own(
    copydesk: Run, install_plugin: Install, article_file: Write
) -> None:
    body = """
        count = 0
        def titles():
            nonlocal count
            for article in articles:
                count += 1
                yield (article.meta.source.name + " ").encode()
        yield Output(".out", titles())
        yield Output(".count", str(count).encode())"""
    install_plugin("aaa", COLLECTION.format(body))
    for name in ("b.txt", "a.txt", "bad.txt", "c/d.txt"):
        article_file(name, b"" if name == "bad.txt" else article_file().read_bytes())
    done = copydesk("convert", "in", "--to", "aaa,csv")
    assert done.code == 1
    assert Path("exports/aaa/articles.out").read_text() == "a.txt b.txt ferry.txt d.txt "
    assert Path("exports/aaa/articles.count").read_text() == "4"


def test_no_collection_is_written_of_nothing(copydesk: Run, article_file: Write) -> None:
    done = copydesk("convert", article_file("a.txt", b""), "--to", "csv")
    assert done.code == 1
    assert files() == []


def test_a_broken_plugin_that_is_needed_is_exit_code_3_and_the_others_are_written(
    copydesk: Run, install_plugin: Install, article_file: Write
) -> None:
    install_plugin("aaa", "import nothing_of_that_name", distribution="stranger-aaa")
    path = article_file()
    done = copydesk("convert", path, "--to", "aaa,xml")
    assert done.code == 3
    assert files() == ["xml/ferry.ledger.jsonl", "xml/ferry.xml"]
    assert done.err.startswith("error: stranger-aaa 1.0: plugin 'aaa' did not load: ModuleNotFoundError")
    assert done.err.count("stranger-aaa") == 2  # the plugin, and what to update: once, not as a warning too

    alone = copydesk("convert", path, "--to", "aaa", "-o", "other")
    assert alone.code == 3
    assert not Path("other").exists()


def test_a_broken_plugin_that_is_not_needed_is_a_warning(
    copydesk: Run, install_plugin: Install, article_file: Write
) -> None:
    install_plugin("aaa", "import nothing_of_that_name", distribution="stranger-aaa")
    path = article_file()
    done = copydesk("convert", path, "--to", "xml")
    assert done.code == 0
    assert done.err.startswith("warning: stranger-aaa 1.0: plugin 'aaa' did not load")
    assert copydesk("convert", path, "--to", "xml", "--strict").code == 1
    reports = [f"--report=r.{suffix}" for suffix in ("json", "xml", "sarif", "md")]
    quiet = copydesk("convert", path, "--to", "xml", "-q", *reports)
    assert quiet.code == 0
    assert quiet.err == f"{done.err.splitlines()[0]}\n"  # quiet or not, text may be cleaned otherwise than people think
    assert all(
        "plugin 'aaa' did not load" in Path(f"r.{suffix}").read_text("utf-8") for suffix in ("json", "xml", "sarif")
    )
    assert "all well" not in Path("r.md").read_text("utf-8")
    assert copydesk("convert", path, "--to", "xml", "-q", "--strict").code == 1


def test_a_hook_that_fails_after_the_run_is_exit_code_3(
    copydesk: Run, install_plugin: Install, article_file: Write
) -> None:
    install_plugin(
        "aaa",
        """
        from copydesk import hookimpl
        @hookimpl
        def copydesk_run_finished(report):
            assert [document.status for document in report.documents] == ["written"]
            assert [document.outputs for document in report.documents] == [("xml/ferry.xml", "xml/ferry.ledger.jsonl")]
            raise ValueError(f"{report.written} {report.failed} {report.formats} {report.sums.read > 0}")
        """,
    )
    done = copydesk("convert", article_file(), "--to", "xml")
    assert done.code == 3
    assert "copydesk_run_finished: ValueError: 1 0 ('xml',) True" in done.err
    assert len(files()) == 2


def test_a_defect_in_core_costs_one_document_and_shows_no_traceback(
    copydesk: Run, article_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copydesk.cleaning import pipeline

    normalize = pipeline.normalize

    def broken(raw: bytes, *, name: str, **settings: Any) -> Any:
        if name == "a.txt":
            raise KeyError("oops")
        return normalize(raw, name=name, **settings)

    monkeypatch.setattr(pipeline, "normalize", broken)
    article_file("a.txt")
    article_file("b.txt")
    done = copydesk("convert", "in", "--to", "xml")
    assert done.code == 1
    assert files() == ["xml/b.ledger.jsonl", "xml/b.xml"]
    assert f"error: {Path('in', 'a.txt')}: a defect in copydesk: KeyError: 'oops'; report it" in done.err
    assert "Traceback" not in done.err


RULE = """
from copydesk import Rule, hookimpl

def apply(draft):
    if draft.source.name == "a.txt":
        {}

@hookimpl
def copydesk_register_rules():
    return [Rule("stranger", apply)]
"""


@pytest.mark.parametrize("body", ["raise ValueError('boom')", "raise SystemExit(0)"])
def test_a_rule_of_a_plugin_that_raises_costs_one_document_and_is_named(
    copydesk: Run, install_plugin: Install, article_file: Write, body: str
) -> None:
    install_plugin("aaa", RULE.format(body), distribution="stranger-aaa")
    article_file("a.txt")
    article_file("b.txt")
    done = copydesk("convert", "in", "--to", "xml")
    assert done.code == 1
    assert files() == ["xml/b.ledger.jsonl", "xml/b.xml"]
    assert f"error: {Path('in', 'a.txt')}: rule 'stranger' failed: " in done.err
    assert "report it to the makers of stranger-aaa 1.0" in done.err


def test_a_rule_of_a_plugin_that_loses_text_is_caught(
    copydesk: Run, install_plugin: Install, article_file: Write
) -> None:
    install_plugin("aaa", RULE.format("del draft.blocks[-1]"), distribution="stranger-aaa")
    article_file("a.txt")
    article_file("b.txt")
    done = copydesk("convert", "in", "--to", "xml")
    assert done.code == 1
    assert files() == ["xml/b.ledger.jsonl", "xml/b.xml"]
    assert f"error: {Path('in', 'a.txt')}: the article made from it is not proven" in done.err


def test_a_reader_of_a_plugin_reads(copydesk: Run, install_plugin: Install, article_file: Write) -> None:
    source = """
        from copydesk import hookimpl
        from copydesk.reading.markdown import MarkdownReader

        class Log(MarkdownReader):
            name = "log"
            suffixes = (".log",)
            media_type = "text/x-log"
            def sniff(self, view):
                return 1.0

        @hookimpl
        def copydesk_register_readers():
            return [Log]
        """
    install_plugin("log", source)
    article_file("a.log")
    assert copydesk("convert", "in", "--to", "xml").code == 0
    assert b'mediaType="text/x-log"' in Path("exports/xml/a.xml").read_bytes()
    assert copydesk("convert", "in/a.log", "--to", "xml", "--from", "text").code == 0
    assert b'mediaType="text/plain"' in Path("exports/xml/a.xml").read_bytes()


def test_output_that_cannot_be_written_ends_the_run_with_exit_code_4(
    copydesk: Run, article_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        article_file(name)
    assert copydesk("convert", "in/c.txt", "--to", "xml", "-q").code == 0
    fsync, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 4:  # the ledger of the second document
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    done = copydesk("convert", "in", "--to", "xml,csv")
    assert done.code == 4
    assert "No space left on device; free some space" in done.err
    assert "done        1 document: 1 written, 0 failed, 2 not reached" in done.err
    assert files() == ["xml/a.ledger.jsonl", "xml/a.xml", "xml/c.ledger.jsonl", "xml/c.xml"]

    Path("file").write_bytes(b"")
    done = copydesk("convert", "in", "--to", "xml", "-o", "file")
    assert done.code == 4
    assert done.err.startswith("error: file: cannot be written: ")


def test_the_outcome_does_not_depend_on_what_was_there_before(copydesk: Run, article_file: Write) -> None:
    def hashes() -> list[str]:
        return [hashlib.sha256(Path("exports", name).read_bytes()).hexdigest() for name in files()]

    article_file()
    copydesk("convert", "in", "--to", "all", "-q")
    first = hashes()
    copydesk("convert", "in", "--to", "all", "-q")
    assert hashes() == first


INTERRUPTS = """
    if article.meta.source.name == "b.txt":
        def content():
            yield b"half"
            {}
            yield b"other half"
        yield Output(".out", content())
    else:
        yield Output(".out", b"whole")
"""


def test_an_interrupt_ends_with_130_a_true_summary_and_nothing_torn(
    copydesk: Run, install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    install_plugin("aaa", exporter_source("aaa", INTERRUPTS.format("raise KeyboardInterrupt")))
    for name in ("a.txt", "b.txt", "c.txt"):
        article_file(name)
    done = copydesk("convert", "in", "--to", "aaa,csv", "--jobs", "0")
    assert done.code == 130
    assert files() == ["aaa/a.out"]
    assert done.err.splitlines()[:3] == [
        "interrupted 1 document: 1 written, 0 failed, 2 not reached",
        "output      1 file in exports",
        "not written csv, which take all documents",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_control_c_ends_with_130_a_true_summary_and_nothing_torn(
    install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    body = INTERRUPTS.format("import os, signal; os.kill(os.getpid(), signal.SIGINT)")
    site = install_plugin("aaa", exporter_source("aaa", body))
    for name in ("a.txt", "b.txt", "c.txt"):
        article_file(name)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-m", "copydesk", "convert", "in", "--to", "aaa,csv", "--jobs", "0"]
    done = subprocess.run(
        command,
        capture_output=True,
        env=environment,
        check=False,
        encoding="utf-8",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert done.returncode == 130
    assert files() == ["aaa/a.out"]
    assert "1 document: 1 written, 0 failed, 2 not reached" in done.stderr
    assert "Traceback" not in done.stderr
