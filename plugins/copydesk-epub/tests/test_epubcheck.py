"""EPUBCheck, the W3C's conformance checker: no fatal error, error, warning or usage note on whatever may come."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZipFile

import pytest

from copydesk.article.view import Article
from copydesk.testing import long_article, sample_articles

GOLDENS = Path(__file__).parents[3] / "tests" / "golden"  # the core's, where the plugin stands in its workspace
STRINGS = (
    "& < > \" '", "]]>", "<script>alert(1)</script>", "$title$ ${body}", "---", "a\\b", "100% %zz", "\u202eRTL\u202c",
    "👩‍👩‍👧", "e\u0301", "a\u2028b\u2029c", "\ufffd", "\u00a0x", "<!-- -->", "<?pi ?>", "`x`{=html}",
    "![](/etc/hostname)",
    "$$x$$", "[^1] @cite", "w" * 5000, "\ufdd0 \U0001fffe", "\ue000 \U000f0000", "x\u200by\u00adz", "{.x #y}", "* a",
    "# b", "1. c", "> d", "a\u0085b\u0080c\u009f\u007f",
)  # fmt: skip
# Classes that mean something to pandoc.
ROLES = (
    "section unlisted unnumbered notes columns column kbd mark smallcaps underline ul math footnotes sourceCode"
    " line-block csl-entry task-list title slide fragment aside emoji titlepage references refs numberLines dfn main"
    " wrapper level1 header footer nav article gallery byline"
)
ADDRESSES = (
    "http://user:pw@host.example:8080/a?b#c", "http://münchen.example/ö?ä#ü", "HTTP://EXAMPLE.com", "http://[::1]/x",
    "http://a_b.example/", "mailto:a@b.example?subject=x y", "ftp://f.example/x", "http://x.example/%zz",
    "http://x.example/a|b[c]", "//x.example/a", "/rooted", "rel/../a", "?q", "https://x.example:99999/", "http:///x",
    "http:/x", "https:x", "mailto:", "http://x.example/'()*!$;,", "http://1.2.3.4.5/", "http://xn--a/", "#nowhere",
    "http://256.256.256.256/", "http://x..example/", "http://-x-.example/", "javascript:alert(1)", "file:///etc/passwd",
    "http://x.example\\@y.example/", "http://[", "data:text/html,x", "http://a b/", "ch001.xhtml", "../content.opf",
)  # fmt: skip
LANGUAGES = ("und", "x-klingon", "abcdefgh", "e", "en-US-x-foo", "zh-Hant-TW", "i-klingon", "en-a-bb-a-cc")
DATES = (
    "2024", "2024-02", "-0044-03-15", "2024-02-29+02:00", "2024-02-29T12:00:00", "2024-02-29T24:00:00Z", "12024-01-01",
    "0001-01-01", "2024-02-29T12:00:00.123456789-11:00",
)  # fmt: skip
GENRES = ("dictionary", "Index", "edupub", "PREVIEW", "distributable-object", "scriptable-component", "teacher-guide")


def test_epubcheck_finds_nothing(
    tmp_path: Path,
    make: Callable[..., Article],
    fixtures: dict[str, Article],
    png: bytes,
    export: Callable[[Article], Any],
) -> None:
    if shutil.which("java") is None:
        pytest.skip("EPUBCheck needs Java, and there is no `java` on the PATH")
    samples = {f"sample-{number}": article for number, article in enumerate(sample_articles())}
    goldens = {f"golden-{path.stem}": Article.parse(path.read_bytes()) for path in GOLDENS.glob("*.xml")}
    articles = fixtures | goldens | samples | {"long": long_article(1_000)} | dict(hostile(make, png))
    for name, article in articles.items():
        (tmp_path / f"{name}.epub").write_bytes(export(article).data)
    (tmp_path / "broken.epub").write_bytes(broken((tmp_path / "every-element.epub").read_bytes()))
    report = tmp_path / "report.json"
    batch = Path(__file__).with_name("epubcheck_batch.py")
    epubs = sorted(tmp_path.glob("*.epub"))
    run = subprocess.run([sys.executable, batch, report, *epubs], capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode("utf-8", "replace")
    found = json.loads(report.read_text(encoding="utf-8"))
    assert any("RSC-005" in message for message in found.pop("broken.epub")), "the check does not bite"
    assert len(found) == len(articles)
    assert {name: messages for name, messages in found.items() if messages} == {}


def broken(epub: bytes) -> bytes:
    """Give a paragraph an attribute that XHTML does not have."""
    changed = io.BytesIO()
    with ZipFile(io.BytesIO(epub)) as source, ZipFile(changed, "w") as target:
        for info in source.infolist():
            target.writestr(info, source.read(info).replace(b"<p>", b'<p colour="red">', 1))
    return changed.getvalue()


def hostile(make: Callable[..., Article], png: bytes) -> Iterator[tuple[str, Article]]:
    """Give what a source may hold, or a plugin make, at its worst."""
    strings = [escape(string) for string in STRINGS]
    agents = "".join(f"<author type='Person'><name>{string}</name></author>" for string in strings)
    terms = "".join(f"<term>{string}</term>" for string in strings)
    yield (
        "strings",
        make(
            "".join(f"<p>{string}</p><h2>{string}</h2><pre xml:space='preserve'>{string}</pre>" for string in strings),
            "".join(f"<alternativeHeadline>{string}</alternativeHeadline>" for string in strings)
            + "".join(f"<identifier scheme='a&amp;b'>{string}</identifier>" for string in strings)
            + f"<genre>{strings[0]}</genre>{agents}<publisher type='Organization'><name>{strings[2]}</name></publisher>"
            f"<keywords>{terms}</keywords><keywords kind='audience'>{terms}</keywords>"
            f"<copyrightNotice>{strings[0]}</copyrightNotice>",
            title=" ".join(STRINGS[:15]),
        ),
    )
    yield (
        "roles",
        make(
            "".join(
                f"<p role='{role}'>p</p><p><span role='{role}'>span</span></p>"
                f"<aside role='{role}'><h2>h</h2><p>aside</p></aside><aside role='{role}'><p>aside</p></aside>"
                f"<blockquote role='{role}'><p>q</p></blockquote><pre syntax='{role}' xml:space='preserve'>c</pre>"
                f"<figure role='{role}'><figcaption>f</figcaption></figure>"
                for role in ROLES.split()
            )
        ),
    )
    # What the schema does not let through comes in articles of a newer schema, which are not checked.
    with pytest.warns(UserWarning, match="newer"):
        yield (
            "addresses",
            make(
                "".join(
                    f"<p><a href={quoteattr(url)}>l</a><img src={quoteattr(url)} alt='i'></img></p>"
                    for url in ADDRESSES
                ),
                f"<url>https://base.example/dir/page</url><license>{escape(ADDRESSES[-2])}</license>",
                version="1.9",
            ),
        )
    with pytest.warns(UserWarning, match="newer"):
        yield (
            "newer",
            make(
                "<p>a<!-- b --><?c d?><new>e</new></p><new><p>f</p></new>",
                "<headline></headline>",
                version="1.9",
                title="x",
            ),
        )
    for number, lang in enumerate(LANGUAGES):
        yield f"language-{number}", make(f"<p xml:lang='{lang}'>x</p><h2 xml:lang='{lang}'>y</h2>", lang=lang)
    for number, date in enumerate(DATES):
        dates = f"<datePublished>{date}</datePublished><dateModified>{date}</dateModified>"
        yield f"date-{number}", make(head=dates)
    yield "genres", make(head="".join(f"<genre>{genre}</genre>" for genre in GENRES))
    yield (
        "ids",
        make(
            "<p xml:id='toc'>t</p><h2 xml:id='title'>t</h2><h2>u</h2><h2 xml:id='section'>t</h2><p xml:id='é'>x</p>"
            "<ul xml:id='l'><li xml:id='i'><p>x</p></li></ul>"
            "<p><a href='#toc'>l</a><a href='#l'>l</a><a href='#é'>l</a></p>"
        ),
    )
    yield (
        "nesting",
        make(
            "<blockquote>" * 45 + "<p>x</p>" + "</blockquote>" * 45 + "<h6>six</h6><h2>two</h2>"
            "<aside><aside><h3>x</h3><p>y</p></aside></aside><ul><li><h2>h</h2><aside><p>x</p></aside></li><li></li></ul>"
            "<blockquote><h2>q</h2><figure><figcaption>a</figcaption></figure></blockquote>"
            "<ol start='-5'><li><pre xml:space='preserve'>x</pre></li></ol>"
            "<table><tbody><tr><td rowspan='99'>a</td><td colspan='50'>b</td></tr><tr><td>c</td></tr></tbody></table>"
        ),
    )
    jpeg = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080001000101011100ffd9")
    pictures = {
        "a.png": png,
        "a.jpg": jpeg,
        "half.png": png[:20],
        "half.jpg": jpeg[:20],
        "half.gif": b"GIF89a\1\0\1\0\0\0\0;",
    }
    pictures |= {
        "empty.png": b"",
        "text.png": b"text",
        "a.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
    }
    yield (
        "pictures",
        make(
            "".join(
                f"<figure><img src='{name}' width='5' height='5'></img><figcaption>c</figcaption></figure>"
                f"<p>x<img src='{name}' alt='{name}'></img></p>"
                for name in chain(pictures, ["missing.png", "/etc/hostname", "https://x.example/a.png"])
            ),
            resources=pictures,
        ),
    )
