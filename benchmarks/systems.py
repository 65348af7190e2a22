"""What is measured: nothing done, copydesk, and the peers, each as a function from a document to a prediction.

Peers read HTML only. Of a rip they get one `<p>` for each line that is not blank; of a Markdown rip, in a second row
("rendered"), what CommonMark makes of it; of the page itself, the HTML without its address. Each is asked for the
article's text and, where it knows of such things, title, author and date; comments are off. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version

import lxml.html
from lxml import etree

from benchmarks import node_peer, peers
from benchmarks.markup import apart, as_html, rendered
from benchmarks.node_peer import NodePeer
from benchmarks.peers import Predict
from benchmarks.score import Prediction


@dataclass(frozen=True, slots=True)
class System:
    """Something that says what the article is.

    Parameters:
        name: as it stands in the tables.
        load: imports what it needs and gives the function.
        distribution: the Python distribution that it is; None for what is part of the benchmark, or runs on Node.js.
        package: the package that it is of those that run on Node.js.
        prepare: what is done to a document before the clock starts.
    """

    name: str
    load: Callable[[], Predict]
    distribution: str | None = None
    package: str | None = None
    prepare: Callable[[str], str] = str

    @property
    def is_installed(self) -> bool:
        """Tell whether it can take part; what is a Python package is expected to be there."""
        return self.package is None or node_peer.is_installed()

    @property
    def version(self) -> str:
        """Its name and installed version; "" for what is part of the benchmark."""
        if self.package:
            return f"{self.package} {node_peer.installed_version(self.package)}"
        return f"{self.distribution} {version(self.distribution)}" if self.distribution else ""


def _nothing() -> Predict:
    return Prediction


def _all_of_it() -> Predict:
    from benchmarks.rips import body_of

    return lambda page: Prediction(apart(lxml.html.tostring(body_of(page), encoding="unicode")))


def _copydesk() -> Predict:
    from copydesk import normalize
    from copydesk.errors import NoArticleError

    def predict(rip: str) -> Prediction | None:
        try:
            return prediction(normalize(rip.encode("utf-8"), name="rip.txt").xml)
        except NoArticleError:
            return None

    return predict


def prediction(xml: bytes) -> Prediction:
    """Read a canonical article as a prediction.

    The text is that of the body in reading order: headings, lists, tables, quotations and code, without figures,
    galleries and asides. A title that was made of the lead or of a file's name is no answer. The date is that of
    publication, or of the last change where the page gives no other: peers, too, give one date for both.
    """
    from copydesk.article import canonical
    from copydesk.article.canonical import A

    root = canonical.parse(xml)
    head, body = root.find(f"{A}head"), root.find(f"{A}body")
    assert head is not None
    assert body is not None
    return Prediction(
        text="\n\n".join(_leaves(body)),
        title=head.findtext(f"{A}headline") or "",
        author=", ".join(name for name in (author.findtext(f"{A}name") for author in head.iter(f"{A}author")) if name),
        date=head.findtext(f"{A}datePublished") or head.findtext(f"{A}dateModified") or "",
    )


_INNER = frozenset({"blockquote", "ul", "ol", "li", "table", "thead", "tbody", "tr"})
_OUT = frozenset({"figure", "gallery", "aside", "hr"})


def _leaves(block: etree._Element) -> Iterator[str]:
    for child in block:
        name = etree.QName(child).localname
        if name in _INNER:
            yield from _leaves(child)
        elif name not in _OUT:
            for line_break in child.iter("{*}br"):
                line_break.tail = "\n" + (line_break.tail or "")
            yield "".join(map(str, child.itertext()))


COPYDESK = System("copydesk", _copydesk, "copydesk")
TIMED_AGAINST = "trafilatura"
"""What others are timed against: the text alone, as its dates cost it several times as much."""
PEERS = (
    System(TIMED_AGAINST, partial(peers.trafilatura, with_metadata=False), "trafilatura"),
    System("trafilatura, metadata", partial(peers.trafilatura, with_metadata=True), "trafilatura"),
    System("boilerpy3", peers.boilerpy3, "boilerpy3"),
    System("goose3", peers.goose3, "goose3"),
    System("jusText", peers.justext, "justext"),
    System("newspaper4k", peers.newspaper4k, "newspaper4k"),
    System("readability-lxml", peers.readability, "readability-lxml"),
    System("resiliparse", peers.resiliparse, "resiliparse"),
    System("Readability.js", partial(NodePeer, "readability"), package="@mozilla/readability"),
    System("defuddle", partial(NodePeer, "defuddle"), package="defuddle"),
)
ON_RIPS = (System("nothing done", _nothing), COPYDESK, *(replace(peer, prepare=as_html) for peer in PEERS))
ON_MARKDOWN = tuple(replace(peer, name=f"{peer.name}, rendered", prepare=rendered) for peer in PEERS)
ON_HTML = (System("nothing done", _all_of_it), *PEERS)
