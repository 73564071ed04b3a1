"""`--asgi-lint`: applications under a user's own tests are watched, where they go through a well-known test client."""

from __future__ import annotations

import functools
import importlib
import inspect
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from asgi_conformance import lint
from asgi_conformance.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Generator

CLIENTS = (
    ("httpx", "ASGITransport"),
    ("starlette.testclient", "TestClient"),
    ("asgiref.testing", "ApplicationCommunicator"),
    ("async_asgi_testclient", "TestClient"),
)
"""Classes that are given the application first. FastAPI's client is Starlette's, that of Channels asgiref's."""


class LintWarning(UserWarning):
    """An application has broken what it should keep."""


class Linting:
    """One session in which applications are watched."""

    def __init__(self, bad: Collection[Verdict]) -> None:
        self._bad = bad
        self._found: dict[tuple[str, str, int], lint.Violation] = {}
        for module, name in CLIENTS:
            with suppress(Exception):  # not installed, or not usable without something else that is not
                self._watch(getattr(importlib.import_module(module), name))

    def _watch(self, client: Any) -> None:
        original = client.__init__
        first = list(inspect.signature(original).parameters)[1]

        @functools.wraps(original)
        def __init__(client: Any, *args: Any, **kwargs: Any) -> None:
            if args:
                args = (self._watched(args[0]), *args[1:])
            elif first in kwargs:
                kwargs[first] = self._watched(kwargs[first])
            original(client, *args, **kwargs)

        client.__init__ = __init__

    def _watched(self, application: Any) -> Any:
        if isinstance(application, lint.Lint) or not callable(application):
            return application
        called = application if inspect.isroutine(application) else type(application).__call__
        if not inspect.iscoroutinefunction(called):
            return application  # of another interface
        return lint.asgi(application, report=self._report)

    def _report(self, violation: lint.Violation) -> None:
        self._found.setdefault((violation.requirement, violation.file, violation.line), violation)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        return (yield from self._judged(item, "call"))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, Any, Any]:
        return (yield from self._judged(item, "teardown"))

    def _judged(self, item: pytest.Item, when: str) -> Generator[None, Any, Any]:
        """Fail what passed although its application did not keep to the rules."""
        try:
            result = yield
        except BaseException:
            if words := self._told():
                item.add_report_section(when, "asgi-lint", words)
            raise
        if words := self._told():
            pytest.fail(words, pytrace=False)
        return result

    def _told(self) -> str:
        """What fails the test, a line each; what does not is a warning of Python's."""
        found, self._found = list(self._found.values()), {}
        for violation in found:
            if violation.verdict not in self._bad:
                warnings.warn_explicit(str(violation), LintWarning, violation.file, violation.line)
        return "\n".join(str(violation) for violation in found if violation.verdict in self._bad)
