"""One block at a time."""

from __future__ import annotations

import pytest

from copydesk.article.model import (
    Aside,
    Block,
    Caption,
    Cell,
    Code,
    Figure,
    Format,
    Gallery,
    Heading,
    Image,
    Inline,
    Item,
    List,
    Para,
    Quote,
    Rule,
    Table,
    Text,
)
from copydesk_markdown.blocks import body


def p(text: str) -> Para:
    return Para(inlines=(Text(text=text),))


def caption(*inlines: Inline | str) -> Caption:
    return Caption(inlines=tuple(Text(text=one) if isinstance(one, str) else one for one in inlines))


def row(*texts: str, **how: int) -> tuple[Cell, ...]:
    return tuple(Cell(inlines=(Text(text=text),) if text else (), **how) for text in texts)


def items(*items: Block | tuple[Block, ...]) -> tuple[Item, ...]:
    return tuple(Item(blocks=item if isinstance(item, tuple) else (item,)) for item in items)


def ul(*inner: Block | tuple[Block, ...]) -> List:
    return List(ordered=False, items=items(*inner))


def ol(*inner: Block | tuple[Block, ...], start: int | None = None) -> List:
    return List(ordered=True, items=items(*inner), start=start)


def lines(*lines: str) -> str:
    return "\n".join(lines)


def test_paragraphs_whatever_their_role() -> None:
    roles = ("standfirst", "lead", "correction", None)
    paragraphs = [Para(inlines=(Text(text="a"),), role=role) for role in roles]
    assert body(paragraphs) == "a\n\na\n\na\n\na"


@pytest.mark.parametrize("level", [2, 3, 4, 5, 6])
def test_headings(level: int) -> None:
    assert body([Heading(level=level, inlines=(Text(text="1. a #"),))]) == f"{'#' * level} 1. a \\#"


def test_quotations() -> None:
    two = Quote(
        blocks=(p("a"), p("b")), attribution=caption("Jones, ", Format(kind="em", inlines=(Text(text="Times"),)))
    )
    assert body([two, Quote(blocks=(p("c"),))]) == lines(
        "> a", ">", "> b", ">", "> — Jones, *Times*", "", "> c"
    )  # fmt: skip


@pytest.mark.parametrize("dash", ["—", "–", "-", "\u2015"])
def test_an_attribution_has_one_dash(dash: str) -> None:
    quote = Quote(blocks=(p("a"),), attribution=caption(f"{dash} Jones"))
    assert body([quote]).removeprefix("> a\n>\n> ").removeprefix("\\") == f"{dash} Jones"


def test_an_aside_is_set_off() -> None:
    box = Aside(blocks=(Heading(level=3, inlines=(Text(text="a"),)), p("b")), role="factbox")
    assert body([box]) == "> ### a\n>\n> b"


def test_lists_of_paragraphs_are_tight() -> None:
    assert body([ul(p("a"), p("- b"))]) == "- a\n- \\- b"
    assert body([ol(p("a"), p("b"))]) == "1. a\n2. b"
    assert body([ol(p("a"), p("b"), start=9)]) == "9. a\n10. b"


def test_lists_of_anything_else_are_loose() -> None:
    assert body([ul((p("a"), ol(p("b"), start=3)), p("c"))]) == "- a\n\n  3. b\n\n- c"
    assert body([ol((p("a"), Code(text="b\n\n c")), start=10)]) == lines(
        "10. a", "", "    ```", "    b", "", "     c", "    ```"
    )  # fmt: skip


def test_lists_that_follow_each_other_stay_apart() -> None:
    assert body([ul(p("a")), ul(p("b")), ul(p("c"))]) == "- a\n\n+ b\n\n- c"
    assert body([ol(p("a")), ol(p("b")), ul(p("c"))]) == "1. a\n\n1) b\n\n- c"


def test_items_that_begin_with_lists_or_are_empty() -> None:
    assert body([ul(ul(ul(())))]) == "-\n  -\n    -"
    assert body([ul((), p("a"))]) == "-\n- a"
    assert body([ul(Rule())]) == "- ***"


def test_deep_lists_cost_no_more_than_their_depth() -> None:
    deep: Block = p("a")
    for _ in range(60):
        deep = ul(deep)
    assert body([deep]).split("\n")[-2:] == [f"{'  ' * 58}-", f"{'  ' * 59}- a"]


@pytest.mark.parametrize("start", [-1, 10**9, 10**12])
def test_numbers_that_markdown_has_not_begin_at_1(start: int) -> None:
    assert body([ol(p("a"), p("b"), start=start)]) == "1. a\n2. b"


def test_figures() -> None:
    image = Image(src="a.jpg", alt="b")
    assert body([Figure(image=image, caption=caption("c"), credit=caption("d"))]) == "![b](a.jpg)\n\n*c*\n\n*d*"
    assert body([Figure(caption=caption("“c ", Format(kind="em", inlines=(Text(text="d"),)), ".”"))]) == "*“c d.”*"
    assert body([Gallery(figures=(Figure(caption=caption("a")), Figure(image=image)))]) == "*a*\n\n![b](a.jpg)"


def test_an_image_that_cannot_be_shown_leaves_its_caption() -> None:
    data = Figure(image=Image(src="data:image/png;base64,AA"), caption=caption("a"))
    assert body([p("b"), data, Figure(image=data.image), p("c")]) == "b\n\n*a*\n\nc"


def test_tables() -> None:
    table = Table(head=(row("a", "b|c"),), body=(row("1", ""), row("2")), caption=caption("d"))
    assert body([table]) == lines("*d*", "", "| a | b\\|c |", "| --- | --- |", "| 1 |  |", "| 2 |  |")


def test_tables_without_a_head_or_with_two_rows_of_it() -> None:
    assert body([Table(body=(row("1", "2"),))]) == lines("|  |  |", "| --- | --- |", "| 1 | 2 |")
    two = Table(head=(row("a"), row("b")), body=(row("1"),))
    assert body([two]) == lines("| a |", "| --- |", "| b |", "| 1 |")


def test_tables_with_spans_keep_their_columns() -> None:
    wide, tall = row("a", colspan=2), row("b", rowspan=2)
    table = Table(head=((*wide, *row("c")),), body=((*tall, *row("d", "e")), row("f", "g")))
    assert body([table]) == lines("| a |  | c |", "| --- | --- | --- |", "| b | d | e |", "|  | f | g |")


def test_a_span_beyond_reason_costs_nothing() -> None:
    table = Table(body=(row("a", colspan=10**9, rowspan=10**9), row("b")))
    assert len(body([table])) < 200


def test_code() -> None:
    assert body([Code(text="a\n  b\tc ", syntax="python")]) == "```python\na\n  b\tc \n```"
    assert body([Code(text="```\n````")]) == "`````\n```\n````\n`````"
    assert body([Code(text="a\r\nb\rc", syntax="no such`")]) == "```\na\nb\nc\n```"


def test_a_rule_is_no_underline_and_no_list() -> None:
    assert body([p("a"), Rule(), ul(p("b")), Rule()]) == "a\n\n***\n\n- b\n\n***"
