"""Every mistake that a file of requirements can hold is named with file, id and field."""

from typing import Any

import pytest

from asgi_conformance.spec.requirement import BrokenCatalogue, Side, Testable, link, read
from asgi_conformance.verdict import Level, Verdict

GOOD: dict[str, Any] = {
    "id": "http.scope.type",
    "side": "server",
    "level": "MUST",
    "title": "The type is http",
    "summary": "It names the protocol.",
    "reference": {"doc": "www.rst", "section": "Scope", "url": "https://example.org/#scope"},
    "stimulus": "A request.",
    "expect": "type is http",
    "testable": "yes",
    "violations": ["https"],
}


def of(*entries: dict[str, Any]) -> list[Any]:
    return read({"area": "http", "spec": "www", "requirement": list(entries)}, "requirements/http.toml", {"A01"})


def test_a_requirement_with_the_least_it_needs() -> None:
    (requirement,) = of(GOOD)
    assert requirement.area == "http"
    assert requirement.spec == "www"
    assert requirement.side is Side.SERVER
    assert requirement.level is Level.MUST
    assert requirement.testable is Testable.YES
    assert requirement.broken is Verdict.FAIL
    assert requirement.since is None
    assert not requirement.derived
    assert requirement.violations == ("https",)
    assert str(requirement.reference) == "www.rst, Scope"


def test_a_requirement_with_all_that_it_may_have() -> None:
    (requirement,) = of(
        GOOD
        | {
            "level": "SHOULD NOT",
            "since": "2.10",
            "derived": True,
            "pitfalls": "Beware.",
            "testable": "partly",
            "testable_reason": "It cannot be seen.",
            "ambiguity": ["A01"],
            "related": ["issue:a/b#1"],
            "also": [{"doc": "RFC 9112", "section": "§3.2"}],
            "verdict": "note",
            "added": "2020",
            "removed": "2021",
            "observe": ["wire"],
            "wsgiref_validate": {"verdict": "misses"},
        }
    )
    assert requirement.since == (2, 10)
    assert requirement.broken is Verdict.NOTE
    assert requirement.also[0].url == "https://www.rfc-editor.org/rfc/rfc9112#section-3.2"
    assert requirement.ambiguity == ("A01",)


@pytest.mark.parametrize(
    ("level", "broken"),
    [
        ("MUST", Verdict.FAIL),
        ("MUST NOT", Verdict.FAIL),
        ("SHOULD", Verdict.WARN),
        ("SHOULD NOT", Verdict.WARN),
        ("MAY", Verdict.NOTE),
    ],
)
def test_a_deviation_is_what_the_level_says(level: str, broken: Verdict) -> None:
    assert of(GOOD | {"level": level})[0].broken is broken


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"side": "client"}, "side is 'client'; it can be server, application, both, middleware"),
        ({"level": "OUGHT"}, "level is 'OUGHT'; it can be MUST"),
        ({"testable": "maybe"}, "testable is 'maybe'; it can be yes, partly, no"),
        ({"verdict": "info"}, "verdict is 'info'; it can be"),
        ({"verdict": "pass"}, "verdict is 'pass'; a deviation is fail, warn, open, note"),
        ({"testable": "partly"}, 'testable_reason is missing, though testable is "partly"'),
        ({"testable": "no", "testable_reason": ""}, 'testable_reason is missing, though testable is "no"'),
        ({"since": "2"}, "since is '2', not two numbers"),
        ({"since": "2.3.1"}, "since is '2.3.1', not two numbers"),
        ({"since": 2.3}, None),
        ({"ambiguity": ["A01", "A99"]}, "ambiguity A99 is in no register"),
        (
            {"reference": {"doc": "www.rst", "section": "Scope"}},
            "reference has no link, and none follows from 'www.rst'",
        ),
        ({"reference": {"doc": "www.rst", "section": "S", "url": "http://example.org"}}, "reference has no link"),
        ({"reference": {"doc": "www.rst"}}, "reference has no section"),
        ({"reference": {"section": "Scope"}}, "reference has no doc"),
        ({"also": [{"doc": "Some book", "section": "1"}]}, "also has no link, and none follows from 'Some book'"),
        ({"titel": "Typo"}, "titel is no field of a requirement"),
        ({"title": ""}, "title is missing or empty"),
        ({"violations": []}, "violations is missing or empty"),
    ],
)
def test_what_does_not_hold_together_is_named(change: dict[str, Any], message: str | None) -> None:
    if message is None:
        assert of(GOOD | change)
        return
    with pytest.raises(BrokenCatalogue) as broken:
        of(GOOD | change)
    assert str(broken.value).startswith("requirements/http.toml: http.scope.type: ")
    assert message in str(broken.value)


def test_an_id_is_taken_once() -> None:
    with pytest.raises(BrokenCatalogue, match=r"requirements/http\.toml: http\.scope\.type: id is taken twice"):
        of(GOOD, GOOD)


def test_a_requirement_has_an_id() -> None:
    with pytest.raises(BrokenCatalogue, match="a requirement without id: id is missing or empty"):
        of({name: value for name, value in GOOD.items() if name != "id"})


@pytest.mark.parametrize(
    ("document", "section", "url"),
    [
        ("RFC 9112", "§3.2", "https://www.rfc-editor.org/rfc/rfc9112#section-3.2"),
        ("RFC 9112", "§C.2.2", "https://www.rfc-editor.org/rfc/rfc9112#appendix-C.2.2"),
        ("PEP 3333", "environ Variables", "https://peps.python.org/pep-3333/#environ-variables"),
        ("PEP 3333", "The start_response() Callable", "https://peps.python.org/pep-3333/#the-start-response-callable"),
        ("PEP 3333", "HTTP 1.1 Expect/Continue", "https://peps.python.org/pep-3333/#http-1-1-expect-continue"),
        ("www.rst", "Scope", ""),
    ],
)
def test_links_follow_from_rfc_and_pep(document: str, section: str, url: str) -> None:
    assert link(document, section) == url
