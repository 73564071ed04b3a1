"""Mutants: found, applied, told apart from the citizen."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from citizen import mutation
from citizen.parts import Parts
from citizen_tests.stage import App, played, respond, serving

MUTANTS = mutation.load_all()


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_changes_its_own_parts_and_no_others(name: str) -> None:
    parts, others = Parts(), Parts()
    assert parts.http3 is not others.http3, "made when first asked for"
    before = {key: dict(vars(part)) for key, part in vars(others).items()}
    MUTANTS[name].apply(parts)
    assert {key: dict(vars(part)) for key, part in vars(others).items()} == before
    assert any(len(vars(part)) > len(before[key]) for key, part in vars(parts).items()), "it changes nothing"


def test_a_mutant_is_named_after_its_file_and_its_sin() -> None:
    root = Path(mutation.__file__).parent.parent / "mutants"
    assert {root / f"{name.partition(':')[0]}.py" for name in MUTANTS} == set(root.rglob("*.py"))


def that_breaks(*requirements: str) -> str:
    """The name of the first mutant that breaks these and no others."""
    return next(name for name, mutant in MUTANTS.items() if mutant.breaks == requirements)


def test_one_mutant_is_loaded_without_the_others() -> None:
    name = that_breaks("http.response.start.headers.order")
    program = (
        "from citizen import mutation; import sys;"
        f"mutation.load({name!r});"
        "print([name for name in sys.modules if name.startswith('mutants.') and name.count('.') == 2])"
    )
    module = "mutants." + name.partition(":")[0].replace("/", ".")
    assert asyncio.run(run(program)).decode() == f"[{module!r}]\n"


async def run(program: str) -> bytes:
    tests = str(Path(mutation.__file__).parent.parent)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE, env={"PYTHONPATH": tests}
    )
    return (await process.communicate())[0]


def test_what_is_no_mutant_is_not_found() -> None:
    for name in ("http/response_start:is_perfect", "http/nowhere:at_all", "nonsense"):
        with pytest.raises(LookupError):
            mutation.load(name)


def test_two_mutants_of_one_name_are_refused() -> None:
    def twice(parts: Parts) -> None:
        """A sin."""

    twice.__module__ = "mutants.somewhere"
    mutation.mutant(breaks="a")(twice)
    try:
        assert mutation.MUTANTS["somewhere:twice"].breaks == ("a",)
        with pytest.raises(ValueError, match="somewhere:twice"):
            mutation.mutant(breaks="b")(twice)
    finally:
        del mutation.MUTANTS["somewhere:twice"]


@played
async def test_a_mutant_serves_beside_the_citizen() -> None:
    name = that_breaks("http.response.start.headers.order")
    async with serving(App(http)) as citizen, serving(App(http), name) as mutant:
        for stage in (citizen, mutant):
            client = await stage.client()
            client.request()
            assert (b"x-b: 1\r\nx-a: 2" in await client.until(b"ok")) is (stage is citizen)


async def http(scope: Any, receive: Any, send: Any) -> None:
    await respond(send, b"ok", headers=[(b"x-b", b"1"), (b"x-a", b"2")])
