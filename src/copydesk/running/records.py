"""What is remembered of a document or a collection: what it was made of, and the files that were made of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from copydesk.running.outputs.folder import FileRecord

COLLECTION_MARK = "/"
"""Before a collection's name; no document's outputs go by a name that begins with a slash."""
FORMER = "/former"
"""Behind a format's name: the files that it had by other options and has no longer, which go with their source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeRecord:
    """The files of one format, and what they were made of.

    Parameters:
        article: digest of the article (of a collection: of all its members), hex.
        edition: of the exporter and its options.
        files: as they were when they were in place.
        resources: local images that the exporter asked for, with their sha256, None for those that there were not, or
            why they could not be read.
    """

    article: str
    edition: str
    files: tuple[FileRecord, ...]
    resources: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One document, or one collection.

    Parameters:
        source: path of the source from the output folder, or URL; `-` for standard input, empty for a collection.
        sha256: of its bytes, hex.
        edition: of the readers, rules and settings that made the article.
        article: digest of canonical XML and ledger, hex.
        xml_sha256: of the canonical XML.
        report: what was reported of the article: members of `DocumentReport.to_json` that do not tell of the run.
        made: the formats made of it, those of earlier runs too.
        version: what the store of the source said then that stands for its bytes (`SourceFile.version`).
    """

    source: str
    sha256: str
    edition: str
    article: str
    xml_sha256: str
    report: Mapping[str, Any]
    made: Mapping[str, MadeRecord]
    version: str = ""

    def to_json(self) -> str:
        """The record without its source as one JSON array; arrays keep it short, as there are many."""
        made = {
            name: [each.article, each.edition, [[f.path, f.sha256, *f.stamp] for f in each.files], dict(each.resources)]
            for name, each in self.made.items()
        }
        members = [self.sha256, self.edition, self.article, self.xml_sha256, self.report, made, self.version]
        return json.dumps(members, separators=(",", ":"))

    @classmethod
    def from_json(cls, source: str, text: bytes) -> Record:
        """Read back what `to_json` wrote."""
        sha256, edition, article, xml_sha256, report, made, version = json.loads(text)
        return cls(
            source=source,
            sha256=sha256,
            edition=edition,
            article=article,
            xml_sha256=xml_sha256,
            report=report,
            made={
                name: MadeRecord(
                    article=digest,
                    edition=made_by,
                    files=tuple(FileRecord(path, sha, (size, mtime, ctime)) for path, sha, size, mtime, ctime in files),
                    resources=resources,
                )
                for name, (digest, made_by, files, resources) in made.items()
            },
            version=version,
        )


def keep_former(made: dict[str, MadeRecord], name: str, now: Collection[str]) -> None:
    """Before the files of a format are recorded, remember those that are no more: `--prune` is to find them.

    Parameters:
        made: of a record, by format; changed.
        name: of the format.
        now: paths of the files that it has now.
    """
    former = f"{name}{FORMER}"
    known = [made.pop(former, None), made.pop(name, None)]
    files = {file.path: file for each in known if each for file in each.files if file.path not in now}
    if files:
        made[former] = MadeRecord(article="", edition="", files=tuple(files.values()))
