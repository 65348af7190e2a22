"""What an article is: the model, the canonical XML, the ledger that proves it, the pandoc AST."""
