"""The head of an article as YAML front matter."""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

from copydesk.article.model import Agent, Keywords, Value
from copydesk.article.view import Article

# Words that are no strings in YAML 1.1 or 1.2. What else could be taken for something starts with no letter.
_WORDS = frozenset({"y", "yes", "n", "no", "on", "off", "true", "false", "null"})
_LINE_ENDS = re.compile("[\n\r\x85\u2028\u2029]")
# What Hugo and Jekyll parse: a full date, or date and time of RFC 3339 with the offset optional. Years stand alone in
# neither, and one bad date ends Hugo's build.
_FULL_DATE = re.compile(
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)


def front_matter(article: Article) -> str:
    """Write the front matter of an article, its fences included, with a line end at its end.

    Every value is a string, a list of values or a mapping of values; keys without a value are left out.
    """
    fields = {key: value for key, value in _fields(article).items() if value}
    text = yaml.dump(
        fields, Dumper=_Dumper, allow_unicode=True, default_flow_style=False, sort_keys=False, width=math.inf
    )
    return f"---\n{text}---\n"


def _fields(article: Article) -> dict[str, Any]:
    meta = article.meta
    publisher = (meta.publisher,) if meta.publisher else ()
    makers = {"author": meta.authors, "contributor": meta.contributors, "publisher": publisher}
    return {
        "title": meta.title,
        "headline": meta.headline,
        "subtitle": " / ".join(meta.alternative_headlines),
        "description": article.description,
        "author": [agent.name for agent in meta.authors],
        "contributor": [agent.name for agent in meta.contributors],
        "publisher": meta.publisher.name if meta.publisher else None,
        **_date(meta.date_published, full="date", coarse="issued"),
        **_date(meta.date_modified, full="modified", coarse="revised"),
        "dateline": article.dateline,
        "lang": meta.lang,
        "dir": meta.dir,
        "source": meta.url,
        "identifier": [{"scheme": each.scheme, "value": each.value} for each in meta.identifiers],
        "genre": list(meta.genres),
        "articleSection": list(meta.sections),
        "keywords": list(dict.fromkeys(term.text for group in meta.keywords for term in group.terms)),
        "taxonomy": [_group(group) for group in meta.keywords if group.group or group.kind],
        "mentions": [_agent(agent, rel=agent.rel) for agent in meta.mentions],
        # What is known of the makers beyond their names, for which author, contributor and publisher have no place.
        "credits": [
            _agent(agent, role=role)
            for role, agents in makers.items()
            for agent in agents
            if agent.job_titles or agent.affiliations or agent.urls
        ],
        "rights": meta.copyright_notice,
        "license": meta.license,
    }


def _date(date: str | None, *, full: str, coarse: str) -> dict[str, str]:
    if date is None:
        return {}
    return {full if _FULL_DATE.fullmatch(date) else coarse: date}


def _group(keywords: Keywords) -> dict[str, Any]:
    terms = [term.text for term in keywords.terms]
    return _without_gaps(group=keywords.group, kind=keywords.kind, terms=terms)


def _agent(agent: Agent, **how: str | None) -> dict[str, Any]:
    return _without_gaps(
        name=agent.name,
        type=agent.type,
        **how,
        jobTitle=list(agent.job_titles),
        affiliation=list(agent.affiliations),
        url=list(agent.urls),
    )


def _without_gaps(**values: object) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


class _Dumper(yaml.SafeDumper):
    """Block style, lists indented below their key, and quotes wherever some YAML reader might see no string."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._analyses: dict[str, Any] = {}

    def analyze_scalar(self, scalar: str) -> Any:
        """Look through a text once: to choose its style here, and again when it is written."""
        if scalar not in self._analyses:
            self._analyses[scalar] = super().analyze_scalar(scalar)
        return self._analyses[scalar]

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True  # equal values are written out again, as few readers of front matter know anchors


def _represent(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    plain = (
        text[:1].isalpha()
        and text.lower() not in _WORDS
        and not _LINE_ENDS.search(text)
        and dumper.analyze_scalar(text).allow_block_plain
    )
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


_Dumper.add_representer(str, _represent)
_Dumper.add_representer(Value, _represent)
