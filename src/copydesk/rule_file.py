"""A plugin in a file of its own, for the rules of one site: what `--rules FILE.py` names."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

from copydesk.errors import UsageError


def load(path: Path) -> ModuleType:
    """Import a file as a module. Nothing is written beside it, as an import of Python's own would do.

    Parameters:
        path: the file, in Python; its name may end in anything.

    Raises:
        UsageError: it cannot be read.
        BaseException: whatever the file raises.
    """
    try:
        source = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"this file of rules cannot be read: {reason}", where=str(path), next_step="look at --rules"
        ) from error
    module = ModuleType(f"copydesk.rules.{path.stem}")
    module.__file__ = str(path)
    code = compile(source, path, "exec", dont_inherit=True)
    sys.modules[module.__name__] = module  # where dataclasses look their module up
    try:
        exec(code, module.__dict__)  # noqa: S102 -- the user's own file, named by the user
    except BaseException:
        del sys.modules[module.__name__]
        raise
    return module
