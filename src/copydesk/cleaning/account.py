"""The ledger entries of an article in the making: who owns which spans of the source."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict

from copydesk.article.ledger import Disposition, Entry, Span
from copydesk.cleaning.draft import MOVED_LINK, MOVED_TITLE, Draft
from copydesk.cleaning.settle import Run, Settled
from copydesk.reading.source import VARIANTS

_RELEASED = frozenset({MOVED_LINK.id, MOVED_TITLE.id})


class Account:
    """The entries so far.

    Parameters:
        draft: the cleaned draft.

    Attributes:
        entries: those of what the article holds, in any order.
        targets: the spans of the targets of links and images that the article holds.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self.entries: list[Entry] = []
        self.targets: set[tuple[Span, ...]] = set()

    def settled(self) -> tuple[Entry, ...]:
        """All entries, drops among them, once the article is written: consuming ones by first offset, derived last."""
        self._drops()
        for to, rule, passage, why in self._draft.merged_head:
            self.entries.append(Entry(d="merge", rule=rule, to=to, at=passage.spans(), why=why))
        self._spaces()
        return tuple(sorted(self.entries, key=lambda entry: (entry.d == "derive", entry.at[0])))

    def own(self, settled: Settled, rule: str, to: str, d: Disposition) -> None:
        """Own the runs of a text: one entry a rule, as converters and joints have rules of their own."""
        runs = settled.runs
        if len(runs) == 1 and runs[0].converter is None:
            self.entries.append(Entry(d=d, rule=rule, to=to, at=((runs[0].start, runs[0].end),)))
            return
        groups = defaultdict[str, list[Run]](list)
        converter = next((run.converter for run in runs if run.converter), None)
        for run in runs:
            if d == "derive":  # one entry is the evidence of the whole value
                name = f"{converter}{VARIANTS[d]}" if converter else rule
            elif run.converter or run.joint:
                name = f"{run.converter or 'text'}{VARIANTS[d]}{run.joint}"
            else:
                name = rule
            groups[name].append(run)
        for name, group in groups.items():
            is_ = tuple(run.text for run in group) if any(run.converter for run in group) else None
            self.entries.append(Entry(d=d, rule=name, to=to, at=tuple((r.start, r.end) for r in group), is_=is_))

    def _drops(self) -> None:
        """One entry for all that one rule drops for one reason."""
        dropped = defaultdict[tuple[str, str | None, float | None, str | None], list[Span]](list)
        for entry in (*self._draft.source.syntax, *self._draft.drops):
            if entry.rule in _RELEASED:
                if entry.at in self.targets:  # of a link that was cut in two: another part has it
                    continue
                self.targets.add(entry.at)
            dropped[entry.rule, entry.why, entry.score, entry.model] += entry.at
        for (rule, why, score, model), at in dropped.items():
            self.entries.append(Entry(d="drop", rule=rule, at=tuple(sorted(at)), why=why, score=score, model=model))

    def _spaces(self) -> None:
        """Drop references to white space that came to stand at an edge, where no text holds them."""
        spaces = self._draft.source.spaces
        if not spaces:
            return
        held = sorted(at for entry in self.entries if entry.d != "derive" for at in entry.at)
        starts = [start for start, _ in held]

        def is_held(at: Span) -> bool:
            number = bisect_right(starts, at[0]) - 1
            return number >= 0 and at[1] <= held[number][1]

        if unheld := tuple(at for at in sorted(spaces) if not is_held(at)):
            self.entries.append(Entry(d="drop", rule="char.reference", at=unheld))
