"""The baseline: failures of a subject that are known, each with its reason; a fixed one has to be removed.

In its file:

    [[known]]
    subject = "uvicorn[http=h11]"
    case = "http/response_start/header-order-is-kept-on-the-wire"
    requirement = "http.response.start.headers.order"
    reason = "h11 sorts"
    link = "https://example.org/issues/1"
    until = 2027-01-31

`link` and `until` may be left out. An entry is one failure and not a pattern: what is mended in one configuration and
broken in another could not be told otherwise, and `--asgi-baseline-update` writes as many as there are.
"""

import json
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from asgi_conformance.results import Check, Subject
from asgi_conformance.verdict import Verdict

KEPT = (Verdict.PASS, Verdict.NOTE, Verdict.OPEN)
UNEXPLAINED = "not yet explained"


class BadBaseline(Exception):
    """A baseline that cannot be read; one line that says where and what to do."""


@dataclass(frozen=True, slots=True)
class Known:
    """One failure that is known."""

    subject: str
    case: str
    requirement: str
    reason: str
    link: str = ""
    until: date | None = None
    """The last day on which it excuses; None: there is none."""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.subject, self.case, self.requirement

    @property
    def note(self) -> str:
        """`h11 sorts (https://example.org/issues/1, until 2027-01-31)`"""
        more = ", ".join(filter(None, [self.link, f"until {self.until}" if self.until else ""]))
        return f"{self.reason} ({more})" if more else self.reason


@dataclass(frozen=True, slots=True)
class Baseline:
    """All of them, in the order of the file."""

    entries: tuple[Known, ...] = ()
    today: date = date.min
    """The day of the run; none has ended on the first of all days."""
    _by_key: Mapping[tuple[str, str, str], Known] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {entry.key: entry for entry in self.entries})

    def applied(self, subject: str, case: str, checks: Iterable[Check]) -> tuple[Check, ...]:
        """The checks with the notes of those that are known. Verdicts stay what they are."""
        return tuple(replace(check, baseline=self._note(subject, case, check)) for check in checks)

    def _note(self, subject: str, case: str, check: Check) -> str | None:
        entry = self._by_key.get((subject, case, check.requirement))
        if entry is None or (check.verdict.is_bad and self._has_ended(entry)):
            return None
        return entry.note

    def _has_ended(self, entry: Known) -> bool:
        return entry.until is not None and entry.until < self.today

    def ended(self, subject: str, case: str, requirement: str) -> str | None:
        """Why a failure that is excused in the file fails nevertheless; None where no excuse has ended."""
        entry = self._by_key.get((subject, case, requirement))
        if entry is None or not self._has_ended(entry):
            return None
        return f"the baseline's excuse ended on {entry.until}: {replace(entry, until=None).note}"

    def updated(
        self, subjects: Iterable[Subject], bad: Collection[Verdict] = (Verdict.FAIL,), gone: Collection[Known] = ()
    ) -> "Baseline":
        """What a run leaves of it: entries kept as they are, fixed ones gone, new failures added.

        What was not tested stays. `bad`: the verdicts that fail a test. `gone`: entries that fit nothing any more.
        """
        found: dict[tuple[str, str, str], Known] = {}
        fixed_ones: set[tuple[str, str, str]] = set()
        for subject in subjects:
            for result in subject.results:
                fixed_ones.update((subject.id, result.case, requirement) for requirement in fixed(result.checks))
                for check in result.checks:
                    if check.verdict in bad:
                        key = subject.id, result.case, check.requirement
                        found[key] = Known(*key, reason=UNEXPLAINED)
        mine = {entry.key: entry for entry in self.entries if entry.key not in fixed_ones and entry not in gone}
        entries = sorted({**found, **mine}.values(), key=lambda entry: entry.key)
        return replace(self, entries=tuple(entries))

    def to_toml(self) -> str:
        """The file."""
        blocks = [_block(entry) for entry in self.entries]
        return "# Known failures. Give every one a reason; remove what is fixed.\n" + "".join(blocks)


def fixed(checks: Iterable[Check]) -> list[str]:
    """The requirements that the baseline knows as broken, and that every check of the case shows to be kept."""
    checks = list(checks)
    known = dict.fromkeys(check.requirement for check in checks if check.baseline is not None)
    return [name for name in known if all(c.verdict in KEPT for c in checks if c.requirement == name)]


def is_known(check: Check) -> bool:
    """A failure that the baseline knows."""
    return check.baseline is not None and check.verdict.is_bad


def _block(entry: Known) -> str:
    fields = {name: getattr(entry, name) for name in ("subject", "case", "requirement", "reason", "link")}
    lines = [f"{name} = {_quoted(value)}" for name, value in fields.items() if value]
    if entry.until is not None:
        lines.append(f"until = {entry.until}")
    return "\n[[known]]\n" + "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A basic string of TOML, which is one of JSON but for two kinds of characters."""
    carried = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(carried, ensure_ascii=False).replace("\x7f", "\\u007f")


def load(path: Path, today: date = date.min, *, may_be_missing: bool = False) -> Baseline:
    """Read the file. Raises `BadBaseline`. `may_be_missing`: an update writes a new one."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if may_be_missing:
            return Baseline(today=today)
        raise BadBaseline(f"{path} does not exist; --asgi-baseline-update writes it") from None
    except (OSError, ValueError) as error:
        raise BadBaseline(f"{path} cannot be read: {error}") from None
    listed = data.get("known", [])
    if not isinstance(listed, list) or set(data) - {"known"}:
        raise BadBaseline(f"{path}: a baseline is a list of [[known]] tables and nothing else")
    entries: dict[tuple[str, str, str], Known] = {}
    for number, fields in enumerate(listed, start=1):
        try:
            entry = _known(fields)
            if entry.key in entries:
                raise BadBaseline(f"repeats {', '.join(entry.key)}; one entry is enough")
        except BadBaseline as error:
            raise BadBaseline(f"{path}: [[known]] number {number} {error}") from None
        entries[entry.key] = entry
    return Baseline(tuple(entries.values()), today)


WANTED = ("subject", "case", "requirement", "reason")
POSSIBLE = (*WANTED, "link", "until")


def _known(fields: object) -> Known:
    """Raises `BadBaseline` with what is wrong of it."""
    if not isinstance(fields, Mapping):
        raise BadBaseline(f"is no table; it needs {', '.join(WANTED)}")
    if missing := [name for name in WANTED if name not in fields]:
        raise BadBaseline(f"has no {missing[0]}; it needs {', '.join(WANTED)}")
    for name, value in fields.items():
        if name not in POSSIBLE:
            raise BadBaseline(f"has {name!r}, which nobody knows; there may be {', '.join(POSSIBLE)}")
        if name != "until" and (not isinstance(value, str) or not value.strip()):
            raise BadBaseline(f"has a {name} that is not a text, or is empty")
    return Known(**{**fields, "until": _day(fields.get("until"))})


def _day(value: Any) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadBaseline(f"has an until that is not a day; write it like until = 2027-01-31, not {value}") from None
