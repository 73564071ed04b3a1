"""A hub, a folder for sockets whose paths are short, and nothing left open afterwards."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asgi_conformance.stage.control import private_folder
from asgi_conformance.stage.hub import Hub

from .play import Make, OnBytes, Residence


@pytest.fixture
def hub() -> Iterator[Hub]:
    hub = Hub()
    yield hub
    hub.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = private_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def make(hub: Hub, folder: Path) -> Iterator[Make]:
    """Residences."""
    made: list[Residence] = []

    def make(on_bytes: OnBytes | None = None, **settings: Any) -> Residence:
        own = folder / str(len(made))
        own.mkdir()
        made.append(Residence(hub, own, on_bytes, **settings))
        return made[-1]

    yield make
    for residence in made:
        residence.close()
