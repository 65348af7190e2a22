"""What outputs depend on: versions of whatever may change them."""

from __future__ import annotations

from copydesk import editions


def test_what_an_extra_of_a_plugin_installs_counts_and_what_those_of_core_do_does_not() -> None:
    of_pandoc = dict(editions._requirements("copydesk-pandoc"))
    assert {"copydesk-pandoc", "pypandoc-binary", "typst"} <= of_pandoc.keys(), of_pandoc
    assert not {"copydesk-csv", "s3fs", "fastwarc"} & dict(editions._requirements("copydesk")).keys()
