"""A call of the remote application lives on, whoever has let go of it: event loops know their tasks only weakly."""

import asyncio
import gc
from pathlib import Path
from typing import Any

import pytest

from asgi_conformance.remote import remote_application

SCOPE = {"type": "lifespan", "asgi": {"version": "3.0"}}


async def nothing(*_: object) -> None:
    """Neither receives nor sends."""


def test_a_call_that_nobody_holds_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = str(tmp_path / "c")
    monkeypatch.setenv("ASGI_CONFORMANCE_CONTROL", f"unix:{address}")
    monkeypatch.setenv("ASGI_CONFORMANCE_TOKEN", "token")

    async def main() -> bytes:
        dialled: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            dialled.put_nowait((reader, writer))

        server = await asyncio.start_unix_server(accept, address)
        call: Any = remote_application.application
        asyncio.ensure_future(call(SCOPE, nothing, nothing))
        reader, writer = await asyncio.wait_for(dialled.get(), 5)
        await reader.readline()
        await asyncio.sleep(0.01)
        gc.collect()
        writer.write(b'{"do": "scope", "how": "look", "n": 1}\n')
        told = await asyncio.wait_for(reader.readline(), 5)
        writer.close()
        server.close()
        await asyncio.sleep(0.01)
        return told

    assert b'"n": 1' in asyncio.run(main())
