"""The only part that knows pytest. It translates: options into subjects, cases into items, verdicts into outcomes.

Every pytest run of everybody who has this installed imports this module, so whatever else is needed is imported inside
the hooks.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from asgi_conformance.options import OPTIONS, OUTPUTS, SUBJECTS
from asgi_conformance.pytest_plugin.settings import BUNDLED, BUNDLED_ONLY, TODAY, WANTED, dest, file, option

if TYPE_CHECKING:
    from datetime import date

    from asgi_conformance.baseline import Baseline
    from asgi_conformance.campaign import Candidate, Wishes
    from asgi_conformance.script import Case, Property


def pytest_addoption(parser: pytest.Parser) -> None:
    """Every option is an ini key of the same name too."""
    group = parser.getgroup("asgi-conformance", "asgi-conformance: does a server keep to ASGI?")
    for name, value, words, settings in OPTIONS:
        named = {"metavar": value} if value else {}
        group.addoption(f"--{name}", dest=dest(name), help=words, **named, **settings)
        kind = {"append": "args", "store_true": "bool"}.get(settings.get("action", ""), "string")
        parser.addini(name, f"{words} (as --{name})", type=kind, default=None)  # type: ignore[arg-type] # one of pytest's


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Take ids of bundled cases out of the arguments: they are no files of the user's."""
    known = early_config.known_args_namespace
    if not any(getattr(known, dest(name), None) or early_config.getini(name) for name in SUBJECTS):
        return
    wanted = [argument for argument in args if argument.rstrip("/") == BUNDLED or argument.startswith(f"{BUNDLED}/")]
    for argument in wanted:
        args.remove(argument)
    early_config.stash[WANTED] = wanted
    early_config.stash[BUNDLED_ONLY] = all(path in wanted for path in known.file_or_dir)


def pytest_configure(config: pytest.Config) -> None:
    """Switch on if a subject is named, or the lint is wanted; else this plugin does nothing at all."""
    if option(config, "asgi-lint"):
        _lint(config)
    if not any(option(config, name) for name in SUBJECTS):
        return
    from asgi_conformance import campaign
    from asgi_conformance.baseline import BadBaseline
    from asgi_conformance.pytest_plugin.session import Plugin
    from asgi_conformance.script import BadCase

    try:
        wishes = campaign.wishes(lambda name: option(config, name))
        candidates = campaign.candidates(wishes)
        baseline = _baseline(config)
        _check_selection(config, wishes, candidates)
    except (campaign.BadRequest, BadBaseline, BadCase) as error:
        raise pytest.UsageError(str(error)) from None
    _check_outputs(config)
    plugin = Plugin(config, wishes, candidates, campaign.Campaign(candidates, wishes, baseline))
    config.pluginmanager.register(plugin, "asgi-conformance-session")
    config.add_cleanup(plugin.close)


def _lint(config: pytest.Config) -> None:
    from asgi_conformance.pytest_plugin.linting import Linting
    from asgi_conformance.verdict import Verdict

    mildest = option(config, "asgi-fail-on") == "warn"
    config.pluginmanager.register(Linting({Verdict.FAIL, Verdict.WARN} if mildest else {Verdict.FAIL}))


def _baseline(config: pytest.Config) -> Baseline:
    from asgi_conformance.baseline import BadBaseline, Baseline, load

    update = bool(option(config, "asgi-baseline-update"))
    if path := file(config, "asgi-baseline"):
        if update and not os.path.isdir(path.parent):
            raise BadBaseline(f"--asgi-baseline={path}: there is no folder {path.parent}")
        return load(path, _today(config), may_be_missing=update)
    if update:
        raise BadBaseline("--asgi-baseline-update needs --asgi-baseline=FILE.toml")
    return Baseline()


def _today(config: pytest.Config) -> date:
    """By the clock, in UTC; on a worker of pytest-xdist the day of its controller."""
    from datetime import UTC, date, datetime

    told = getattr(config, "workerinput", {}).get(TODAY)
    return date.fromisoformat(told) if told else datetime.now(UTC).date()


def _check_selection(config: pytest.Config, wishes: Wishes, candidates: list[Candidate]) -> None:
    """What the user asks for among the bundled cases has to be there. With paths, other cases may be meant."""
    from asgi_conformance.campaign import check_ids, check_wishes
    from asgi_conformance.suite_loader import load_all_properties, load_cases

    every: list[Case | Property] = [*load_cases(), *(load_all_properties() if wishes.examples else ())]
    kinds = {candidate.subject.kind for candidate in candidates}
    bundled = [case for case in every if case.kinds & kinds]
    if config.stash.get(BUNDLED_ONLY, True):
        check_wishes(bundled, wishes)
    if wanted := config.stash.get(WANTED, []):
        check_ids(bundled, [candidate.id for candidate in candidates], wanted)


def _check_outputs(config: pytest.Config) -> None:
    """Better now than after the run."""
    for name in OUTPUTS:
        path = file(config, name)
        if path and os.path.isdir(path):  # which, unlike `Path.is_dir`, takes a name that no file can have
            raise pytest.UsageError(f"--{name}={path} is a folder; name a file in it")
        if path and not os.path.isdir(path.parent):
            raise pytest.UsageError(f"--{name}={path}: there is no folder {path.parent}")
