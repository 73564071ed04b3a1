"""The kit for a result of a server: client, application, and the server's command line."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from asgi_conformance import acts
from asgi_conformance.kits import asgi_lines, client_lines, wsgi_lines
from asgi_conformance.kits.assembly import joined
from asgi_conformance.kits.behaviour import behaviour_of
from asgi_conformance.kits.identifiers import identifier
from asgi_conformance.kits.literals import NoKit, code, indented
from asgi_conformance.kits.recorded import is_missing
from asgi_conformance.kits.story import Story, preamble, tables, words_of
from asgi_conformance.report.repeat import COMMAND
from asgi_conformance.results import Moment, Subject
from asgi_conformance.script import Case, Line, Over
from asgi_conformance.servers import command
from asgi_conformance.servers.adapter import BadSubject, Launch, Place, Server, Transport, Unsupported
from asgi_conformance.servers.registry import find_adapter
from asgi_conformance.servers.wsgi.launching import LAUNCHER
from asgi_conformance.servers.wsgi.mod_wsgi import SCRIPT

PORT = 64999
"""Stands for the port until the kit has found a free one."""
TRANSPORTS = {Over.TCP: Transport.TCP, Over.UNIX: Transport.UNIX, Over.TLS: Transport.TLS}
PLACED = ("root_path", "ping_interval", "threads", "environ")
"""Options of cases by which a server is told where and how to serve."""

Statements = Callable[[int, Line, str], list[str]]


def server_kit(story: Story) -> str:
    """The text of the kit. Raises `NoKit`."""
    case, check = story.case, story.check
    if check.line is None:
        raise NoKit("the deviation shows in what the server gives at large, and belongs to no line of the script")
    lines = case.lines[: check.line + 1]
    behaviour = behaviour_of(story, to_head="response_to_head" in _readers(lines[-1]))
    head = [
        *preamble(story, f"Run it with the Python that has {story.subject.name} installed."),
        *_server(story.subject, case),
        "",
        "",
        *_players(lines, wsgi=story.subject.kind.startswith("wsgi")),
        *_script(lines),
        "",
        "",
        *tables(words_of(case)[: len(lines)], behaviour),
    ]
    return joined(head, _parts(story.subject, head), _foot(story, lines))


def _readers(line: Line) -> list[str]:
    return client_lines.readers(line) if isinstance(line.act, acts.Hears | acts.IsQuiet) else []


def _parts(subject: Subject, head: Iterable[str]) -> tuple[str, ...]:
    player = "wsgi" if subject.kind.startswith("wsgi") else "asgi"
    return ("comparison", "facts", "client", "calls", "conductor", player)


# --------------------------------------------------------------------------- the server


def _server(subject: Subject, case: Case) -> list[str]:
    """How it is started, as constants."""
    launch = _launch(subject, case)
    argv = [_placeholders(word) for word in launch.argv]
    variables = dict(pair.partition("=")[::2] for pair in case.options.get("variables", "").split())
    environment = {**variables, **{name: _placeholders(value) for name, value in launch.env.items()}}
    return [
        "# The server's command line; {app} is the application below.",
        f"SERVER = {_command(argv)}",
        f'TRANSPORT = "{case.over.value}"',
        f"ENVIRONMENT = {code(environment)}",
    ]


def _command(argv: list[str]) -> str:
    """As one would type it, where no word has white space in it."""
    line = f"SERVER = {' '.join(argv)!a}.split()"
    fits = all(word and not re.search(r"\s", word) for word in argv)
    return line.removeprefix("SERVER = ") if fits and len(line) <= 180 else code(argv)


def _launch(subject: Subject, case: Case) -> Launch:
    unknown = set(case.options) - {*PLACED, "variables", "application"}
    if unknown or case.options.get("application", "application") != "application":
        raise NoKit("its server is given another shape of application, or asks clients for certificates")
    if case.over not in TRANSPORTS:
        raise NoKit("its client speaks HTTP/2 or HTTP/3, for which the standard library has nothing")
    place = Place(
        transport=TRANSPORTS[case.over],
        port=0 if case.over is Over.UNIX else PORT,
        path="{folder}/server.sock" if case.over is Over.UNIX else "",
        certfile="{folder}/cert.pem" if case.over is Over.TLS else "",
        keyfile="{folder}/key.pem" if case.over is Over.TLS else "",
        **{name: case.options[name] for name in PLACED if name in case.options},
    )
    try:
        launch = _server_of(subject).launch("{python}", "{app}", place)
    except (BadSubject, Unsupported) as error:
        raise NoKit(f"the server cannot be started from here: {error}") from None
    if any(SCRIPT in word for word in launch.argv):
        raise NoKit("its server is Apache, which is configured to load a file of this project")
    return launch


def _server_of(subject: Subject) -> Server:
    """Raises `BadSubject`."""
    typed = [value for name, value in subject.options.items() if COMMAND.fullmatch(name)]
    if typed:
        return command.parse_commands([f"{subject.name}={value}" for value in typed], (), subject.kind)[0]
    return Server(find_adapter(subject.name, subject.kind), subject.options)


def _placeholders(word: str) -> str:
    return word.replace(LAUNCHER, "{folder}/wsgi_launcher.py").replace(str(PORT), "{port}")


# --------------------------------------------------------------------------- the lines


def _players(lines: Iterable[Line], *, wsgi: bool) -> list[str]:
    """A function for each call of the application, with its lines in order."""
    functions: dict[str, list[str]] = {}
    for number, line in enumerate(lines, 1):
        if line.who.partition(":")[0] in ("app", "wsgi_app"):
            body = functions.setdefault(line.who, [])
            body.extend((wsgi_lines.player if wsgi else asgi_lines.player)(number, line))
    made = wsgi_lines.function if wsgi else asgi_lines.function
    return [text for who, body in functions.items() for text in (*made(identifier(who), body), "", "")]


def _script(lines: Iterable[Line]) -> list[str]:
    numbered = list(enumerate(lines, 1))
    text = ["def script(play):", '    """Both ends, in the order of the lines."""']
    for who in dict.fromkeys(line.who for _, line in numbered):
        kind = "client" if who.startswith("client") else "app"
        if not who.startswith("process"):
            text.append(f"    {identifier(who)} = play.{kind}({who!r})")
    for number, line in numbered:
        text += indented(_statements(number, line))
    return text


def _statements(number: int, line: Line) -> list[str]:
    who = identifier(line.who)
    match line.who.partition(":")[0]:
        case "client":
            return client_lines.source(number, line, who)
        case "app":
            return asgi_lines.script(number, line, who)
        case "wsgi_app":
            return wsgi_lines.script(number, line, who)
    return _of_process(number, line.act)


def _of_process(number: int, act: acts.Act) -> list[str]:
    match act:
        case acts.Starts():
            return []
        case acts.Serves():
            return [f"play.serves({number})"]
        case acts.Signals(signal):
            return [f"play.gets_signal({number}, {code(signal)})"]
        case acts.Exits():
            return [f"play.exits({number})"]
    return [f"play.prints({number})"]


def _foot(story: Story, lines: tuple[Line, ...]) -> list[str]:
    wsgi = story.subject.kind.startswith("wsgi")
    names = dict.fromkeys(line.who for line in lines if line.who.partition(":")[0] in ("app", "wsgi_app"))
    players = f"{{{', '.join(f'{who!r}: {identifier(who)}' for who in names)}}}"
    starts = any(isinstance(line.act, acts.Starts) for line in lines)
    moments = ((line, _moment(story, number)) for number, line in enumerate(lines))
    tolerated = [number for number, (line, moment) in enumerate(moments, 1) if moment and is_missing(line, moment)]
    more = "" if wsgi else f", plays_lifespan={story.case.starts_it}"
    launcher = _launch(story.subject, story.case).argv
    files = [f"LAUNCHER = {_text_of(LAUNCHER)}", ""] if LAUNCHER in launcher else []
    return [
        *files,
        f"application = taking_turns({players}{more})",
        "",
        'if __name__ == "__main__":',
        f"    how = {{'starts_it': {starts}, 'tolerated': {tuple(tolerated)}}}",
        *(["    how['files'] = {'wsgi_launcher.py': LAUNCHER}"] if files else []),
        "    sys.exit(main(TITLE, LINES, BEHAVIOUR, script, SERVER, TRANSPORT, ENVIRONMENT, how))",
    ]


def _moment(story: Story, number: int) -> Moment | None:
    return next((moment for moment in story.result.timeline if moment.line == number), None)


def _text_of(path: str) -> str:
    text = Path(path).read_text("utf-8")
    return "r'''" + text + "'''" if "'''" not in text else ascii(text)
