"""The words of a failure."""

from dataclasses import replace

from asgi_conformance.report.explain import explain
from asgi_conformance.results import Moment
from asgi_conformance.verdict import Verdict

from .golden import agrees
from .samples import BROKEN_REFUSAL, HOSTILE, KNOWLEDGE, REFUSAL, REFUSED, SCRIPTS, UVICORN

RULE = KNOWLEDGE.catalogue[REFUSAL]
RESULT = UVICORN.results[0]
SCRIPT = SCRIPTS[REFUSED]


def test_rule_expected_got_timeline_and_command_in_this_order() -> None:
    assert agrees("explain.txt", explain(RESULT, BROKEN_REFUSAL, SCRIPT, UVICORN, RULE) + "\n")


def test_hostile_words_stay_words() -> None:
    text = explain(HOSTILE.results[0], HOSTILE.results[0].checks[0], SCRIPT, HOSTILE, RULE)
    assert agrees("explain-hostile.txt", text + "\n")
    assert all(char.isprintable() or char == "\n" for char in text)


def test_colour_paints_verdict_and_place_only() -> None:
    plain = explain(RESULT, BROKEN_REFUSAL, SCRIPT, UVICORN, RULE)
    painted = explain(RESULT, BROKEN_REFUSAL, SCRIPT, UVICORN, RULE, color=True)
    assert painted.startswith("\x1b[31;1mFAIL\x1b[0m  A refused")
    assert painted.replace("\x1b[31;1m", "").replace("\x1b[0m", "") == plain


def test_where_nothing_answered_the_script_says_what_was_awaited() -> None:
    silent = replace(BROKEN_REFUSAL, expected="", observed="", how="")
    text = explain(replace(RESULT, timeline=RESULT.timeline[:4]), silent, SCRIPT, UVICORN, RULE)
    assert "  expected   client gets response 403" in text
    assert "  got        nothing" in text
    assert text.splitlines()[-2].split() == ["0.55", "ms", "app", "→", "websocket.close", "◄", "here"]


def test_a_warning_says_warn_and_a_known_failure_why() -> None:
    check = replace(BROKEN_REFUSAL, verdict=Verdict.WARN, baseline="issue 17")
    text = explain(RESULT, check, SCRIPT, UVICORN, RULE)
    assert text.startswith("WARN  ")
    assert "\n  known      issue 17\n" in text


def test_without_line_script_or_timeline_the_rest_still_stands() -> None:
    check = replace(BROKEN_REFUSAL, line=None, expected="")
    text = explain(replace(RESULT, timeline=()), check, None, UVICORN, RULE)
    assert [line.split()[0] for line in text.splitlines() if line[2:3].strip()] == ["FAIL", "rule", "got", "reproduce"]


def test_the_middle_of_a_long_timeline_is_left_out() -> None:
    moments = tuple(Moment(1000 * number, "app", "gets", f"event {number}", number) for number in range(500))
    text = explain(replace(RESULT, timeline=moments), replace(BROKEN_REFUSAL, line=250), None, UVICORN, RULE)
    assert len(text.splitlines()) < 30
    assert text.count(" more …") == 2
    assert "250.00 ms  app ← event 250" in text
    assert text.count("◄ here") == 1
