"""Worker processes, as a user meets them: the command, plugins of strangers, processes that crash and hang."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import Any

import pytest

Run = Callable[..., Any]
Install = Callable[..., Path]
Source = Callable[..., str]
Write = Callable[..., Path]

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and limits")


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def tree(folder: str) -> dict[str, bytes]:
    paths = (path for path in Path(folder).rglob("*") if path.is_file())
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {name: content for name, content in found.items() if not name.startswith(".copydesk/")}


def errors(done: Any) -> list[str]:
    return [line.removeprefix("error: ") for line in done.err.splitlines() if line.startswith("error: ")]


def test_the_number_of_workers_changes_nothing(copydesk: Run, article_file: Write) -> None:
    text = article_file("a.txt").read_text(encoding="utf-8")
    for number in range(9):
        article_file(f"deep/{number}.txt", text.replace("five", f"{number + 2}"))
    article_file("deep/bad.txt", b"")
    article_file("cp.txt", "The cafés of the harbour open again on Monday, the owner said.\n".encode("cp1252") * 3)
    reports = []
    for jobs in ("0", "1", "3"):
        done = copydesk("convert", "in", "--to", "xml,csv", "-o", jobs, "--jobs", jobs, "--report", f"{jobs}.json")
        assert done.code == 1
        report = json.loads(Path(f"{jobs}.json").read_bytes())
        reports.append([{**document, "seconds": 0} for document in report["documents"]])
        assert tree(jobs) == tree("0")
    assert reports[0] == reports[1] == reports[2]
    assert len(tree("0")) == 2 * 11 + 3


def test_what_hangs_costs_its_format_of_its_document_alone(
    copydesk: Run, install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    hang = "if article.meta.source.name == {!r}: {}\nyield Output('.out', b'')"
    sleeps = hang.format("a.txt", "import time; time.sleep(1e6)")
    backtracks = hang.format("b.txt", "import re; re.match('(a|a)*b', 'a' * 60)")
    install_plugin("sleeps", exporter_source("sleeps", sleeps), distribution="stranger-sleeps", version="2.0")
    install_plugin("backtracks", exporter_source("backtracks", backtracks), distribution="stranger-backtracks")
    for name in ("a.txt", "b.txt", "c.txt"):
        article_file(name)
    done = copydesk("convert", "in", "--to", "sleeps,backtracks,xml,csv", "--timeout", "4", "--jobs", "2")
    assert done.code == 1
    said = "took longer than 4 seconds, twice; report it to the makers of"
    assert errors(done) == [
        f"{Path('in', 'a.txt')} to sleeps: {said} stranger-sleeps 2.0; the other formats go on",
        f"{Path('in', 'b.txt')} to backtracks: {said} stranger-backtracks 1.0; the other formats go on",
    ]
    assert {f"{format_}/{name}.out" for format_ in ("sleeps", "backtracks") for name in "abc"} - tree(
        "exports"
    ).keys() == {
        "sleeps/a.out",
        "backtracks/b.out",
    }
    assert {f"xml/{name}.xml" for name in "abc"} < tree("exports").keys()
    assert tree("exports")["csv/articles.csv"].count(b'"Harbour ferry returns after the winter"') >= 3


@posix
def test_a_plugin_that_interrupts_or_leaves_files_open_ends_no_run(
    copydesk: Run, install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    body = """
        import os
        if article.meta.source.name == "a.txt":
            raise KeyboardInterrupt
        if article.meta.source.name == "b.txt":
            try:
                while True:
                    os.open(".", os.O_RDONLY)
            except OSError:
                pass
        yield Output(".out", b"")"""
    install_plugin("aaa", exporter_source("aaa", body), distribution="stranger-aaa", version="2.0")
    for name in ("a.txt", "b.txt", "c.txt", "d.txt"):
        article_file(name)
    done = copydesk("convert", "in", "--to", "xml,aaa", "--jobs", "1")
    assert done.code == 1
    assert [line.partition(";")[0] for line in errors(done)] == [
        f"{Path('in', name)} to aaa: its worker process ended (exit code 1), twice" for name in ("a.txt", "b.txt")
    ]
    assert {"xml/a.xml", "xml/b.xml", "aaa/c.out", "aaa/d.out"} < tree("exports").keys()


@posix
def test_what_crashes_costs_its_format_of_its_document_alone(
    copydesk: Run, install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    body = """
        import os, signal
        if article.meta.source.name == "a.txt":
            os.kill(os.getpid(), signal.SIGSEGV)
        if article.meta.source.name == "b.txt":
            os._exit(3)
        if article.meta.source.name == "c.txt" and not os.path.exists("tried"):
            open("tried", "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        yield Output(".out", b"")"""
    install_plugin("aaa", exporter_source("aaa", body), distribution="stranger-aaa", version="2.0")
    for name in ("a.txt", "b.txt", "c.txt", "d.txt"):
        article_file(name)
    done = copydesk("convert", "in", "--to", "xml,aaa", "-v")
    assert done.code == 1
    assert [line.partition(";")[0] for line in errors(done)] == [
        f"{Path('in', 'a.txt')} to aaa: its worker process crashed (SIGSEGV), twice",
        f"{Path('in', 'b.txt')} to aaa: its worker process ended (exit code 3), twice",
    ]
    written = {f"xml/{name}{suffix}" for name in "abcd" for suffix in (".xml", ".ledger.jsonl")}
    assert tree("exports").keys() == written | {"aaa/c.out", "aaa/d.out"}
    assert "4 documents: 2 written, 2 failed" in done.err  # the third was tried again


def test_a_rule_that_crashes_costs_its_document(copydesk: Run, install_plugin: Install, article_file: Write) -> None:
    install_plugin(
        "aaa",
        """
        import os
        from copydesk import Rule, hookimpl

        def apply(draft):
            if draft.source.name == "a.txt":
                os._exit(3)

        @hookimpl
        def copydesk_register_rules():
            return [Rule("stranger", apply)]
        """,
    )
    article_file("a.txt")
    article_file("b.txt")
    done = copydesk("convert", "in", "--to", "xml")
    assert done.code == 1
    assert errors(done)[0].startswith(f"{Path('in', 'a.txt')}: its worker process ended (exit code 3), twice; look at")
    assert tree("exports").keys() == {"xml/b.xml", "xml/b.ledger.jsonl"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the data of a process")
def test_what_needs_too_much_memory_costs_its_document(
    copydesk: Run, install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    body = "hoard = b'x' * (1 << 40) if article.meta.source.name == 'a.txt' else b''\nyield Output('.out', hoard)"
    install_plugin("aaa", exporter_source("aaa", body))
    article_file("a.txt")
    article_file("b.txt")
    done = copydesk("convert", "in", "--to", "aaa", "--max-memory", "700")
    assert done.code == 1
    assert [line.partition(";")[0] for line in errors(done)] == [f"{Path('in', 'a.txt')} to aaa: MemoryError"]
    assert tree("exports").keys() == {"aaa/b.out"}


COLLECTION = """
import time
from copydesk import CollectionExporter, Output, hookimpl

class Stranger(CollectionExporter):
    name = "aaa"
    suffixes = (".out",)
    media_type = "application/octet-stream"

    def export(self, articles, options):
        next(articles)
        {}

@hookimpl
def copydesk_register_exporters():
    return [Stranger]
"""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("time.sleep(1e6)", "made no progress for 3 seconds, twice"),
        pytest.param("raise KeyboardInterrupt", "its worker process ended (exit code 1), twice", marks=posix),
    ],
)
def test_a_collection_that_hangs_or_interrupts_ends_no_run(
    copydesk: Run, install_plugin: Install, article_file: Write, body: str, said: str
) -> None:
    install_plugin("aaa", COLLECTION.format(body))
    article_file("a.txt")
    article_file("b.txt")
    done = copydesk("convert", "in", "--to", "aaa,csv", "--timeout", "3")
    assert done.code == 1
    assert errors(done) == [
        f"articles of all documents to aaa: {said}; "
        "report it to the makers of copydesk-aaa 1.0; the other formats go on"
    ]
    assert "csv/articles.csv" in tree("exports")


def test_an_exporter_that_is_not_parallel_is_used_by_one_process(
    copydesk: Run, install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    source = exporter_source("aaa", "import os\nyield Output('.out', str(os.getpid()).encode())")
    install_plugin("aaa", source.replace("default = False", "parallel = False"))
    for name in ("a.txt", "b.txt", "c.txt", "d.txt"):
        article_file(name)
    assert copydesk("convert", "in", "--to", "aaa", "--jobs", "2").code == 0
    (used,) = set(tree("exports").values())
    assert used != str(os.getpid()).encode()


def test_limits_are_numbers(copydesk: Run, article_file: Write) -> None:
    path = article_file()
    for flag, value in [("--jobs", "many"), ("--jobs", "-1"), ("--timeout", "0"), ("--max-memory", "inf")]:
        done = copydesk("convert", path, "--to", "xml", f"{flag}={value}")
        assert (done.code, flag in done.err) == (2, True)


FULL = """
import errno, os, sys
from multiprocessing import parent_process

def full(descriptor, fsync=os.fsync):
    if os.path.exists("full") and os.fstat(descriptor).st_size > 10_000:
        raise OSError(errno.ENOSPC, "No space left on device")
    fsync(descriptor)

if parent_process() is not None:
    os.fsync = full
"""


def test_a_disk_that_refuses_a_worker_ends_the_run_with_exit_code_4(
    copydesk: Run, install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    install_plugin("aaa", FULL + exporter_source("aaa"))
    text = article_file("a.txt").read_text(encoding="utf-8")
    article_file(
        "b.txt", text + "".join(f"\nParagraph {number} of many that together are long.\n" for number in range(200))
    )
    article_file("c.txt")
    Path("full").touch()
    done = copydesk("convert", "in", "--to", "xml,csv", "--jobs", "1")
    assert done.code == 4
    assert "b.xml: cannot be written: No space left on device; free some space" in done.err
    assert "1 document: 1 written, 0 failed, 2 not reached" in done.err
    assert tree("exports").keys() >= {"xml/a.xml", "xml/a.ledger.jsonl"}
    assert not [name for name in tree("exports") if name.startswith(("xml/b", "csv")) or name.endswith(".tmp")]
    Path("full").unlink()
    assert copydesk("convert", "in", "--to", "xml,csv", "--jobs", "1").code == 0
    assert copydesk("convert", "in", "--to", "xml,csv", "-o", "other", "--jobs", "1").code == 0
    assert tree("exports") == tree("other")


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_a_run_whose_workers_hang(
    install_plugin: Install, exporter_source: Source, article_file: Write, number: signal.Signals
) -> None:
    body = (
        "import re\nname = article.meta.source.name\nopen(name + '.begun', 'w').close()\n"
        "if name != 'a.txt': re.match('(a|a)*b', 'a' * 60)\nyield Output('.out', b'')"
    )
    site = install_plugin("aaa", exporter_source("aaa", body))
    for name in ("a.txt", "b.txt", "c.txt"):
        article_file(name)
    with started(site, "in", "--to", "xml,aaa,csv", "--jobs", "2") as process:
        while not Path("b.txt.begun").exists() or not Path("c.txt.begun").exists():
            assert process.poll() is None
            sleep(0.05)
        process.send_signal(number)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 128 + number
    assert err.splitlines()[:3] == [
        "interrupted 1 document: 1 written, 0 failed, 2 not reached",
        "output      3 files in exports",
        "not written csv, which take all documents",
    ]
    assert not [path for path in Path("exports").rglob("*") if path.name.endswith(".tmp")]
    assert not Path("exports/.copydesk/run").exists()


@posix
def test_workers_do_not_outlive_a_run_that_was_killed(
    install_plugin: Install, exporter_source: Source, article_file: Write
) -> None:
    body = "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(1e6)\nyield Output('.out', b'')"
    site = install_plugin("aaa", exporter_source("aaa", body))
    article_file()
    with started(site, "in", "--to", "aaa") as process:
        while not Path("pid").exists() or not Path("pid").read_text():
            assert process.poll() is None
            sleep(0.05)
        process.kill()
        process.communicate()
    worker = int(Path("pid").read_text())
    while True:  # pytest-timeout, or a person, would notice if it never ended
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            break
        sleep(0.05)


def started(site: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "copydesk", "convert", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(site)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
