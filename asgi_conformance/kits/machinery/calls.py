# mypy: ignore-errors
# Without annotations, for it is to be read by whoever gets a kit, on any Python from 3.8 on.
"""The calls of the application inside the server, as the application tells of them and as the script speaks of them."""

import ast
import contextlib

from asgi_conformance.kits.machinery.client import PATIENCE, QUIET
from asgi_conformance.kits.machinery.facts import mapping_facts, value_facts


class Call:
    """A call of the application, as the application tells of it."""

    def __init__(self, play, connection):
        self.play, self.socket, self.buffer = play, connection, b""
        self.scope, self.replies, self.uses, self.ended = None, {}, [], False
        play.readable[connection] = self.hear

    def hear(self):
        try:
            data = self.socket.recv(1 << 18)
        except OSError:
            data = b""
        if not data:
            self.ended = True
            self.play.readable.pop(self.socket)
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for line in lines:
            message = ast.literal_eval(line.decode("ascii"))
            if "called" in message:
                self.scope = message["called"]
            elif "used" in message:
                self.uses.append(message["used"])
            else:
                self.replies[message["line"]] = message

    def tell(self, word):
        with contextlib.suppress(OSError):
            self.socket.sendall(f"{word}\n".encode())


class App:
    """The application's lines, by the name of the call."""

    def __init__(self, play, name):
        self.play, self.name = play, name

    def is_called(self, number, *answers, path=None, within=None):
        """`answers`: how the client knows that the server has answered instead."""
        play = self.play

        def waiting():
            return next((call for call in play.waiting if call.scope and path in (None, path_of(call.scope))), None)

        def answered():
            return play.latest and any(play.latest.enough(answers))

        play.wait(lambda: waiting() or answered() or play.gone(), within or PATIENCE)
        call = waiting()
        if call:
            self.joins(number, call)
        elif answered():
            play.latest.takes(number, answers)
        else:
            play.missing(number, "nothing came")

    def joins(self, number, call):
        self.play.waiting.remove(call)
        self.play.calls[self.name] = call
        call.tell(self.name)
        self.play.saw[number] = mapping_facts(call.scope)

    def is_not_called(self, number, within=QUIET):
        call = self.play.wait(lambda: next((one for one in self.play.waiting if one.scope), None), within)
        if call:
            self.joins(number, call)

    def does(self, number, within=PATIENCE):
        """It is this line's turn."""
        call = self.play.calls.get(self.name)
        if call is None:
            return self.play.missing(number, "the script speaks of something that never was")
        call.tell(number)
        self.play.wait(lambda: number in call.replies or call.ended or self.play.gone(), within)
        if number not in call.replies:
            self.play.wait(self.play.gone, 0.5 if call.ended else 0)
            return self.play.missing(number, "the application's call had ended" if call.ended else "nothing came")
        told = call.replies[number]
        if "missing" in told:
            return self.play.missing(number, told["missing"])
        self.play.saw[number] = outcome_facts(told)

    def ends(self, number):
        """With this line its call is over."""
        self.does(number)
        call = self.play.calls.get(self.name)
        if call:
            self.play.wait(lambda: call.ended or self.play.gone(), PATIENCE)

    def is_used(self, number, what, within=PATIENCE):
        """The server does that with what the application returned."""
        call = self.play.calls[self.name]
        self.play.wait(lambda: what in call.uses or call.ended or self.play.gone(), within)
        if what not in call.uses:
            return self.play.missing(number, "the application's call had ended" if call.ended else "nothing came")
        self.play.saw[number] = {"uses": list(call.uses)}

    def is_not_used(self, number, what, within=QUIET):
        call = self.play.calls[self.name]
        if self.play.wait(lambda: what in call.uses, within):
            self.play.saw[number] = {"uses": list(call.uses)}

    def was_used(self, number):
        self.play.wait(lambda: False, QUIET)
        self.play.saw[number] = {"uses": list(self.play.calls[self.name].uses)}


def path_of(scope):
    return scope.get("path", scope.get("PATH_INFO"))


def outcome_facts(told):
    """What came of a deed of the application's."""
    if "raised" in told:
        return {"outcome": "raised " + told["raised"], "text": told["text"]}
    if "cancelled" in told:
        return {"outcome": "cancelled"}
    return value_facts(told["value"])
