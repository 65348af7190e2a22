"""The same article gives the same bytes, wherever and whenever, in every format."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from copydesk.article.view import Article
from copydesk_pandoc.exporter import EXPORTERS

HASHES = """
import hashlib, json, sys
from copydesk.article.view import Article
from copydesk.testing import export
from copydesk_pandoc.exporter import EXPORTERS
with open(sys.argv[1], "rb") as file:
    article = Article.parse(file.read())
found = {kind.name: hashlib.sha256(*export(kind, article).values()).hexdigest() for kind in EXPORTERS}
print(json.dumps(found))
"""


def test_environment_is_of_no_account(
    articles: dict[str, Article], write: Callable[[str, Article], bytes], tmp_path: Path
) -> None:
    # A user's own pandoc templates must not get in either.
    templates = tmp_path / "pandoc" / "templates"
    templates.mkdir(parents=True)
    for name in ("default.html5", "default.latex", "default.typst", "default.opendocument"):
        (templates / name).write_text("mine: $body$", encoding="utf-8")
    environment = os.environ | {
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
        "LC_ALL": "tr_TR.UTF-8",
        "LANG": "ar_EG.ISO-8859-6",
        "LANGUAGE": "ar",
        "TZ": "Pacific/Kiritimati",
        "SOURCE_DATE_EPOCH": "1000000000",
        "GHCRTS": "-H256m",
        "PYTHONHASHSEED": "7",
    }
    seed = next((Path(__file__).parent / "fixtures").glob("002*.xml"))
    run = subprocess.run(
        [sys.executable, "-c", HASHES, seed], cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    here = {kind.name: hashlib.sha256(write(kind.name, articles["002"])).hexdigest() for kind in EXPORTERS}
    assert json.loads(run.stdout) == here
