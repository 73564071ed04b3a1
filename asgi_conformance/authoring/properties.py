"""Properties: what is true of a conforming subject whatever is drawn. Each example of one is a case."""

import inspect
from collections.abc import Callable, Iterable

from asgi_conformance.authoring.cases import collect, full_id
from asgi_conformance.script import APPLICATIONS, SERVERS, WSGI_APPLICATIONS, WSGI_SERVERS, Draw, Line, Over, Property

Play = Callable[[Draw], Iterable[Line]]
KINDS = {
    (False, False): SERVERS,
    (False, True): APPLICATIONS,
    (True, False): WSGI_SERVERS,
    (True, True): WSGI_APPLICATIONS,
}
"""Of which kinds of subject a property speaks: by whether they speak WSGI, and whether they are applications."""


def generated(
    *, over: Over = Over.TCP, needs: str | Iterable[str] = (), of_applications: bool = False, of_wsgi: bool = False
) -> Callable[[Play], Play]:
    """A property: the decorated generator yields the lines of an example, made of what it draws.

    It is given Hypothesis' `draw`. The first line of its docstring is the title, the rest the note. Everything that it
    yields is made while it runs, so that a failure can be printed as a case. `of_applications`: we speak as the server.
    `of_wsgi`: of those that speak WSGI.
    """

    def make(function: Play) -> Play:
        text = inspect.cleandoc(function.__doc__ or function.__name__.replace("_", " "))
        title, _, note = text.partition("\n")
        kinds = KINDS[of_wsgi, of_applications]
        wanted = (needs,) if isinstance(needs, str) else tuple(needs)
        collect(Property(full_id(title), title, function, note.strip(), over, wanted, kinds))
        return function

    return make
