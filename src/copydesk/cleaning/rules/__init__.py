"""The rules, one a module; `copydesk.cleaning.pipeline` has their order."""
