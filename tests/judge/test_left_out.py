"""A case about what the subject does not offer: what it settles is `unsupported`, and nothing of it is a failure."""

from asgi_conformance.authoring import case, client, if_offered, requirement, response
from asgi_conformance.judge.verdicts import judge
from asgi_conformance.matchers.contract import LEFT_OUT
from asgi_conformance.script import Case
from asgi_conformance.spec.catalogue import load
from asgi_conformance.timeline import Done, Entry, Facts, Seen, Timeline, Wire
from asgi_conformance.verdict import Verdict

A, B = "contract.response.flushed", "contract.response.events"
OK = Wire(b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n")
NO_ROUTE = Wire(b"HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n")
CRASH = Wire(b"HTTP/1.1 500 \r\nContent-Length: 0\r\n\r\n")

TWO_CHECKS = case(
    "What is streamed comes bit by bit",
    client.sends(b"GET /stream HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(if_offered(response(200)), requirement(A)),
    client.gets(response(200), requirement(B)),
    needs="contract",
)
SET_UP = case(
    "What is set up comes bit by bit",
    client.sends(b"GET /stream HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(if_offered(response(200))),
    client.gets(response(200), requirement(A), requirement(B, expects=response(200))),
    needs="contract",
)


def verdicts(case: Case, *seen: Seen) -> list[tuple[str, Verdict, str]]:
    entries = tuple(Entry(n, "client", n == 0, one, "", n) for n, one in enumerate((Done(), *seen)))
    checks = judge(case, Timeline(entries), Facts(), load())
    return [(check.requirement, check.verdict, check.how) for check in checks]


def test_everything_from_the_missing_route_on_is_unsupported() -> None:
    both = [(A, Verdict.UNSUPPORTED, LEFT_OUT), (B, Verdict.UNSUPPORTED, LEFT_OUT)]
    assert verdicts(TWO_CHECKS, NO_ROUTE) == both
    assert verdicts(TWO_CHECKS, NO_ROUTE, CRASH) == both
    assert verdicts(SET_UP, NO_ROUTE) == both


def test_what_came_before_is_judged() -> None:
    found = verdicts(TWO_CHECKS, OK, OK)
    assert found == [(A, Verdict.PASS, ""), (B, Verdict.PASS, "")]
    assert verdicts(TWO_CHECKS, OK, NO_ROUTE)[1][1] is Verdict.WARN


def test_a_crash_is_no_missing_route() -> None:
    assert verdicts(TWO_CHECKS, CRASH)[0] == (A, Verdict.WARN, "wrong status")
    assert {verdict for _, verdict, _ in verdicts(SET_UP, CRASH, OK)} == {Verdict.BLOCKED}
