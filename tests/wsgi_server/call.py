"""One call of the application: start_response, write, the iteration, close, and what becomes of errors."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from wsgi_server.refusal import BrokenBody, ClientGone

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgi_server.body import Body
    from wsgi_server.connection import Connection
    from wsgi_server.request import Request
    from wsgi_server.response import Response

log: Final = logging.getLogger("wsgi_server")


class Call:
    def __init__(self, connection: Connection, request: Request, body: Body, response: Response) -> None:
        self.connection = connection
        self.parts = connection.parts
        self.request = request
        self.response = response
        self.rules = self.parts.rules()
        self.input = self.parts.input(body)
        self.called = False
        """Whether start_response has been called, with success or without."""
        self.fault = "start_response was not called"
        """Why the response cannot be sent; empty when it can."""
        self.over = False

    def run(self) -> None:
        """Raises Refused when the application is not to be called. What that raises gets no further than this."""
        environ = self.environ()
        result = None
        try:
            result = self.invoke(environ)
            self.transmit(result)
            self.complete()
        except ClientGone:
            log.info("the client has gone")
        except BaseException as error:  # noqa: BLE001 - an application may raise anything, and only its own call ends
            self.failed(error)
        finally:
            self.over = True
            self.close(result)
            self.input.detach()

    def environ(self) -> dict[str, Any]:
        return self.parts.environ(self.connection, self.request, self.input).build()

    def invoke(self, environ: dict[str, Any]) -> Any:
        return self.connection.server.app(environ, self.start_response)

    # What the application is given

    def start_response(self, status: Any, headers: Any, exc_info: Any = None, /) -> Callable[[Any], None]:
        try:
            if exc_info is not None:
                self.replace(exc_info)
            elif self.called:
                self.fail("start_response was called again, without exc_info")
            self.called = True
            self.fault = "start_response refused what it was given"
            self.rules.check(status, headers)
            self.response.start(status, headers)
            self.fault = ""
        finally:
            exc_info = None  # it refers to the frames of the application, and those to what they hold
        return self.write

    def replace(self, exc_info: Any) -> None:
        """What has been sent cannot be replaced: the application's error goes on."""
        try:
            if self.response.head_sent:
                raise exc_info[1].with_traceback(exc_info[2])
        finally:
            exc_info = None

    def fail(self, fault: str) -> None:
        """It cannot be mended, even if the application catches this."""
        self.fault = fault
        raise RuntimeError(fault)

    def write(self, block: Any, /) -> None:
        """Transmit it before this returns (PEP 3333, "The write() Callable")."""
        if self.over:
            raise RuntimeError("write was called after the response")
        self.check_block(block)
        self.check_started()
        if not block:
            return
        room = self.room()
        self.response.send(block)
        if room is not None and len(block) > room:
            raise ValueError("write was given more than Content-Length says")

    def room(self) -> int | None:
        """How many bytes may be sent; None: any number."""
        if self.response.bodiless:
            return None
        return self.response.left if self.response.head_sent else self.response.declared_length()

    # What the application gives

    def transmit(self, result: Any) -> None:
        """Each block goes out before the next is asked for, and none is asked for that could not be sent."""
        count = 0
        for block in result:
            count += 1
            self.check_block(block)
            if not block:
                continue
            self.check_started()
            if not self.response.head_sent:
                self.response.size = self.known_size(result, block, count)
            self.response.send(block)
            if self.response.satisfied:
                break

    def known_size(self, result: Any, block: bytes, count: int) -> int | None:
        """Of the whole body, when its first block with anything in it is there; None: it is not known."""
        if type(result) is self.parts.file_wrapper:
            rest = result.size()
            return None if rest is None else len(block) + rest
        try:
            is_whole = count == 1 and len(result) == 1
        except Exception:  # noqa: BLE001 - most have no length, and those of others may raise anything
            is_whole = False
        return len(block) if is_whole else None

    def complete(self) -> None:
        self.check_started()
        self.response.finish()

    def check_started(self) -> None:
        if self.fault:
            raise RuntimeError(self.fault)

    def check_block(self, block: Any) -> None:
        if not isinstance(block, bytes):
            raise TypeError(f"a body consists of bytes, not of {type(block).__name__}")

    # The end

    def failed(self, error: BaseException) -> None:
        """Before the head has been sent the client gets an error; after that, visibly not all of the response."""
        self.report(error)
        if not self.response.head_sent:
            try:
                self.response.error(self.status_of(error))
            except ClientGone:
                log.info("the client has gone")

    def report(self, error: BaseException) -> None:
        log.error("exception in the application", exc_info=error)

    def status_of(self, error: BaseException) -> str:
        return "400 Bad Request" if isinstance(error, BrokenBody) else "500 Internal Server Error"

    def close(self, result: Any) -> None:
        """Once, whatever has happened, and after the last byte of the response was sent."""
        try:
            close = getattr(result, "close", None)
            if close is not None:
                close()
        except BaseException as error:  # noqa: BLE001 - as in `run`
            self.report(error)
