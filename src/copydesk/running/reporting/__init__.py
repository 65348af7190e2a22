"""Reports of a run as files: JSON, JUnit, SARIF and Markdown. Each is written as a stream, as documents may be many."""
