"""Article to bytes: base classes for exporters, their options, and the built-in XML exporter."""
