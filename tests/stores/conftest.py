"""An S3 server of this machine, with a bucket for each test."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

_numbers = count()


@dataclass(frozen=True)
class Bucket:
    """A bucket, beside copydesk's own way to it."""

    url: str
    s3: Any

    @property
    def _name(self) -> str:
        return self.url.removeprefix("s3://")

    def put(self, key: str, content: bytes | str) -> None:
        raw = content.encode() if isinstance(content, str) else content
        self.s3.put_object(Bucket=self._name, Key=key, Body=raw)

    def remove(self, key: str) -> None:
        self.s3.delete_object(Bucket=self._name, Key=key)

    def read(self, key: str) -> bytes:
        content: bytes = self.s3.get_object(Bucket=self._name, Key=key)["Body"].read()
        return content

    def keys(self, below: str = "") -> list[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=below)
        return sorted(each["Key"] for page in pages for each in page.get("Contents", ()))

    def tree(self, below: str) -> dict[str, bytes]:
        """What a person sees below a folder, by path from there."""
        keys = [key.removeprefix(f"{below}/") for key in self.keys(f"{below}/")]
        return {key: self.read(f"{below}/{key}") for key in keys if not key.startswith(".copydesk/")}

    def times(self, below: str) -> dict[str, object]:
        """When each file was written."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=below)
        return {each["Key"]: each["LastModified"] for page in pages for each in page.get("Contents", ())}


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of the server."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)  # it tells of every request
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A client of the server. What the tools of S3 read of it stands in the environment, where users have it too."""
    import boto3

    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": s3_server,
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
    }.items():
        monkeypatch.setenv(name, value)
    from copydesk.running import connections

    connections.connect.cache_clear()  # the server may be another one than that of the test before
    return boto3.client("s3")


@pytest.fixture
def bucket(s3: Any) -> Bucket:
    """An empty bucket."""
    name = f"desk-{next(_numbers)}"
    s3.create_bucket(Bucket=name)
    return Bucket(f"s3://{name}", s3)


@pytest.fixture
def tree() -> Callable[[str], dict[str, bytes]]:
    """What a person sees in a folder of this machine, by path from there."""

    def read(folder: str) -> dict[str, bytes]:
        paths = (path for path in Path(folder).rglob("*") if path.is_file())
        found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        return {name: content for name, content in found.items() if not name.startswith(".copydesk/")}

    return read
