"""copydesk exporters: every further format that pandoc writes, and PDF."""
