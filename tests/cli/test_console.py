from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from copydesk import console
from copydesk.running.report import CharacterSums, Failure, RunReport
from copydesk.running.sources import Skipped

Write = Callable[..., Path]


def report(**changes: object) -> RunReport:
    settings: dict[str, object] = {
        "version": "1",
        "formats": ("xml",),
        "output": "out",
        "documents": (),
        "written": 1,
        "failed": 0,
        "unfinished": 0,
        "unwritten": (),
        "warnings": 0,
        "files": 2,
        "sums": CharacterSums(),
        "skipped": Skipped(),
        "failures": (),
        "interrupted": False,
    }
    return RunReport(**settings | changes)  # type: ignore[arg-type]


def test_the_summary_tells_matched_from_judged_drops_and_fits_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    sums = CharacterSums(
        read=12_345, kept=10_000, moved=1_000, merged=100, matched={"b": 20, "a": 20, "c": 1_000}, judged={"menu": 5}
    )
    console.say_summary(
        report(
            written=1_234, failed=1, unfinished=2, interrupted=True, warnings=3, sums=sums, skipped=Skipped(1, 2, 3, 4)
        )
    )
    shown = capsys.readouterr().err
    assert shown == (
        "interrupted 1,235 documents: 1,234 written, 1 failed, 2 not\n"
        "            reached\n"
        "output      2 files in out\n"
        "characters  12,345 read: 10,000 kept, 1,000 moved to the\n"
        "            head, 100 merged as repeats, 1,045 dropped, 200\n"
        "            white space between\n"
        "dropped     1,040 by pattern: c\u00a01,000, a\u00a020, b\u00a020\n"
        "dropped     5 by judgement: menu\u00a05\n"
        "warnings    3\n"
        "skipped     1 hidden, 2 links, 3 of other types, 4 output\n"
        "            folders\n"
    )


def test_what_a_name_holds_cannot_act_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    console.say("error", "in/\x1b]0;title\x07\u202e[bold]新闻 é\ud800.txt: boom")
    assert capsys.readouterr().err == ("error: in/\\x1b]0;title\\x07\\u202e[bold]新闻 é\\ud800.txt: boom\n")


@pytest.mark.parametrize("log_format", console.LOG_FORMATS)
def test_what_a_name_holds_is_no_command_to_a_runner(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    console.use(log_format)
    try:
        console.say("error", "##[stop-commands]x.txt: boom", source="##[stop-commands]x.txt")
    finally:
        console.use("text")
    said = capsys.readouterr().err
    assert "##[" not in said
    if log_format == "json":
        assert json.loads(said)["source"] == "##[stop-commands]x.txt"


def test_tracebacks_are_for_those_who_debug(capsys: pytest.CaptureFixture[str]) -> None:
    failure = Failure(what="boom", where="a.txt", traceback="Traceback ...\n")
    console.say_failure(failure, debug=False)
    console.say_failure(failure, debug=True)
    assert capsys.readouterr().err == "error: a.txt: boom\nerror: a.txt: boom\nTraceback ...\n"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pty on Windows")
def test_a_progress_bar_on_a_terminal_and_none_in_a_pipe(tmp_path: Path, article_file: Write) -> None:
    import pty

    article_file("a.txt")
    article_file("b.txt", b"")
    command = [sys.executable, "-m", "copydesk", "convert", "in", "--to", "xml"]
    piped = subprocess.run(command, capture_output=True, cwd=tmp_path, check=False)
    assert b"converting" not in piped.stderr
    assert b"\x1b" not in piped.stderr

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=tmp_path, env=environment) as child:
        os.close(theirs)
        shown = bytearray()
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            shown += piece
        assert child.wait() == 1
    os.close(ours)
    text = shown.decode("utf-8")
    assert "converting" in text
    assert "2/2" in text
    # The bar goes, the message and the summary stay.
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    assert "error: in/b.txt: the file is empty" in plain
    assert plain.rstrip().splitlines()[-4].startswith("done        2 documents: 0 written, 1 unchanged, 1 failed")
