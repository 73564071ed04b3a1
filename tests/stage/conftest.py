"""A hub, a folder for sockets whose paths are short, and nothing left open afterwards."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from asgi_conformance.stage.control import private_folder
from asgi_conformance.stage.hub import Hub


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
