"""Two runs as one value, and how it is told."""
