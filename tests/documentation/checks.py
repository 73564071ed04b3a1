"""What is checked of a block: that its commands do what they shall, that its output is seen, that its names exist."""

import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from documentation.pages import ROOT, Block
from documentation.rules import How, rule_for
from documentation.world import Done, World
from generators.commands import parsers

from asgi_conformance import campaign
from asgi_conformance.options import OPTIONS

DIRECTIVES = ("{toctree}",)
LIKE_A_COMMAND = re.compile(r"^(\$ |pytest |asgi-conformance |pip |python |from \w+ import )", re.MULTILINE)
USED = "asgi-conformance/asgi-conformance"


def check(block: Block, world: World, last: Done) -> Done:
    """`last`: what came of the command before it. What came of its own last, or the same. Raises `AssertionError`."""
    if block.name:
        world.write(block.name, block.text)
        check_file(block, world)
    elif block.kind == "sh":
        for command in block.commands:
            last = tried(world, block, command)
    elif block.kind == "text":
        check_output(block, last.output)
    else:
        check_drawing(block)
    return last


def tried(world: World, block: Block, command: str) -> Done:
    rule = rule_for(block.page, command)
    assert rule, f"{block.place}: no rule says how to try {command!r}"
    if rule.how in CHECKS:
        CHECKS[rule.how](command)
        return Done(0, "")
    done = world.run(command, rule)
    assert done.status == rule.status, f"{block.place}: {command}\nended with {done.status}\n{done.output[-4000:]}"
    assert "no tests ran" not in done.output, f"{block.place}: {command}\n{done.output}"
    return done


def check_file(block: Block, world: World) -> None:
    """By its kind. Whether it does what it shall is seen by the commands after it."""
    if block.kind == "python":
        compile(block.text, block.place, "exec")
    elif block.kind == "toml":
        if "entry-points" in tomllib.loads(block.text).get("project", {}):
            world.install(block)
    elif block.kind == "yaml":
        check_inputs(yaml.safe_load(block.text))
    else:
        assert block.kind == "ini", f"{block.place}: nothing says what a file of {block.kind} is for"


def check_inputs(workflow: Any) -> None:
    """Of our action and our workflow; GitHub alone can run them, and `test_action.py` runs their script."""
    known = {
        f"{USED}@main": yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"],
        f"{USED}/.github/workflows/conformance.yml@main": called_workflow()["inputs"],
    }
    ours = [step for step in steps(workflow) if step["uses"].startswith(USED)]
    assert ours, "it uses nothing of ours"
    for step in ours:
        assert set(step["with"]) <= set(known[step["uses"]])


def called_workflow() -> Mapping[str, Any]:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "conformance.yml").read_text("utf-8"))
    called: Mapping[str, Any] = workflow[True]["workflow_call"]  # YAML takes the key `on` for a truth value
    return called


def steps(part: Any) -> Iterator[Mapping[str, Any]]:
    """Whatever says `uses`, wherever it stands."""
    if isinstance(part, Mapping):
        if "uses" in part:
            yield part
        for value in part.values():
            yield from steps(value)
    elif isinstance(part, list):
        for value in part:
            yield from steps(value)


def check_extras(command: str) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named = re.findall(r"\[([\w,-]+)\]", command)
    assert named and set(",".join(named).split(",")) <= set(declared), command


def check_subjects(command: str) -> None:
    """As the plugin takes them from the options: it refuses what it does not know."""
    given: dict[str, Any] = {}
    for word in shlex.split(command)[1:]:
        name, _, value = word.removeprefix("--").partition("=")
        assert word.startswith("--") and name in KNOWN, f"{command}: {word} is no option of ours"
        given.setdefault(name, []).append(value)
    assert campaign.candidates(campaign.wishes(lambda name: optional(name, given.get(name)))), command


def check_command(command: str) -> None:
    name, *words = shlex.split(command)[1:]
    parsers()[name].parse_args(words)  # exits where it is wrong


def optional(name: str, values: list[str] | None) -> Any:
    """As pytest gives it: a list where it may come several times."""
    if values is None or KNOWN[name].get("action") == "append":
        return values
    return values[-1] or True


KNOWN = {name: settings for name, _, _, settings in OPTIONS}
CHECKS = {How.INSTALL: check_extras, How.NAMED: check_subjects, How.PARSED: check_command}


def check_output(block: Block, output: str) -> None:
    """Each line of the block is a line of the output, in this order, but for numbers and the width of gaps and rules.

    `…` is whatever stands there; alone, any lines or none.
    """
    lines = iter(output.splitlines())
    for expected in (line for line in block.text.splitlines() if line != "…"):
        found = any(re.fullmatch(pattern_of(expected), line.rstrip()) for line in lines)
        assert found, f"{block.place}: {expected!r} is not, or not there, in\n{output}"


def pattern_of(expected: str) -> str:
    varying = {"…": ".*", " ": " +", "=": "=+", "0": r"\d+"}
    pieces = re.split(r"(…| +|=+|\d+)", expected.rstrip())
    return "".join(
        varying["0" if piece.isdigit() else piece[:1]] if number % 2 else re.escape(piece)
        for number, piece in enumerate(pieces)
    )


def check_drawing(block: Block) -> None:
    assert block.kind in ("", *DIRECTIVES), f"{block.place}: nothing says how to try a block of {block.kind}"
    if not block.kind:
        assert not LIKE_A_COMMAND.search(block.text), f"{block.place}: this can be tried; say what it is"
