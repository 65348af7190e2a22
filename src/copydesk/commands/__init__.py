"""The commands, one module each, with `run(arguments, prog) -> exit code`. Each imports what it needs when it runs."""
