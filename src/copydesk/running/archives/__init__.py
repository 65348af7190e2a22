"""Archives as sources: their members are documents, read one after the other without unpacking to disk."""
