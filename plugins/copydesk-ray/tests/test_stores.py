"""Sources and outputs in a store: machines of a cluster then need no file system in common."""

from __future__ import annotations

import json
import logging
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ray", reason="runs where the group ray is installed")
pytest.importorskip("moto", reason="runs where the group ray is installed")
pytest.importorskip("copydesk_csv")

Convert = Callable[..., "subprocess.CompletedProcess[str]"]
DeadlyRule = Callable[[str], tuple[Path, Path]]

DOCUMENTS = 60


@pytest.fixture
def s3(s3_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of a server that has the bucket `desk`, which this test and the cluster find by the same variables."""
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)  # it tells of every request
    port = int(s3_environment["AWS_ENDPOINT_URL"].rpartition(":")[2])
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    for name, value in s3_environment.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    client.create_bucket(Bucket="desk")
    yield client
    server.stop()


def write_documents(s3: Any) -> None:
    for number in range(DOCUMENTS):
        name = {15: "Victim", 35: "Poison"}.get(number, "Ferry")
        text = f"{name} {number} returns\n\nIt sails again from Monday, {number} times a day, the port announced.\n"
        s3.put_object(Bucket="desk", Key=f"rips/{number % 5}/{number:03}.txt", Body=text.encode())


def tree(s3: Any, folder: str) -> dict[str, bytes]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="desk", Prefix=folder)
    keys = [each["Key"] for page in pages for each in page["Contents"] if "/.copydesk/" not in each["Key"]]
    return {key.removeprefix(folder): s3.get_object(Bucket="desk", Key=key)["Body"].read() for key in keys}


def local_tree(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and ".copydesk" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_machines_that_share_nothing_but_a_store_make_what_one_process_makes(
    convert: Convert,
    deadly_rule: DeadlyRule,
    cluster: str,
    theirs: Path,
    alone: Path,
    s3: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(alone)
    write_documents(s3)
    (alone / "tmp").mkdir()

    def run(output: str, *options: str) -> list[dict[str, Any]]:
        engine = options[1]
        rule, _ = deadly_rule(engine)
        done = convert(
            "s3://desk/rips",
            *("-o", output, "--to", "xml,csv", "--rules", rule, "--report", f"{engine}.json", "-q", *options),
            RAY_AUTH_MODE="disabled",
            TMPDIR=str(alone / "tmp"),
        )
        assert done.returncode == 1, done.stderr
        assert len(done.stderr.splitlines()) == 1
        documents = json.loads(Path(f"{engine}.json").read_bytes())["documents"]
        assert len(documents) == DOCUMENTS
        return [each for each in documents if each["status"] == "failed"]

    before = set(theirs.iterdir())
    run("serial", "--engine", "serial")
    failed = run("s3://desk/out", "--engine", "ray", "--ray-address", cluster)
    assert (tmp_path / "ray.mark").exists()  # so a process was killed at the victim, too
    assert [each["source"] for each in failed] == ["s3://desk/rips/0/035.txt"]
    assert failed[0]["failures"][0]["what"] == "its worker process died, twice"
    expected = local_tree(alone / "serial")
    assert len(expected) == 2 * (DOCUMENTS - 1) + 3
    assert tree(s3, "out/") == expected
    assert not any((alone / "tmp").iterdir())
    assert len(set(theirs.iterdir()) - before) <= 1  # of five; one may have been about to begin when the run ended


def test_what_lies_in_a_folder_is_not_there_for_other_machines(
    convert: Convert, cluster: str, alone: Path, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(alone)
    Path("a.txt").write_text("Ferry returns\n\nIt sails again from Monday.\n", encoding="utf-8")
    there = ("--engine", "ray", "--ray-address", cluster)
    done = convert("a.txt", "-o", "s3://desk/other", "--to", "xml", *there, RAY_AUTH_MODE="disabled")
    assert done.returncode == 3
    assert f"has no folder {alone}; put sources and output on a file system" in done.stderr


def test_documents_whose_pictures_are_on_this_machine_alone_are_converted_here(
    convert: Convert, cluster: str, alone: Path, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(alone)
    with tarfile.open("all.tar.gz", "w:gz") as archive:
        for name, content in (("a.txt", b"Ferry returns\n\nIt sails again from Monday.\n"), ("a.png", b"picture")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, BytesIO(content))
    there = ("--engine", "ray", "--ray-address", cluster)
    done = convert("all.tar.gz", "-o", "s3://desk/tar", "--to", "xml", *there, RAY_AUTH_MODE="disabled")
    assert done.returncode == 0, done.stderr
    assert len(tree(s3, "tar/")) == 2
