"""The life of the server process in one performance: its start, its readiness, signals, its end, what it prints."""

from asgi_conformance import acts
from asgi_conformance.script import Line
from asgi_conformance.stage.calls import Calls
from asgi_conformance.stage.scene import Scene
from asgi_conformance.timeline import Done, Exit, Log, Missing, Seen, Why


class Life:
    """The process is started before the first line, so that only waiting is left to do."""

    def __init__(self, scene: Scene, calls: Calls) -> None:
        self._scene, self._calls = scene, calls

    def do(self, line: Line) -> Seen:
        """One line of the process."""
        process = self._scene.residence.process
        match line.act:
            case acts.Starts():
                self._scene.starting = True
                return Done("starts")
            case acts.Serves():
                return self._serves()
            case acts.Signals(signal):
                process.signal(signal)
                return Done(f"gets {signal}")
            case acts.Exits():
                return self._exits()
            case acts.Prints():
                process.drain()
                self._scene.hub.turn()
                return Log(process.output.text)
        raise TypeError(f"no process {line.act}")

    def _serves(self) -> Seen:
        patience = self._scene.patience
        # Once it has called it is up already, and listening is all that is left to do:
        if self._scene.residence.accepts_within(patience.stop if self._calls else patience.start):
            return Done("accepts connections")
        return self._scene.gone() or Missing(Why.SILENCE, "it accepts no connections")

    def _exits(self) -> Seen:
        seconds = self._scene.patience.stop
        if not self._scene.residence.process.ends_within(seconds):
            return Missing(Why.SILENCE, f"it still runs after {seconds:g} s")
        return Exit(self._scene.residence.process.status or 0)
