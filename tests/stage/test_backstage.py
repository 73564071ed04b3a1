"""What is performed beside the others: a few at a time, with results and failures, and given up at the end."""

import threading

import pytest

from asgi_conformance.stage.backstage import AT_ONCE, Backstage
from asgi_conformance.stage.hub import Hub, Stopped
from asgi_conformance.timeline import Timeline

PATIENCE = 20.0  # seconds; what waits that long has failed


def recording(text: str) -> Timeline:
    return Timeline((), trouble=text)


def test_what_was_begun_has_a_result() -> None:
    backstage = Backstage()
    backstage.begin("a", "one", lambda hub: recording("one"))
    backstage.begin("a", "two", lambda hub: recording("two"))
    assert backstage.result("a", "two", lambda hub: recording("again")) == recording("two")
    assert backstage.result("a", "one", lambda hub: recording("again")) == recording("one")
    backstage.close()


def test_what_was_not_begun_is_performed_now() -> None:
    backstage = Backstage()
    assert backstage.result("a", "one", lambda hub: recording("now")) == recording("now")
    assert backstage.result("a", "one", lambda hub: recording("again")) == recording("again")
    backstage.close()


def test_what_a_performance_raises_is_raised_where_it_is_asked_for() -> None:
    def fails(hub: Hub) -> Timeline:
        raise ValueError("no")

    backstage = Backstage()
    backstage.begin("a", "one", fails)
    with pytest.raises(ValueError, match="no"):
        backstage.result("a", "one", fails)
    backstage.close()


def test_each_has_a_hub_of_its_own_and_only_a_few_run_at_once() -> None:
    backstage, together = Backstage(), threading.Barrier(AT_ONCE)
    hubs: list[Hub] = []

    def waits(hub: Hub) -> Timeline:
        hubs.append(hub)
        together.wait(PATIENCE)
        return recording("")

    for number in range(2 * AT_ONCE):
        backstage.begin("a", str(number), waits)
    for number in range(2 * AT_ONCE):
        backstage.result("a", str(number), waits)
    assert len({id(hub) for hub in hubs}) > 1
    backstage.close()


def test_closing_gives_up_what_is_under_way_and_what_has_not_begun() -> None:
    backstage, under_way, cleaned_up = Backstage(), threading.Semaphore(0), []

    def waits(hub: Hub) -> Timeline:
        under_way.release()
        try:
            hub.until(lambda: False, PATIENCE)
        except Stopped:
            cleaned_up.append(hub.until(lambda: True, PATIENCE))
            raise
        return recording("")

    for number in range(3 * AT_ONCE):
        backstage.begin("a", str(number), waits)
    for _ in range(AT_ONCE):
        assert under_way.acquire(timeout=PATIENCE)
    backstage.close()
    assert cleaned_up == [True] * AT_ONCE
    backstage.close()
