"""Links whose label holds an address, and whose title holds characters that no one sees."""

from __future__ import annotations

import pytest

from copydesk import normalize


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        (
            '[see <http://a.example/b> now](http://c.example "t") or ask',
            '<a href="http://c.example" title="t">see http://a.example/b now</a> or ask',
        ),
        ("[<http://a.example>](#) or ask", '<a href="http://a.example">http://a.example</a> or ask'),
        ("[<http://a.example>][1] or ask\n\n[1]: http://b", '<a href="http://b">http://a.example</a> or ask'),
        ('[x](b "c\u200b") or ask', '<a href="b" title="c">x</a> or ask'),
        ('[x](b "c\u200bd\u200be") or ask', '<a href="b" title="cde">x</a> or ask'),
        ('[x](b "\u200bc") or ask', '<a href="b" title="c">x</a> or ask'),
        ('[x](b " ") or ask', '<a href="b">x</a> or ask'),
    ],
)
def test_link_is_proven(markdown: str, expected: str) -> None:
    made = normalize(markdown.encode(), name="a.md", reader="markdown")
    assert f">{expected}</p>" in made.xml.decode()
