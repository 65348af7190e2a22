"""A program of its own: a Typst document on standard input, a PDF/A-2u on standard output.

Typst runs inside the process that calls it, where nothing could stop it; here it can be ended.
"""

from __future__ import annotations

import sys


def main(root: str, memory: str) -> int:
    """Typeset.

    Parameters:
        root: an empty folder, so that there are no files to read.
        memory: the most bytes of address space to take.

    Returns:
        The exit status.
    """
    if sys.platform == "linux":  # macOS takes no such limit, and Windows has none
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (int(memory),) * 2)
    import typst

    try:
        compiler = typst.Compiler(sys.stdin.buffer.read(), root=root, ignore_system_fonts=True)
        pdf = compiler.compile(format="pdf", pdf_standards="a-2u", timestamp=0)
    except typst.TypstError as error:
        print(error, *error.hints, sep="; ", file=sys.stderr)  # noqa: T201 -- a program
        return 1
    assert isinstance(pdf, bytes)  # noqa: S101 -- a PDF is one file, whatever the number of pages
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
