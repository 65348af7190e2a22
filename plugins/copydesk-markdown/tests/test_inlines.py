"""One leaf at a time: what is escaped, what is formatted, and what cannot be."""

from __future__ import annotations

import string
from typing import Any

import pytest

from copydesk.article.model import Annotation, Break, Format, Image, Inline, Link, Para, Text
from copydesk_markdown.blocks import body
from copydesk_markdown.inlines import leaf


def t(text: str) -> Text:
    return Text(text=text)


def em(*inlines: Inline | str) -> Format:
    return Format(kind="em", inlines=_inlines(inlines))


def strong(*inlines: Inline | str) -> Format:
    return Format(kind="strong", inlines=_inlines(inlines))


def code(*inlines: Inline | str) -> Format:
    return Format(kind="code", inlines=_inlines(inlines))


def a(href: str, *inlines: Inline | str, title: str | None = None) -> Link:
    return Link(href=href, inlines=_inlines(inlines), title=title)


def write(*inlines: Inline | str) -> str:
    return leaf(_inlines(inlines))


def _inlines(inlines: tuple[Inline | str, ...]) -> tuple[Inline, ...]:
    return tuple(t(inline) if isinstance(inline, str) else inline for inline in inlines)


br = Break()


@pytest.mark.parametrize(
    "text",
    [
        "Europol’s “8th” – conference (6 October 2020); 5 < 6, a > b: 10:30:45.",
        'AT&T, snake_case_word, C#, 100 %, me@x.org, 50/50, a+b=c, don\'t, "quoted", x - y, wait... what!',
        "The IOCTA's 4.5 billion. 1986 was a year",
        "Mr. X and A.B.",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert write(text) == text


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("1986. A", r"1986\. A"),
        ("1986.", r"1986\."),
        ("2) b", r"2\) b"),
        ("(a) b", r"(a\) b"),
        ("iv. b", r"iv\. b"),
        ("- a", r"\- a"),
        ("+", r"\+"),
        ("> a", r"\> a"),
        (": a", r"\: a"),
        ("---", r"\---"),
        ("===", r"\=\=\="),
        ("# a", r"\# a"),
        ("a #tag", r"a \#tag"),
        ("`a``b", r"\`a\`\`b"),
        ("*a* _a_ a_b", r"\*a\* \_a\_ a_b"),
        ("[x](y) ![", r"\[x\](y) !\["),
        ("a\\", "a\\\\"),
        ("\\*", "\\\\\\*"),
        ("&copy; &#42; R&D;", "&amp;copy; &amp;#42; R&amp;D;"),
        ("<b> <!--more--> <", "&lt;b> &lt;!--more--> &lt;"),
        ("a | b", r"a \| b"),
        ("~~a~~ x^2^ $x$", r"\~\~a\~\~ x&#94;2&#94; \$x\$"),
        ("{{ x }} {% y %} {#z}", r"\{\{ x }} \{&#37; y %} \{#z}"),
        ("%%x%% 5%", "%&#37;x%&#37; 5%"),
        ("==x==", r"\=\=x\=\="),
        (":smile: :100:", r"\:smile: \:100:"),
        ("https://x.org www.x.org", r"https\://x.org www\.x.org"),
        ("\u00a0a\u00a0b\u2003", "&#160;a\u00a0b&#8195;"),
        ("a\u2028b\ufeff", "a&#8232;b&#65279;"),
    ],
)
def test_text_that_would_be_markup_is_escaped(text: str, source: str) -> None:
    assert write(text) == source


def test_the_start_of_a_line_matters_only_there() -> None:
    assert write("a - b", br, "- c", br, "1. d") == "a - b\\\n\\- c\\\n1\\. d"
    assert leaf((t("1986. A"),), "heading") == "1986. A"
    assert leaf((t("- a"),), "cell") == "- a"
    assert leaf((t("C ##"),), "heading") == r"C \##"


@pytest.mark.parametrize(
    ("inlines", "source"),
    [
        ((em("a"),), "*a*"),
        ((strong("a"), " b"), "**a** b"),
        (("x", em("a"), "y"), "x*a*y"),
        ((em(strong("a")),), "***a***"),
        ((em(strong("a"), " b"),), "***a** b*"),
        ((strong("a ", em("b")), "c"), "**a *b***c"),
        # white space goes out, and so does what is then empty
        (("a", em(" b "), "c"), "a *b* c"),
        (("a", em(" "), "b"), "a b"),
        ((em("a", br), "b"), "*a*\\\nb"),
        ((em(br, "a"),), "*a*"),
        ((em("\u00a0a"),), "&#160;*a*"),
        ((em(), "a"), "a"),
        # punctuation goes out where it must
        (("foo", em(".bar")), "foo.*bar*"),
        ((em("foo."), "bar"), "*foo*.bar"),
        ((strong("强调。"), "后面"), "**强调**。后面"),
        (("前面", strong("「强调」")), "前面「**强调」**"),
        (("a", em("…"), "b"), "a…b"),
        (("1", em("€"), "x"), "1€x"),
        # and stays where it may
        ((em("“foo.”"), " bar"), "*“foo.”* bar"),
        (("(", em("foo."), ")"), "(*foo.*)"),
        # what cannot be delimited is dropped
        (("x", em(a("/y", "z"))), "x[z](/y)"),
        (("x", em(code("y")), "z"), "x`y`z"),
        ((em("a"), strong("b")), "*a*b"),
        ((em("x", strong("y"), "z"),), "*xyz*"),
        # one in the same is one, and so are neighbours
        ((em("a ", em("b"), " c"),), "*a b c*"),
        ((em("a"), em("b")), "*ab*"),
        ((em("a ", strong("b ", em("c"))),), "*a **b c***"),
    ],
)
def test_emphasis(inlines: tuple[Inline | str, ...], source: str) -> None:
    assert write(*inlines) == source


@pytest.mark.parametrize(
    ("inlines", "source"),
    [
        ((code("a"),), "`a`"),
        ((code("a`b"),), "``a`b``"),
        ((code("a`"),), "`` a` ``"),
        ((code("`a`` "),), "``` `a``  ```"),
        ((code(" a "),), "`  a  `"),
        ((code(" a"),), "` a`"),
        ((code(" "), "x"), "` `x"),
        ((code("a"), code("b")), "`ab`"),
        ((code("a", br, "b"),), "`a b`"),
        ((code("a ", em("b")),), "`a b`"),
        ((code("a ", a("/x", "b")),), "`a `[`b`](/x)"),
        ((em(code("*a*")),), "*`*a*`*"),
    ],
)
def test_code(inlines: tuple[Inline | str, ...], source: str) -> None:
    assert write(*inlines) == source


def test_code_in_a_table_escapes_the_bar_alone() -> None:
    assert leaf((code("a|b\\|c*"),), "cell") == r"`a\|b\\|c*`"


@pytest.mark.parametrize(
    ("inlines", "source"),
    [
        ((a("https://x.org/", "x"),), "[x](https://x.org/)"),
        ((a("/a(b)", "x"),), "[x](/a(b))"),
        ((a("/a(b", "x"),), "[x](</a(b>)"),
        ((a("/((((a))))", "x"),), "[x](</((((a))))>)"),
        ((a("/a b<c>\\|{", "x"),), "[x](/a%20b%3Cc%3E%5C%7C%7B)"),
        ((a("/?a=1&copy;=2&lt=3", "x"),), "[x](/?a=1&amp;copy;=2&lt=3)"),
        ((a("/é", "x"),), "[x](/é)"),
        ((a("/", "x", title='a "b" & [c]'),), '[x](/ "a &#34;b&#34; &amp; &#91;c&#93;")'),
        ((a("/", "a]"),), r"[a\]](/)"),
        ((a("/", " a "), "b"), "[a](/) b"),
        (("wow!", a("/", "a")), r"wow\![a](/)"),
        ((a("https://x.org/a", "https://x.org/a"),), "<https://x.org/a>"),
        ((a("https://x.org/%41", "https://x.org/%41"),), r"[https\://x.org/%41](https://x.org/%41)"),
        ((a("/", Image(src="b.jpg", alt="c")),), "[![c](b.jpg)](/)"),
        ((a("/", a("/b", "c")),), "[c](/)"),
        ((a("/"), "a"), "a"),
    ],
)
def test_links(inlines: tuple[Inline | str, ...], source: str) -> None:
    assert write(*inlines) == source


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", " JAVA\tscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///x", "#b1", " "]
)
def test_no_harmful_or_dead_link_comes_out(href: str) -> None:
    assert write("see ", a(href, "this")) == "see this"
    assert write(Image(src=href.replace("#b1", "data:image/png;base64,x"), alt="x"), "y") == "y"


def test_a_scheme_cannot_hide_in_character_references() -> None:
    assert write(a("&#106;avascript:x", "y")) == "[y](&amp;#106;avascript:x)"


def test_images() -> None:
    assert write(Image(src="a b.jpg", alt=" x\n[y] ")) == r"![x \[y\]](a%20b.jpg)"
    assert write(Image(src="a.jpg")) == "![](a.jpg)"


def test_annotations_sub_and_sup_are_their_text() -> None:
    said = Annotation(kind="said", inlines=(t("H"), Format(kind="sub", inlines=(t("2"),)), t("O &co")))
    assert write(said, "py;") == "H2O &amp;copy;"


def test_line_breaks() -> None:
    assert write(br, "a ", br, br, " b", br) == "a\\\nb"
    assert leaf((t("a"), br, t("b")), "heading") == "a b"
    assert leaf((t("a"), br, t("b")), "cell") == "a b"
    assert write(br) == ""


@pytest.mark.parametrize("chars", [*string.punctuation, "a", "1", "i", "\u00a0", ".a", "&a", ":a", "( "])
def test_long_runs_survive(chars: str, trees: Any) -> None:
    paragraph = Para(inlines=(t("a"), em(chars * 5_000), t("a")))
    assert [*trees.differences(trees.say([paragraph]), trees.read(body([paragraph])))] == []
