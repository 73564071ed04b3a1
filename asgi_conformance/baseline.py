"""The baseline: failures of a subject that are known, each with its reason; a fixed one has to be removed.

In its file:

    [[known]]
    subject = "uvicorn[http=h11]"
    case = "http/response_start/header-order-is-kept-on-the-wire"
    requirement = "http.response.start.headers.order"
    reason = "h11 sorts"
    link = "https://example.org/issues/1"
"""

import json
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

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

    @property
    def key(self) -> tuple[str, str, str]:
        return self.subject, self.case, self.requirement


@dataclass(frozen=True, slots=True)
class Baseline:
    """All of them, in the order of the file."""

    entries: tuple[Known, ...] = ()

    def reason(self, subject: str, case: str, requirement: str) -> str | None:
        """The reason, with the link; None for what is not known."""
        for entry in self.entries:
            if entry.key == (subject, case, requirement):
                return f"{entry.reason} ({entry.link})" if entry.link else entry.reason
        return None

    def applied(self, subject: str, case: str, checks: Iterable[Check]) -> tuple[Check, ...]:
        """The checks with the reasons of those that are known. Verdicts stay what they are."""
        return tuple(replace(check, baseline=self.reason(subject, case, check.requirement)) for check in checks)

    def updated(self, subjects: Iterable[Subject], bad: Collection[Verdict] = (Verdict.FAIL,)) -> "Baseline":
        """What a run leaves of it: reasons kept, fixed ones gone, new failures added. What was not tested stays.

        `bad`: the verdicts that fail a test.
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
        mine = {entry.key: entry for entry in self.entries if entry.key not in fixed_ones}
        return Baseline(tuple(sorted({**found, **mine}.values(), key=lambda entry: entry.key)))

    def to_toml(self) -> str:
        """The file."""
        blocks = [_block(entry) for entry in self.entries]
        return "# Known failures. Give every one a reason; remove what is fixed.\n" + "".join(blocks)


def fixed(checks: Iterable[Check]) -> list[str]:
    """The requirements that the baseline knows as broken, and that every check of the case shows to be kept."""
    known = [check for check in checks if check.baseline is not None]
    return [name for name in _requirements(known) if all(c.verdict in KEPT for c in known if c.requirement == name)]


def _requirements(checks: Iterable[Check]) -> list[str]:
    return list(dict.fromkeys(check.requirement for check in checks))


def is_known(check: Check) -> bool:
    """A failure that the baseline knows."""
    return check.baseline is not None and check.verdict.is_bad


def _block(entry: Known) -> str:
    fields = {name: getattr(entry, name) for name in ("subject", "case", "requirement", "reason", "link")}
    lines = [f"{name} = {_quoted(value)}" for name, value in fields.items() if value]
    return "\n[[known]]\n" + "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A basic string of TOML, which is one of JSON but for two kinds of characters."""
    carried = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(carried, ensure_ascii=False).replace("\x7f", "\\u007f")


def load(path: Path, *, may_be_missing: bool = False) -> Baseline:
    """Read the file. Raises `BadBaseline`. `may_be_missing`: an update writes a new one."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if may_be_missing:
            return Baseline()
        raise BadBaseline(f"{path} does not exist; --asgi-baseline-update writes it") from None
    except (OSError, ValueError) as error:
        raise BadBaseline(f"{path} cannot be read: {error}") from None
    entries = data.get("known", [])
    if not isinstance(entries, list) or set(data) - {"known"}:
        raise BadBaseline(f"{path}: a baseline is a list of [[known]] tables and nothing else")
    return Baseline(tuple(_known(path, number, entry) for number, entry in enumerate(entries, start=1)))


def _known(path: Path, number: int, entry: object) -> Known:
    wanted = {"subject", "case", "requirement", "reason"}
    if not isinstance(entry, Mapping) or not wanted <= set(entry) <= wanted | {"link"}:
        raise BadBaseline(f"{path}: [[known]] number {number} needs {', '.join(sorted(wanted))}, and may have link")
    if not all(isinstance(value, str) and value for value in entry.values()):
        raise BadBaseline(f"{path}: [[known]] number {number}: every value is a text that is not empty")
    return Known(**entry)
