"""Addresses of links: only what a reader can open, and nothing that runs."""

from __future__ import annotations

import pytest

from copydesk_epub.addresses import absolute, file_name

BASE = "https://base.example/dir/page"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://x.example/a?b=c&d#e", "http://x.example/a?b=c&d#e"),
        (" http://x.example/a b?c d ", "http://x.example/a%20b?c%20d"),
        ("http://x.example/%41%zz", "http://x.example/%41%25zz"),
        ('http://x.example/<">[]{}|\\^`', "http://x.example/%3C%22%3E%5B%5D%7B%7D%7C%5C%5E%60"),
        ("http://münchen.example/ö?ä#ü", "http://xn--mnchen-3ya.example/%C3%B6?%C3%A4#%C3%BC"),
        ("HTTPS://X.example:8080", "https://X.example:8080"),
        ("http://[2001:db8::1]:80/", "http://[2001:db8::1]:80/"),
        ("mailto:a@b.example?subject=x y", "mailto:a@b.example?subject=x%20y"),
        ("ftp://x.example/a", "ftp://x.example/a"),
        ("../a", "https://base.example/a"),
        ("//y.example/a", "https://y.example/a"),
        ("javascript:alert(1)", None),
        ("JavaScript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        (" javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("vbscript:x", None),
        ("mailto:", None),
        ("mailto://x.example/", None),
        ("http://", None),
        ("http:///x", None),
        ("http://a b/", None),
        ("http://x..example/", None),
        ("http://-x.example/", None),
        ("http://xn--a/", None),
        ("http://[::1", None),
        ("http://[x]/", None),
        ("http://x.example:99999/", None),
        ("http://x.example\\@y.example/", None),
        ("http://" + "é" * 70 + ".example/", None),
    ],
)
def test_absolute(url: str, expected: str | None) -> None:
    assert absolute(url, BASE) == expected


def test_without_a_base_a_relative_address_is_none() -> None:
    assert absolute("a/b", None) is None
    assert absolute("//x.example/a", None) is None


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://x.example/a/b%20c.jpg?d=/e#f", "b c.jpg"),
        ("a.png", "a.png"),
        ("https://x.example", "x.example"),
        ("?x", "?x"),
    ],
)
def test_file_name(url: str, name: str) -> None:
    assert file_name(url) == name
