"""What copydesk is measured by; run from the project's folder, as `python -m benchmarks.quality`."""
