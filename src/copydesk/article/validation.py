"""Validation against the frozen schema files: RELAX NG, then Schematron, then ids.

Schematron is run as XPath, a compiled expression for each assertion and context, because every document is validated on
every run and the XSLT form (lxml.isoschematron) takes four times as long. That covers what the shipped schemas use:
patterns whose rules have no context node in common, no variables, no keys.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from importlib import resources
from typing import NamedTuple, cast

from lxml import etree

_SCH = "{http://purl.oclc.org/dsdl/schematron}"


class _Assertion(NamedTuple):
    message: str
    violations: etree.XPath
    """Selects the nodes of one context that violate the assertion."""


def problems(root: etree._Element, version: str) -> list[str]:
    """Say what is wrong with an article.

    Parameters:
        root: the `article` element.
        version: of the schema to check against, "1.0".

    Returns:
        Problems, each with its place; none for a valid article.
    """
    grammar = _grammar(version)
    found = []
    if not grammar.validate(root):
        found += [f"{error.path or 'article'}: {error.message}" for error in grammar.error_log]
    for message, violations in _assertions(version):
        nodes = cast(list[etree._Element], violations(root))
        found += [f"{_place(node)}: {message}" for node in nodes]
    ids = Counter(cast(list[str], _IDS(root)))
    found += [f"{name}: xml:id stands {count} times" for name, count in ids.items() if count > 1]
    return found


_IDS = etree.XPath("//@xml:id")


def _place(node: etree._Element) -> str:
    return str(node.getroottree().getelementpath(node)).replace(f"{{{etree.QName(node).namespace}}}", "")


def _read(name: str) -> etree._Element:
    file = resources.files("copydesk.article") / "schema" / name
    return etree.fromstring(file.read_bytes())


@cache
def _grammar(version: str) -> etree.RelaxNG:
    return etree.RelaxNG(_read(f"article-{version}.rng"))


@cache
def _assertions(version: str) -> tuple[_Assertion, ...]:
    schema = _read(f"article-{version}.sch")
    prefixes = {ns.get("prefix", ""): ns.get("uri", "") for ns in schema.iter(f"{_SCH}ns")}
    compiled = []
    for rule in schema.iter(f"{_SCH}rule"):
        for assertion in rule.iter(f"{_SCH}assert"):
            # One path for each context: sorting their union takes libxml2 far more than linear time.
            for context in rule.get("context", "").split("|"):
                path = f"//{context}[not({assertion.get('test')})]"
                compiled.append(_Assertion(assertion.text or "", etree.XPath(path, namespaces=prefixes)))
    return tuple(compiled)
