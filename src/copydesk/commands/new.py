"""`copydesk new`: a plugin to start from, in a folder of its own."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from string import Template
from urllib.parse import urlsplit
from urllib.request import url2pathname

from copydesk.commands.arguments import Parser
from copydesk.errors import OutputError, UsageError
from copydesk.running.printable import write

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 40  # the name stands in class names and flags
_FILES = {
    "pyproject.toml": "pyproject.toml",
    ".gitignore": "gitignore",
    "README.md": "$kind/README.md",
    "src/$module/__init__.py": "$kind/plugin.py",
    "src/$module/py.typed": "py.typed",
    "tests/test_$module.py": "$kind/test.py",
}
"""What is written, and the template that it is made from."""


def run(arguments: list[str], prog: str) -> int:
    """Run the command."""
    parser = Parser(
        prog=prog,
        description="Make the distribution copydesk-NAME with a plugin that works and a test that passes, in a new"
        " folder of that name.",
        epilog=f"{prog} exporter shout makes the format shout: convert --to shout",
    )
    parser.add_argument("kind", metavar="KIND", choices=("exporter", "reader", "rule"), help="exporter, reader or rule")
    parser.add_argument("name", metavar="NAME", help="lower-case letters, digits and hyphens; begins with a letter")
    parser.add_argument("--debug", action="store_true", help="print where errors come from")
    namespace = parser.parse_args(arguments)
    kind, name = namespace.kind, namespace.name
    _check_name(kind, name)
    folder = Path(f"copydesk-{name}")
    _write(folder, _values(kind, name))
    write(
        f"{folder} is made. Try it:\n"
        f"  cd {folder}\n"
        f"  uv run pytest\n"
        f"  uv run convert SOURCE --to {name if kind == 'exporter' else 'xml'}\n"
        f"To have it in the environment that is active: uv pip install -e .\n",
        sys.stdout,
    )
    return 0


def _check_name(kind: str, name: str) -> None:
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or name == "all":
        raise UsageError(
            f"{name!r} cannot be the name of a plugin",
            next_step=f"take lower-case letters a to z, digits and single hyphens between them, a letter first,"
            f" {_LONGEST} characters at most, and not 'all'",
        )
    if owner := _owner(kind, name):
        raise UsageError(f"{name!r} is taken by {owner}", next_step="choose another name, or uninstall it")


def _owner(kind: str, name: str) -> str | None:
    """What is installed under a name: something of that kind, a plugin's entry point, or the distribution itself."""
    from copydesk.plugins import Plugins, installed

    plugins = Plugins()
    formats = (known for several in plugins.formats.values() for known in several)
    named = {
        "exporter": [(known.exporter.name, known.provider) for known in formats],
        "reader": [(reader.name, provider) for reader, provider in plugins.readers],
        "rule": [(rule.name, provider) for rule, provider in plugins.rules],
    }
    for taken, provider in named[kind]:
        if taken == name:
            return f"the {kind} of {provider}"
    for entry in installed():
        if entry.name == name:
            return f"a plugin of {entry.dist.name if entry.dist else entry.value}"
    try:
        found = distribution(f"copydesk-{name}")
    except PackageNotFoundError:
        return f"the module {_module(name)}" if find_spec(_module(name)) else None
    return f"the distribution {found.name} {found.version}"


def _module(name: str) -> str:
    return f"copydesk_{name.replace('-', '_')}"


def _values(kind: str, name: str) -> dict[str, str]:
    core = distribution("copydesk")
    major, minor, *_ = core.version.split(".")
    return {
        "kind": kind,
        "name": name,
        "module": _module(name),
        "camel": "".join(part.capitalize() for part in name.split("-")),
        "words": " ".join(part.capitalize() for part in name.split("-")),
        "requires": f"copydesk>={major}.{minor},<{int(major) + 1}",
        "sources": _sources(core.read_text("direct_url.json")),
    }


def _sources(direct_url: str | None) -> str:
    """Where uv finds the copydesk that runs now, if it came from no index (PEP 610)."""
    origin = json.loads(direct_url) if direct_url else {}
    url = str(origin.get("url", ""))
    commit = origin.get("vcs_info", {}).get("commit_id")
    if url.startswith("file:"):
        path = Path(url2pathname(urlsplit(url).path)).as_posix()
        editable = ", editable = true" if origin.get("dir_info", {}).get("editable") else ""
        source = f"{{ path = {json.dumps(path)}{editable} }}"
    elif commit and origin["vcs_info"].get("vcs") == "git":
        source = f"{{ git = {json.dumps(url)}, rev = {json.dumps(commit)} }}"
    else:
        return ""
    return (
        "\n[tool.uv.sources]\n"
        "# The copydesk that made this project came from here. Take these lines out to have it from an index.\n"
        f"copydesk = {source}\n"
    )


def _write(folder: Path, values: dict[str, str]) -> None:
    try:
        folder.mkdir()
    except FileExistsError:
        raise UsageError(
            "there is such a file or folder already", where=str(folder), next_step="choose another name, or move it"
        ) from None
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        for path, text in _contents(values):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise _unwritable(folder, error) from error


def _contents(values: dict[str, str]) -> Iterator[tuple[str, str]]:
    templates = files("copydesk.commands") / "templates"
    for path, source in _FILES.items():
        text = (templates / f"{Template(source).substitute(values)}.template").read_text(encoding="utf-8")
        yield Template(path).substitute(values), Template(text).substitute(values)


def _unwritable(folder: Path, error: OSError) -> OutputError:
    return OutputError(
        f"it cannot be written ({error.strerror})", where=str(folder), next_step="go to a folder that you may write to"
    )
