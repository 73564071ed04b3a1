"""Run to text. Every function here is pure: the same run gives the same bytes."""
