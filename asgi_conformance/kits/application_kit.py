"""The kit for a result of an ASGI application in memory: the kit is its server."""

from collections.abc import Iterable, Mapping

from asgi_conformance import acts
from asgi_conformance.kits.assembly import joined
from asgi_conformance.kits.behaviour import Behaviour, behaviour_of
from asgi_conformance.kits.conduct import must_show
from asgi_conformance.kits.contract import contract_files, target_of
from asgi_conformance.kits.focus import leaves, ways_of
from asgi_conformance.kits.identifiers import identifier
from asgi_conformance.kits.literals import NoKit, code, indented
from asgi_conformance.kits.recorded import answered, is_missing
from asgi_conformance.kits.story import Story, preamble, tables, words_of
from asgi_conformance.matchers.application import Conducts
from asgi_conformance.script import Case, Line

VARIABLE = "ASGI_CONFORMANCE_CONTRACT"
LONGEST = 5.0
"""Seconds that a script may let pass: in a kit they are real."""
PARTS = ("comparison", "facts", "application")


def application_kit(story: Story) -> str:
    """The text of the kit. Raises `NoKit`."""
    case, check = story.case, story.check
    if story.subject.options.get("loop"):
        raise NoKit("the application was run on trio, and a kit knows asyncio alone")
    lines = case.lines if check.line is None else case.lines[: check.line + 1]
    head = [
        *preamble(story, f"Run it with the Python that has {story.subject.name} installed."),
        "# The application under test, as module:attribute, and the variables that it finds.",
        f"APPLICATION = {code(target_of(story.subject))}",
        f"ENVIRONMENT = {code(_environment(case))}",
        "",
        "",
        *_script(lines),
        "",
        "",
        *tables(words_of(case)[: len(lines)], _behaviour(story)),
    ]
    return joined(head, PARTS, _foot(story, lines))


def _environment(case: Case) -> Mapping[str, str]:
    if set(case.options) - {"contract"}:
        raise NoKit("its application is served below a path")
    return {VARIABLE: case.options["contract"]} if "contract" in case.options else {}


def _behaviour(story: Story) -> Behaviour:
    """Of a breach that belongs to no line: all that the application has sent."""
    check = story.check
    if check.line is None or any(isinstance(one, Conducts) for one in leaves(ways_of(story.case.lines[check.line]))):
        must_show(check.requirement, story.case, story.result)
    if check.line is not None:
        return behaviour_of(story)
    found: Behaviour = {}
    taking = acts.TakesAnswer | acts.TakesEvent
    for moment in story.result.timeline:
        if moment.line is not None and isinstance(story.case.lines[moment.line].act, taking):
            found[moment.line + 1] = answered(story.case.lines[moment.line], moment)
    if not found:
        raise NoKit("the deviation belongs to no line of the script that takes what the application sends")
    return found


# --------------------------------------------------------------------------- the lines


def _script(lines: Iterable[Line]) -> list[str]:
    numbered = list(enumerate(lines, 1))
    text = ["async def script(play):", '    """What the server does, line by line."""']
    text += [f"    {identifier(who)} = play.server({who!r})" for who in dict.fromkeys(line.who for _, line in numbered)]
    for number, line in numbered:
        text += indented(_statement(number, line, identifier(line.who)))
    return text


def _statement(number: int, line: Line, who: str) -> list[str]:
    if not line.who.startswith("server"):
        raise NoKit("its client, or the application inside the middleware, takes more than a kit has")
    match line.act:
        case acts.CallsApplication(scope, keywords, "coroutine", False, shares):
            more = "".join([", keywords=True" * keywords, ", shares_state=True" * shares])
            return [f"{who}.calls({number}, {code(scope)}{more})"]
        case acts.Delivers(events):
            return [f"{who}.delivers({number}, {', '.join(code(event) for event in events)})"]
        case acts.TakesEvent():
            return [f"await {who}.takes_event({number})"]
        case acts.TakesAnswer():
            return [f"await {who}.takes_answer({number})"]
        case acts.AwaitsEnd():
            return [f"await {who}.awaits_end({number})"]
        case acts.IsQuiet():
            return [f"await {who}.gets_nothing({number})"]
        case acts.LetsTimePass(seconds) if seconds <= LONGEST:
            return [f"await {who}.lets_time_pass({number}, {seconds:g})"]
        case acts.FailsSends(kind, after):
            return [f"{who}.fails_sends({number}, {code(kind)}, {after})"]
        case acts.HoldsSends(after):
            return [f"{who}.holds_sends({number}, {after})"]
        case acts.ReleasesSends():
            return [f"{who}.releases_sends({number})"]
        case acts.LooksAtScope("look"):
            return [f"{who}.looks_at_scope({number})"]
        case acts.CancelsCall():
            return [f"{who}.cancels({number})"]
    raise NoKit(f"its server does what a kit cannot: {type(line.act).__name__}")


def _foot(story: Story, lines: tuple[Line, ...]) -> list[str]:
    moments = {moment.line: moment for moment in story.result.timeline if moment.line is not None}
    tolerated = [n + 1 for n, line in enumerate(lines) if n in moments and is_missing(line, moments[n])]
    alone = "contract" in story.case.options or any(
        isinstance(line.act, acts.CallsApplication) and line.act.scope.get("type") == "lifespan" for line in lines
    )
    files = contract_files(story.subject)
    how = {"factory": bool(story.subject.options.get("factory")), "alone": alone, "tolerated": tuple(tolerated)}
    return [
        *files,
        'if __name__ == "__main__":',
        f"    how = {how!r}",
        *(["    how['files'] = FILES"] if files else []),
        "    sys.exit(main(TITLE, LINES, BEHAVIOUR, script, APPLICATION, ENVIRONMENT, how))",
    ]
