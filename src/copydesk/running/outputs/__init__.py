"""Where outputs go: a folder of this machine, or of a store."""
