"""Blocks to an article: labels first, then every change as a rule with a ledger entry."""
