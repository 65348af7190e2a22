"""Several machines, one run: each converts its share of the documents, and one makes collections of what all wrote."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from copydesk.article.ledger import from_jsonl
from copydesk.cleaning.pipeline import Normalized
from copydesk.cleaning.sentences import measure
from copydesk.errors import ArticleError, UsageError
from copydesk.exporting.xml import XmlExporter
from copydesk.reading.decode import decode
from copydesk.reading.detect import TEXT
from copydesk.running.outputs.opening import output_folder
from copydesk.running.sources import Documents, Found

_SHARD = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Shard:
    """One share of several: `number` of `count`, from 1."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Read `2/5`.

        Raises:
            UsageError: it is no share of several.
        """
        found = _SHARD.fullmatch(text)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            raise UsageError(
                f"{text!r} is no share",
                where="--shard",
                next_step="give its number and how many there are, such as 2/5",
            )
        return cls(int(found[1]), int(found[2]))

    def takes(self, name: str) -> bool:
        """Whether a document is in this share: its name alone decides, so that other documents move none about."""
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") % self.count == self.number - 1

    def of(self, found: Found, names: Sequence[str]) -> tuple[Found, list[str]]:
        """The documents of this share, with their names. Paths that gave no document are an error of every share."""
        taken = {True: (Documents(), list[str]()), False: (Documents(), list[str]())}
        for file, name in zip(found.files, names, strict=True):
            files, shared = taken[self.takes(name)]
            files.append(file)
            shared.append(name)
        (own, own_names), (others, other_names) = taken[True], taken[False]
        return replace(found, files=own, other_shards=others, other_names=frozenset(other_names)), own_names


class Refused(Enum):
    """Why an article that another run made is made again: what people are told of those of a folder."""

    OTHER = "were made with other rules, settings, Python or copydesk"
    CHANGED = "were made of sources that have changed since"
    ALTERED = "are not there or not as they were written"
    DAMAGED = "have damaged records in its state"
    NO_TEXT = "are of sources that are no text, of which only converting them tells all"


@dataclass(frozen=True, slots=True)
class SharedArticle:
    """An article that another run wrote as XML by the same code, rules and settings, and that need not be made again.

    Parameters:
        folder: the output folder of that run.
        digest: of the article, as its state has it (`article_digest`).
    """

    folder: str
    digest: str

    def read(self, name: str, raw: bytes) -> Normalized | Refused:
        """Read the article of a document.

        Parameters:
            name: path of its outputs below a format's folder, without suffix.
            raw: its bytes.

        Returns:
            The article and its ledger, if they are there as they were written and of these bytes, and if the source is
            text, so that what there is to say of it can be told from its bytes; why not otherwise.
        """
        try:
            folder = output_folder(self.folder)
            xml, lines = (folder.read(f"{XmlExporter.name}/{name}{suffix}") for suffix in XmlExporter.suffixes)
            if article_digest(xml, lines) != self.digest:
                return Refused.ALTERED
            ledger = from_jsonl(lines)
        except (OSError, ArticleError):
            return Refused.ALTERED
        if ledger.header.source_sha256 != hashlib.sha256(raw).hexdigest():
            return Refused.CHANGED
        return _told(Normalized(xml, ledger), raw)


def article_digest(xml: bytes, ledger: bytes) -> str:
    """What tells one article and its ledger from another: a sha256, hex.

    Parameters:
        xml: canonical.
        ledger: as JSON lines.
    """
    digest = hashlib.sha256(xml)
    digest.update(b"\0")
    digest.update(ledger)
    return digest.hexdigest()


def _told(found: Normalized, raw: bytes) -> Normalized | Refused:
    """The article with the warnings and sentences of its source."""
    header = found.ledger.header
    if header.view != TEXT:
        return Refused.NO_TEXT
    view, encoding, warnings = decode(raw, where=header.name or "")
    if encoding != header.encoding or header.chars != len(view):
        return Refused.OTHER
    return replace(found, warnings=tuple(warnings), sentences=measure(view, found.ledger))
