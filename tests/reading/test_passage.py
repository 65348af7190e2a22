"""Passages: slicing and joining keep the text, the spans and the marks right."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from copydesk.article.ledger import Span
from copydesk.reading.passage import EMPTY, GAP, Mark, Passage, Piece

CONVERTED = "test.conversion"
LINK = Passage((Piece(900, 903, "url"),))


@st.composite
def passages(draw: st.DrawFn) -> Passage:
    """A passage over a source that is the text of its verbatim pieces, with gaps, converted pieces and marks."""
    pieces: list[Piece] = []
    at = draw(st.integers(0, 3))
    for kind in draw(st.lists(st.sampled_from(["text", "touching", "gap", "converted"]), max_size=8)):
        if kind != "touching":
            at += draw(st.integers(0, 2))
        if kind == "gap":
            pieces.append(Piece(at, at + 1, draw(st.sampled_from([" ", "\n"])), GAP))
            at += 1
        elif kind == "converted":
            pieces.append(Piece(at, at + 5, draw(st.sampled_from(["&", "\u00a0", "fi"])), CONVERTED))
            at += 5
        else:
            text = draw(st.text(" \nabc.", min_size=1, max_size=6))
            pieces.append(Piece(at, at + len(text), text))
            at += len(text)
    length = sum(len(piece.text) for piece in pieces)
    offsets = st.integers(0, length)
    marks = []
    for first, second in draw(st.lists(st.tuples(offsets, offsets), max_size=4)):
        low, high = sorted((first, second))
        marks.append(Mark(low, high, "em") if low < high else Mark(low, low, "img", href=LINK))
    return Passage(tuple(pieces), tuple(marks))


def source(passage: Passage) -> dict[int, str]:
    """The characters of the source that stand in a passage verbatim, by offset."""
    return {p.start + i: c for p in passage.pieces if p.rule is None for i, c in enumerate(p.text)}


def solid(text: str) -> str:
    return "".join(text.split())


@given(passages(), st.data())
def test_cut(passage: Passage, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(passage)))
    end = data.draw(st.integers(start, len(passage)))
    part = passage.cut(start, end)
    whole = any(piece.rule == CONVERTED for piece in passage.pieces)
    if not whole:  # a converted piece that is cut through stays whole
        assert part.string == passage.string[start:end].strip()
    assert solid(passage.string[start:end]) in solid(part.string)
    assert source(part).items() <= source(passage).items()
    assert not part.string or not (part.string[0].isspace() or part.string[-1].isspace()) or whole
    assert all(0 <= mark.start <= mark.end <= len(part) for mark in part.marks)
    for mark in part.marks:
        if mark.start < mark.end and not whole:
            marked = [passage.string[m.start : m.end] for m in passage.marks if m.kind == mark.kind]
            assert any(part.string[mark.start : mark.end] in text for text in marked)


@given(passages())
def test_cut_of_the_whole_takes_off_white_space_alone(passage: Passage) -> None:
    assert passage.cut(0).string == passage.string.strip()
    if passage.string.strip():
        kept = [mark.kind for mark in passage.cut(0).marks]
        assert kept.count("img") == sum(mark.kind == "img" for mark in passage.marks)


@given(passages(), st.data())
def test_parts_are_cuts_and_share_out_the_images(passage: Passage, data: st.DataObject) -> None:
    inner = data.draw(st.sets(st.integers(0, len(passage)), max_size=4))
    ranges = list(pairwise([0, *sorted(inner - {0, len(passage)}), len(passage)]))
    parts = passage.parts(ranges)
    assert parts == [passage.cut(*at) for at in ranges]
    if all(passage.string[low:high].strip() for low, high in ranges):
        images = sum(mark.kind == "img" for part in parts for mark in part.marks)
        assert images == sum(mark.kind == "img" for mark in passage.marks)


@given(passages(), st.data())
def test_without(passage: Passage, data: st.DataObject) -> None:
    edges = sorted(data.draw(st.sets(st.integers(0, len(passage)), max_size=6)))
    ranges = list(zip(edges[::2], edges[1::2], strict=False))
    rest = passage.without(ranges)
    gone = {i for low, high in ranges for i in range(low, high)}
    if not any(piece.rule == CONVERTED for piece in passage.pieces):
        assert rest.string == "".join(c for i, c in enumerate(passage.string) if i not in gone)
        assert all(0 <= mark.start <= mark.end <= len(rest) for mark in rest.marks)
        assert sum(m.kind == "img" for m in rest.marks) == sum(m.kind == "img" for m in passage.marks)
    assert source(rest).items() <= source(passage).items()


@given(passages(), passages())
def test_join(first: Passage, second: Passage) -> None:
    by = first.end + 1 if first else 0
    moved = Passage(
        tuple(piece._replace(start=piece.start + by, end=piece.end + by) for piece in second.pieces), second.marks
    )
    if first and moved:
        joined = first.join(moved)
        assert joined.string == f"{first.string} {second.string}"
        assert joined.spans() == first.spans() + moved.spans()
        assert len(joined.marks) == len(first.marks) + len(second.marks)
        shift = len(first) + 1
        assert [joined.string[m.start : m.end] for m in joined.marks[len(first.marks) :]] == [
            second.string[m.start : m.end] for m in second.marks
        ]
        assert [m.start - shift for m in joined.marks[len(first.marks) :]] == [m.start for m in second.marks]
    assert EMPTY.glue(first) == first == first.glue(EMPTY)


@given(passages())
def test_stretches(passage: Passage) -> None:
    at = 0
    covered: list[Span] = []
    for offset, start, end, text, rule in passage.stretches():
        assert offset >= at
        assert passage.string[offset : offset + len(text)] == text
        assert not passage.string[at:offset].strip()  # nothing but white space is between
        if rule is None:
            assert end - start == len(text)
            assert text == text.strip()
            assert "".join(source(passage)[i] for i in range(start, end)) == text
        covered.append((start, end))
        at = offset + len(text)
    assert not passage.string[at:].strip()
    assert covered == sorted(covered)
    assert all(before[1] <= after[0] for before, after in pairwise(covered))


@given(passages())
def test_lines(passage: Passage) -> None:
    lines = passage.lines()
    assert all(lines)
    if not any(piece.rule == CONVERTED for piece in passage.pieces):
        assert [line.string for line in lines] == [t for line in passage.string.split("\n") if (t := line.strip())]


def test_a_converted_piece_stays_whole() -> None:
    passage = Passage((Piece(0, 1, "a"), Piece(1, 6, "fi", CONVERTED), Piece(6, 7, "b")))
    assert passage.cut(2).string == "fib"
    assert passage.cut(2).spans() == ((1, 6), (6, 7))
    assert not passage.is_verbatim
    assert passage.cut(0, 1).is_verbatim


def test_an_image_stays_where_it_is() -> None:
    image = Mark(2, 2, "img", href=LINK)
    passage = Passage((Piece(0, 4, "a bc"),), (image,))
    assert [mark.start for mark in passage.cut(0, 2).marks] == []
    assert [mark.start for mark in passage.cut(2).marks] == [0]
    at_the_end = Passage((Piece(0, 4, "a bc"),), (Mark(4, 4, "img", href=LINK),))
    assert [mark.start for mark in at_the_end.cut(2).marks] == [2]
    assert passage.without_images().marks == ()


def test_a_mark_owns_its_targets_unless_they_are_derived() -> None:
    title = Passage((Piece(910, 915, "title"),))
    assert list(Mark(0, 1, "a", LINK, title).targets()) == [LINK, title]
    assert list(Mark(0, 1, "a", LINK, title, derived=True).targets()) == []
    assert list(Mark(0, 0, "img", LINK, title, derived=True).targets()) == [title]  # its description is its own
    assert list(Mark(0, 1, "em").targets()) == []
