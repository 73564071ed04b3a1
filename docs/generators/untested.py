"""What is not tested, each with its reason: the ledger has no hole without one."""

from collections.abc import Iterable

from asgi_conformance import ledger
from asgi_conformance.ledger import Entry
from asgi_conformance.spec import catalogue
from asgi_conformance.spec.catalogue import Testable
from generators.catalogue import anchor
from generators.prose import escaped


def markdown() -> str:
    """Requirements that a case could settle and none does, below each reason; whole areas are named, not listed."""
    entries = _entries()
    blocks = []
    for selector in ledger.reasons():
        reason = selector["reason"]
        found = [one for one in entries if one.untested == reason and not one.cases]
        if found:
            what = ", ".join(f"{key} `{value}`" for key, value in selector.items() if key != "reason")
            blocks.append(f"- {what} ({_counted(found)}): {escaped(reason)}")
    return "\n".join(dict.fromkeys(blocks))


def untestable(how: str) -> str:
    """Requirements that cannot be settled from outside at all (`no`), or only in part (`partly`)."""
    found = [one for one in _entries() if one.requirement.testable is Testable(how)]
    return "\n".join(_line(one) for one in found)


def _entries() -> list[Entry]:
    return ledger.ledger(catalogue.load().values(), ledger.cases_by_requirement(), {})


def _line(entry: Entry) -> str:
    one = entry.requirement
    place = f"../reference/catalogue/{one.area}.md#{anchor(one.id)}"
    return f"- [`{one.id}`]({place}): {escaped(' '.join(one.testable_reason.split()))}"


def _counted(found: Iterable[Entry]) -> str:
    count = len(list(found))
    return f"{count} requirement{'s' if count > 1 else ''}"
