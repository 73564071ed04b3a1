"""What reports know besides the run."""

from collections.abc import Iterator, Mapping

import pytest

from asgi_conformance.report.capability import Ability, assessed
from asgi_conformance.report.knowledge import Knowledge, Rule, published
from asgi_conformance.report.marks import CAPABILITY, CAPABILITY_WORDS
from asgi_conformance.report.matrix import build
from asgi_conformance.spec.capabilities import Mark
from asgi_conformance.spec.requirement import Requirement

from .samples import KNOWLEDGE, REFUSAL, RUN


class Eager(Mapping[str, Requirement]):
    """A catalogue that must not be read to its end."""

    def __getitem__(self, name: str) -> Requirement:
        return KNOWLEDGE.catalogue[name]

    def __iter__(self) -> Iterator[str]:
        yield from list(KNOWLEDGE.catalogue)[:3]
        pytest.fail("read further than need be")

    def __len__(self) -> int:
        return len(KNOWLEDGE.catalogue)


def test_a_rule_is_what_the_catalogue_says() -> None:
    assert KNOWLEDGE.rule(REFUSAL) == Rule(
        id=REFUSAL,
        title="A refused handshake is answered with 403",
        summary="Closing before accepting denies the handshake with HTTP 403.",
        source="www.rst, Close",
        url="https://asgi.readthedocs.io/en/latest/specs/www.html#close-send-event",
        since="2.0",
    )
    assert KNOWLEDGE.rule("tls.scheme").since == ""


def test_an_unknown_requirement_is_its_id_and_says_why() -> None:
    assert KNOWLEDGE.rule("no.such").title == "no.such"
    assert "no such requirement" in KNOWLEDGE.rule("no.such").summary


def test_rules_come_in_catalogue_order_and_no_file_is_read_for_nothing() -> None:
    wanted = ["http.scope.state", "zzz.unknown", "http.scope.type", "aaa.unknown"]
    eager = Knowledge(Eager(), KNOWLEDGE.rows, KNOWLEDGE.assess)
    assert [rule.id for rule in eager.rules(wanted)] == [
        *("http.scope.type", "http.scope.state"),
        *("aaa.unknown", "zzz.unknown"),
    ]


def test_what_is_published_can_be_shown() -> None:
    shown = assessed(build(RUN, published()), published())
    assert len(shown) == len([row for row in published().rows() if row.of == "server"]) > 0
    assert all(requirement in published().catalogue for row in shown for requirement in row.requirements)
    assert set(CAPABILITY) == set(CAPABILITY_WORDS) == {mark.name for mark in Mark}


def test_capabilities_are_assessed_for_each_subject() -> None:
    http, order, websockets, tls = assessed(build(RUN, KNOWLEDGE), KNOWLEDGE)
    assert http.abilities == (Ability("LIMITED", "all but state"), Ability("WORKS", ""), Ability("WORKS", ""))
    assert websockets.abilities[1] == Ability("NO", "not offered")
    assert [ability.mark for ability in tls.abilities] == ["UNKNOWN", "WORKS", "UNKNOWN"]
    assert order.requirements == ("http.response.start.headers.order",)
