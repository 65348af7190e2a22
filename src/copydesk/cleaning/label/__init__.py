"""What is the article: units of a rip, their features, and a learned score for each."""
