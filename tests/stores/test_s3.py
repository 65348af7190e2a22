"""Runs whose sources or outputs lie in a store: the same files as on disk, the same incremental runs."""

from __future__ import annotations

import io
import json
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from .conftest import Bucket

Run = Callable[..., Any]
Write = Callable[..., Path]
Tree = Callable[[str], dict[str, bytes]]

ALL = "xml,markdown,csv"
WITH_PICTURES = f"{ALL},epub"
NAMES = ("a.txt", "b.txt", "deep/er/c.md", "deep/a.txt")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\x80"))
    + chunk(b"IEND", b"")
)
ILLUSTRATED = """\
# Ferry returns

The harbour ferry sails again from Monday, twice an hour, the port authority announced.

![The ferry](../img/ferry.png)

Passengers had waited five months for this morning, and many of them came with their bicycles.
"""


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def sources(article_file: Write, bucket: Bucket) -> dict[str, bytes]:
    """Documents on disk, in `in`, and the same in the bucket."""
    for number, name in enumerate(NAMES):
        text = ILLUSTRATED if name.endswith(".md") else None
        path = article_file(name, text) if text else article_file(name)
        path.write_text(path.read_text(encoding="utf-8") + f"\nIt is ferry number {number} of the town.\n", "utf-8")
    article_file("deep/img/ferry.png", PNG)
    found = {path.relative_to("in").as_posix(): path.read_bytes() for path in Path("in").rglob("*") if path.is_file()}
    for name, content in found.items():
        bucket.put(f"rips/{name}", content)
    return found


@pytest.fixture
def convert(copydesk: Run) -> Run:
    def run(source: str, output: str, *arguments: object, to: str = ALL, code: int = 0) -> Any:
        done = copydesk("convert", source, "--to", to, "-o", output, *arguments)
        assert done.code == code, done.err
        return done

    return run


@pytest.mark.parametrize("jobs", [0, 2])
@pytest.mark.usefixtures("sources")
def test_the_same_files_as_on_disk(convert: Run, bucket: Bucket, tree: Tree, jobs: int) -> None:
    to = WITH_PICTURES if jobs == 0 else ALL
    convert("in", "exports", "--jobs", 0, to=to)
    expected = tree("exports")
    assert len(expected) == 4 + 4 + 4 + 3 + 4 * (jobs == 0)
    convert(f"{bucket.url}/rips", f"{bucket.url}/out", "--jobs", jobs, to=to)
    assert bucket.tree("out") == expected
    convert("in", f"{bucket.url}/from-disk", "--jobs", 0)
    assert bucket.tree("from-disk").items() <= expected.items()
    convert(f"{bucket.url}/rips/", "to-disk", "--jobs", 0)
    assert tree("to-disk") == bucket.tree("from-disk")
    assert bucket.s3.head_object(Bucket=bucket.url[5:], Key="out/xml/a.xml")["ContentType"].endswith("/xml")


@pytest.mark.usefixtures("sources")
def test_what_did_not_change_is_neither_read_nor_written(
    convert: Run, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, output = f"{bucket.url}/rips", f"{bucket.url}/out"
    convert(source, output)
    before = bucket.times("out")
    from copydesk.running import crew, sources

    def unwanted(*_: object) -> None:
        raise AssertionError("a document was read or converted")

    with monkeypatch.context() as context:
        context.setattr(crew, "convert", unwanted)
        context.setattr(sources, "_stored", unwanted)
        assert "4 unchanged" in convert(source, output).err
    assert bucket.times("out") == before
    assert "nothing was written" in convert(source, output, "--check").err


@pytest.mark.usefixtures("sources")
def test_only_what_changed_is_made_again(convert: Run, bucket: Bucket, sources: dict[str, bytes]) -> None:
    source, output = f"{bucket.url}/rips", f"{bucket.url}/out"
    convert = partial(convert, to=WITH_PICTURES)
    convert(source, output)
    before = bucket.tree("out")
    bucket.put("rips/b.txt", sources["b.txt"] + b"\nIt sails until October, the port authority said.\n")
    done = convert(source, output, "--check", code=1)
    assert "would change xml/b.xml" in done.out
    assert "+" in done.out
    assert bucket.tree("out") == before
    assert "1 written, 3 unchanged" in convert(source, output).err
    changed = {name for name, content in bucket.tree("out").items() if content != before[name]}
    assert changed == {"xml/b.xml", "xml/b.ledger.jsonl", "markdown/b.md", "epub/b.epub", "csv/articles.csv"}
    bucket.put("rips/deep/img/ferry.png", PNG + b"\0")
    assert "1 written, 3 unchanged" in convert(source, output).err
    bucket.remove("out/markdown/a.md")
    bucket.put("out/markdown/b.md", b"changed by hand")
    convert(source, output)
    assert bucket.tree("out")["markdown/a.md"] == before["markdown/a.md"]
    assert bucket.tree("out")["markdown/b.md"] != b"changed by hand"


@pytest.mark.usefixtures("sources")
def test_outputs_of_sources_that_are_gone_are_told_and_pruned(convert: Run, bucket: Bucket) -> None:
    source, output = f"{bucket.url}/rips", f"{bucket.url}/out"
    convert(source, output)
    bucket.remove("rips/deep/a.txt")
    assert "deep/a" in convert(source, output).err
    assert "xml/deep/a.xml" in bucket.tree("out")
    convert(source, output, "--prune")
    assert {name for name in bucket.tree("out") if "deep/a" in name} == set()
    assert "xml/deep/er/c.xml" in bucket.tree("out")


@pytest.mark.usefixtures("sources")
def test_runs_of_other_sources_replace_nothing(convert: Run, bucket: Bucket, article_file: Write) -> None:
    convert(f"{bucket.url}/rips", f"{bucket.url}/out", to="xml")
    before = bucket.tree("out")
    article_file(
        "../elsewhere/a.txt", "Another article\n\nIt has another text, which is of another ferry of the town.\n"
    )
    done = convert("elsewhere", f"{bucket.url}/out", to="xml", code=1)
    assert f"{bucket.url}/rips/a.txt" in done.err
    assert bucket.tree("out") == before


@pytest.mark.usefixtures("sources")
def test_outputs_below_the_sources_are_no_sources(convert: Run, bucket: Bucket) -> None:
    done = convert(f"{bucket.url}/rips", f"{bucket.url}/rips/out", to="markdown")
    assert "4 documents: 4 written" in done.err
    assert "4 unchanged" in convert(f"{bucket.url}/rips", f"{bucket.url}/rips/out", to="markdown").err
    assert "4 documents: 4 written" in convert(f"{bucket.url}/rips", "exports", to="markdown").err


@pytest.mark.usefixtures("sources")
def test_shards_in_a_store_are_merged(convert: Run, bucket: Bucket, tree: Tree) -> None:
    convert("in", "exports", to="xml,csv")
    for number in (1, 2):
        convert(f"{bucket.url}/rips", f"{bucket.url}/shard-{number}", "--shard", f"{number}/2", to="xml,csv")
    merged = [argument for number in (1, 2) for argument in ("--merge", f"{bucket.url}/shard-{number}")]
    convert(f"{bucket.url}/rips", f"{bucket.url}/whole", *merged, to="xml,csv")
    assert bucket.tree("whole") == tree("exports")


def test_names_that_mean_something_elsewhere(convert: Run, bucket: Bucket, sources: dict[str, bytes]) -> None:
    text = sources["a.txt"]
    keys = ["a::b.txt", "what?.txt", "no#1.txt", "50%20.txt", "x+y z.txt", "größe.txt", "b.txt/inner.txt"]
    for key in keys:
        bucket.put(f"odd/{key}", text + f"\nThis one is called {key} by all who know it well.\n".encode())
    bucket.put("odd/b.txt", text)
    bucket.put("odd/empty/", b"")  # what consoles make of a new folder
    bucket.put("odd/.hidden/x.txt", text)
    bucket.put("odd/rips.html", text)
    convert(f"{bucket.url}/odd", f"{bucket.url}/out", "--report", "report.json", to="markdown")
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert {each["source"] for each in report["documents"]} == {f"{bucket.url}/odd/{key}" for key in (*keys, "b.txt")}
    assert len(bucket.tree("out")) == len(keys) + 1
    for each in report["documents"]:
        (output,) = each["outputs"]
        name = each["source"].rpartition("/")[2]
        assert each["source"].endswith("odd/b.txt") or name in bucket.read(f"out/{output}").decode().replace("\\", "")


def test_a_file_is_read_by_one_request(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    from s3fs import S3FileSystem

    from copydesk.running import stores

    bucket.put("a.txt", "text")

    async def unwanted(*_: object, **__: object) -> None:
        raise AssertionError("it was asked for more")

    monkeypatch.setattr(S3FileSystem, "_info", unwanted)
    assert stores.read(f"{bucket.url}/a.txt") == b"text"


@pytest.mark.usefixtures("sources")
def test_a_scheme_in_capitals_is_the_same(convert: Run, bucket: Bucket) -> None:
    name = bucket.url.removeprefix("s3://")
    convert(f"{bucket.url}/rips", f"{bucket.url}/out", to="xml")
    assert "4 unchanged" in convert(f"S3://{name}/rips/", f"S3://{name}/out", to="xml").err


def test_reports_name_documents_by_their_urls(copydesk: Run, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.put("rips/50% größe.txt", "")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    done = copydesk("convert", bucket.url, "--to", "xml", "--report", "r.sarif", "--report", "r.xml")
    (result,) = json.loads(Path("r.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": f"{bucket.url}/rips/50%25%20gr%C3%B6%C3%9Fe.txt"}
    assert f'classname="copydesk.{bucket.url}/rips"' in Path("r.xml").read_text(encoding="utf-8")
    assert f"::error file={bucket.url.replace(':', '%3A')}/rips/50%25 größe.txt," in done.out


def test_a_folder_without_a_name_is_an_error(convert: Run, bucket: Bucket, sources: dict[str, bytes]) -> None:
    from copydesk.running import stores
    from copydesk.running.stores import Stored

    url = f"{bucket.url}/rips"
    listed = stores.listed

    def with_nameless(folder: str) -> list[Stored]:  # the server of the test takes two slashes for one
        nameless = [Stored(f"{url}/", 0, is_folder=True, checksum="", time="")]
        return [*(nameless if folder == url else []), *listed(folder)]

    with pytest.MonkeyPatch.context() as context:
        context.setattr(stores, "listed", with_nameless)
        done = convert(url, "exports", to="xml", code=1)
    assert f"{url}/: has no name" in done.err
    assert "4 written, 1 failed" in done.err
    assert sources


@pytest.mark.usefixtures("sources")
def test_single_documents_and_lists(convert: Run, copydesk: Run, bucket: Bucket) -> None:
    convert(f"{bucket.url}/rips/deep/er/c.md", "one", to="markdown")
    assert Path("one/markdown/c.md").exists()
    Path("list").write_text(f"{bucket.url}/rips/deep\nin/b.txt\n", encoding="utf-8")
    done = copydesk("convert", "--files-from", "list", "--to", "markdown", "-o", "listed")
    assert done.code == 0, done.err
    name = bucket.url.removeprefix("s3://")
    found = sorted(path.relative_to("listed/markdown").as_posix() for path in Path("listed/markdown").rglob("*.md"))
    assert found == sorted([f"{name}/rips/deep/a.md", f"{name}/rips/deep/er/c.md", "in/b.md"])


@pytest.mark.usefixtures("sources")
def test_a_configuration_names_stores(copydesk: Run, bucket: Bucket) -> None:
    Path("sub").mkdir()
    Path("copydesk.toml").write_text(
        f'sources = ["{bucket.url}/rips"]\noutput = "{bucket.url}/out"\nto = ["xml"]\n', encoding="utf-8"
    )
    with pytest.MonkeyPatch.context() as context:
        context.chdir("sub")
        done = copydesk("convert")
    assert done.code == 0, done.err
    assert len(bucket.tree("out")) == 8


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_archives_in_a_store(
    convert: Run, bucket: Bucket, sources: dict[str, bytes], tmp_path: Path, tree: Tree, kind: str
) -> None:
    packed = shutil.make_archive(str(tmp_path / "rips"), {"tar.gz": "gztar"}.get(kind, kind), "in")
    name = Path(packed).name
    bucket.put(f"archives/{name}", Path(packed).read_bytes())
    convert(name, "exports")
    convert(f"{bucket.url}/archives", f"{bucket.url}/folder")
    assert bucket.tree("folder") == tree("exports")
    assert f"{len(NAMES)} unchanged" in convert(f"{bucket.url}/archives", f"{bucket.url}/folder").err
    convert(f"{bucket.url}/archives/{name}", f"{bucket.url}/single", to="epub")
    epub = zipfile.ZipFile(io.BytesIO(bucket.read(f"single/epub/{name}/deep/er/c.epub")))
    assert PNG in [epub.read(each) for each in epub.namelist()]
    bucket.put(f"archives/{name}", Path(packed).read_bytes()[: Path(packed).stat().st_size // 2])
    done = convert(f"{bucket.url}/archives", "cut", code=1)
    assert f"{bucket.url}/archives/{name}" in done.err
    bucket.remove(f"archives/{name}")
    bucket.put("archives/other.txt", sources["a.txt"])
    assert "1 document" in convert(f"{bucket.url}/archives", f"{bucket.url}/folder", "--prune").err
    assert {each.partition("/")[2] for each in bucket.tree("folder") if "articles" not in each} == {
        "other.xml",
        "other.ledger.jsonl",
        "other.md",
    }
