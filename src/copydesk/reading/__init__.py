"""Bytes to a source: decoded text and blocks that know their spans."""
