"""What cannot be: said in one line, with what to do next, and no document is lost for another's sake."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import Bucket

Run = Callable[..., Any]
Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://example.org/a.txt", "https://example.org: is on the web, from which nothing is fetched; save the"),
        ("file:///home/a.txt", "file://: is a file of this machine; give its path, without the scheme"),
        ("memory://a", "memory://a: is gone when the run ends"),
        ("nonsense://a/b", "nonsense://a: no such store: Protocol not known: nonsense; give a URL that fsspec knows"),
        ("NONSENSE://a/b", "nonsense://a: no such store"),
        ("s3://", "s3://: names nothing in the store; give a URL such as s3://bucket/folder"),
        ("gs://bucket/a", "gs://bucket: what speaks to this kind of store is not installed; Please install gcsfs"),
    ],
)
def test_urls_that_are_no_store(copydesk: Run, article_file: Write, url: str, said: str) -> None:
    for arguments in ([url, "-o", "exports"], [article_file(), "-o", url]):
        done = copydesk("convert", *arguments, "--to", "xml")
        assert done.code == 2
        assert f"error: {said}" in done.err
        assert "Traceback" not in done.err
    assert not Path("exports").exists()


def test_reports_are_files_of_this_machine(copydesk: Run, article_file: Write) -> None:
    for report in ("s3://bucket/report.json", "junit:s3://bucket/tests"):
        done = copydesk("convert", article_file(), "--to", "xml", "--report", report)
        assert done.code == 2
        assert f"error: --report {report}: reports are written on this machine; give a file" in done.err
    assert not Path("s3:").exists()


def test_without_fsspec(copydesk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("fsspec", "fsspec.core"):
        monkeypatch.setitem(sys.modules, name, None)
    done = copydesk("convert", "s3://some-bucket/rips", "--to", "xml")
    assert done.code == 2
    assert 's3://some-bucket: what speaks to stores is not installed; pip install "copydesk[s3]"' in done.err


def test_what_is_not_there_and_others_go_on(copydesk: Run, article_file: Write, bucket: Bucket) -> None:
    bucket.put("rips/a.html", "<p>nothing that is read yet</p>")
    nowhere, none = f"{bucket.url}-nowhere/rips", f"{bucket.url}/rips"
    done = copydesk("convert", nowhere, f"{bucket.url}/no/such.txt", none, article_file(), "--to", "xml")
    assert done.code == 1
    assert f"error: {nowhere}: no such file or folder; check the spelling" in done.err
    assert f"error: {bucket.url}/no/such.txt: no such file or folder; check the spelling" in done.err
    assert f"error: {none}: no document in this folder" in done.err
    assert Path("exports/xml/ferry.xml").exists()


def test_a_bucket_that_is_not_there_is_not_made(copydesk: Run, article_file: Write, bucket: Bucket) -> None:
    url = f"{bucket.url}-nowhere"
    done = copydesk("convert", article_file(), "--to", "xml", "-o", f"{url}/out")
    assert done.code == 4
    assert f"error: {url}/out: cannot be written: " in done.err
    assert url.removeprefix("s3://") not in {each["Name"] for each in bucket.s3.list_buckets()["Buckets"]}


def test_a_document_that_is_too_large(copydesk: Run, bucket: Bucket) -> None:
    bucket.put("rips/large.txt", b"x" * 20_000_001)
    bucket.put("rips/small.txt", "Ferry returns\n\nThe ferry sails again, and many passengers came to see it sail.\n")
    done = copydesk("convert", f"{bucket.url}/rips", "--to", "xml")
    assert done.code == 1
    assert f"{bucket.url}/rips/large.txt: has more than the 20,000,000 bytes" in done.err
    assert Path("exports/xml/small.xml").exists()


def test_a_store_that_fails_at_any_write_tears_nothing_and_the_next_run_goes_on(
    copydesk: Run, article_file: Write, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copydesk.running import stores

    for name in ("a.txt", "b.txt"):
        article_file(name)
    arguments = ["convert", "in", "--to", "xml,csv", "-o"]
    assert copydesk(*arguments, f"{bucket.url}/reference").code == 0
    expected = bucket.tree("reference")
    for fails_at in range(1, 40):
        output, calls = f"out-{fails_at}", 0

        def failing(function: Callable[..., None]) -> Callable[..., None]:
            def call(*given: object) -> None:
                nonlocal calls
                calls += 1
                if calls >= fails_at:  # noqa: B023 -- called in this round only
                    raise OSError("the store is out of order")
                function(*given)

            return call

        with monkeypatch.context() as context:
            for name in ("upload", "write", "create"):
                context.setattr(stores, name, failing(getattr(stores, name)))
            done = copydesk(*arguments, f"{bucket.url}/{output}")
        assert bucket.tree(output).items() <= expected.items()
        if calls < fails_at:
            assert done.code == 0
            break
        assert done.code == 4
        assert "the store is out of order" in done.err
        done = copydesk(*arguments, f"{bucket.url}/{output}")
        assert done.code == 0, done.err
        assert bucket.tree(output) == expected
    else:
        pytest.fail("the run never got through")
    assert fails_at > 9


@pytest.mark.parametrize(("fails", "said"), [(9, "3 written, 9 failed"), (12, "0 written, 9 failed, 3 not reached")])
def test_a_store_that_answers_no_more_ends_the_run(
    copydesk: Run, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, fails: int, said: str
) -> None:
    from copydesk.running import stores

    text = "Ferry returns\n\nThe ferry sails again, and many came to see it sail away.\n"
    for number in range(12):
        bucket.put(f"rips/{number:02}.txt", text)
    url, read = f"{bucket.url}/rips", stores.read

    def silent(file: str) -> bytes:
        if file.startswith(url) and int(file[-6:-4]) < fails:
            raise OSError(errno.EIO, "no answer")
        return read(file)

    with monkeypatch.context() as context:
        context.setattr(stores, "read", silent)
        done = copydesk("convert", url, "--to", "xml", "--jobs", 0)
    assert done.code == 1
    assert said in done.err
    assert ("the store has not answered for 10 documents in a row: no answer; run again" in done.err) == (fails > 9)
    assert copydesk("convert", url, "--to", "xml", "--jobs", 0).code == 0
    assert len(list(Path("exports/xml").glob("*.xml"))) == 12
