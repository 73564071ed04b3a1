"""Servers that nobody would want: each does one thing that a harness has to survive."""
