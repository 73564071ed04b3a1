"""WSGI applications and middleware for the tests of the tests: models, lawful others, mutants."""
