"""`--asgi-lint` in a run of a user's own tests."""

import pytest

APPLICATION = """
import asyncio, httpx
from asgiref.testing import ApplicationCommunicator


async def good(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def bad(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [], "trailers": True})
    await send({"type": "http.response.body", "body": b"ok"})


async def odd(scope, receive, send):
    await good(scope, receive, send)
    return "ok"


def get(application):
    async def get():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://x") as client:
            return (await client.get("/items")).text

    return asyncio.run(get())


def communicate(application):
    async def communicate():
        talk = ApplicationCommunicator(application, {"type": "http", "method": "GET", "path": "/items"})
        return [await talk.receive_output() for _ in range(2)][1]["body"].decode()

    return asyncio.run(communicate())
"""
TESTS = """
import pytest


@pytest.mark.parametrize("client", [get, communicate])
@pytest.mark.parametrize("application", [good, bad, odd])
def test_it(application, client):
    assert client(application) == "ok"


def test_nothing_of_the_kind():
    assert True
"""


@pytest.fixture
def own(run, folder):
    """A run of the user's own tests."""
    (folder / "test_own.py").write_text(APPLICATION + TESTS)
    return run


def test_tests_whose_application_breaks_a_must_fail(own):
    done = own("--asgi-lint")
    assert done.status == 1
    assert "2 failed, 5 passed" in done.text
    assert (
        done.text.count("test_own.py:12: fail common.extensions.app-no-unadvertised (MUST NOT) in http GET /items") >= 2
    )
    assert "warn common.app.returns-none (SHOULD)" in done.text, "told among the warnings"


def test_recommendations_fail_on_demand(own):
    done = own("--asgi-lint", "--asgi-fail-on=warn")
    assert "4 failed, 3 passed" in done.text


def test_without_it_nothing_is_watched(own):
    done = own()
    assert (done.status, "7 passed" in done.text) == (0, True)


def test_what_fails_by_itself_says_so_and_what_was_noticed_too(own, folder):
    (folder / "test_own.py").write_text(APPLICATION + "def test_it():\n    assert get(bad) == 'no'\n")
    done = own("--asgi-lint")
    assert "assert 'ok' == 'no'" in done.text
    assert "Captured asgi-lint call" in done.text
    assert "common.extensions.app-no-unadvertised" in done.text
