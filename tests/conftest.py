"""The longest tests come first, so that no worker of pytest-xdist is left with them at the end."""

import pytest

LONGEST = ("test_readme.py", "test_choices.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONGEST)
