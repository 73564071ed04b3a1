"""Headless Chromium, driven over the pipe of its DevTools protocol: commands and events are JSON ended by a NUL."""

import base64
import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
MISSING = "these tests need Chromium: no `chromium` is on the PATH (Debian: apt-get install chromium)"
KEYS = {"Enter": ("\r", 13), "Escape": ("", 27), "Tab": ("", 9), "ArrowRight": ("", 39), "ArrowDown": ("", 40)}
KEYS |= {"ArrowLeft": ("", 37), "ArrowUp": ("", 38), "Home": ("", 36), "End": ("", 35)}


class Browser:
    """One browser with one page. A context manager; leaves no process behind."""

    def __init__(self, profile: Path) -> None:
        program = shutil.which("chromium")
        assert program, MISSING
        theirs_in, self._out = (_above(end) for end in os.pipe())
        self._in, theirs_out = (_above(end) for end in os.pipe())

        def hand_over() -> None:
            os.dup2(theirs_in, 3)
            os.dup2(theirs_out, 4)

        self._process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(3, 4),
            preexec_fn=hand_over,  # noqa: PLW1509 -- the protocol has these two numbers
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._unread = b""
        self._number = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        page = next(each for each in self.call("Target.getTargets")["targetInfos"] if each["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._in)
        os.close(self._out)

    def call(self, method: str, **params: Any) -> Any:
        """The result of one command; what happens meanwhile is kept in `events`."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != self._number:
            self._event(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            data = os.read(self._in, 1 << 20)
            assert data, "the browser ended"
            self._unread += data
        message, _, self._unread = self._unread.partition(b"\0")
        loaded: dict[str, Any] = json.loads(message)
        return loaded

    def _event(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        if event["method"] == "Page.javascriptDialogOpening":
            # It would block the page; that it came is what a test looks for.
            message = {"id": 0, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
            os.write(self._out, json.dumps({**message, "sessionId": self._session}).encode() + b"\0")

    def open(self, file: Path, fragment: str = "") -> None:
        """Load the page anew and wait until its scripts have started. `events` begins anew with it."""
        for url in ("about:blank", f"{file.as_uri()}{fragment}"):
            self.events.clear()
            self.call("Page.navigate", url=url)
            while not any(event["method"] == "Page.loadEventFired" for event in self.events):
                self._event(self._read())
        self.run("typeof started === 'undefined' ? null : started.then(() => null)")

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression, which may be a promise."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str, *commands: str) -> None:
        """A key of `KEYS`, or a character. `commands`: what the browser is to do of itself, such as `paste`."""
        text, code = KEYS.get(key) or (key, ord(key.upper()))
        fields = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, commands=commands, **fields)
        self.call("Input.dispatchKeyEvent", type="keyUp", **fields)

    def click(self, selector: str) -> None:
        """With the mouse, as a user would: what is covered by something else is not hit."""
        place = "element => (element.scrollIntoView({ block: 'center' }), element.getBoundingClientRect())"
        box = f"({place})(document.querySelector({json.dumps(selector)}))"
        x, y = self.run(f"(box => [box.x + box.width / 2, box.y + box.height / 2])({box})")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def clipboard(self) -> str:
        """What is pasted now, by whatever way it was copied."""
        self.run(
            "(box => { (document.querySelector('dialog[open]') ?? document.body).append(box); box.focus() })"
            "(Object.assign(document.createElement('textarea'), { id: 'pasted' }))"
        )
        self.press("v", "paste")
        pasted: str = self.run("(box => { box.remove(); return box.value })(document.getElementById('pasted'))")
        return pasted

    def media(self, scheme: str = "light", kind: str = "") -> None:
        """What the system prefers, `light` or `dark`; `kind`: "print", or empty for the screen."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=kind, features=features)

    def picture(self) -> bytes:
        """What is on the screen, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def size(self, width: int, height: int) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 700
        )

    def complaints(self) -> list[str]:
        """Errors on the console, uncaught exceptions, dialogs, and whatever was fetched besides the page."""
        found = []
        for event in self.events:
            params = event.get("params", {})
            match event["method"]:
                case "Runtime.exceptionThrown" | "Page.javascriptDialogOpening":
                    found.append(f"{event['method']}: {params}")
                case "Log.entryAdded" if params["entry"]["level"] == "error":
                    found.append(params["entry"]["text"])
                case "Network.requestWillBeSent" if not params["request"]["url"].startswith(("file:", "data:")):
                    found.append(params["request"]["url"])
        return found


def _above(descriptor: int) -> int:
    """The same pipe end under a number that is not in the way of 3 and 4."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved
