"""A row of releases as a table of since when, and how it is told."""
