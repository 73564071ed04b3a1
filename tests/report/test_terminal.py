"""The summary in the terminal."""

import re
from dataclasses import replace

import pytest

from asgi_conformance.report.terminal import to_terminal

from . import synthetic
from .golden import agrees
from .samples import HOSTILE, KNOWLEDGE, RUN


def lines(width: int, *, color: bool = False) -> str:
    return "\n".join(to_terminal(RUN, width, color, knowledge=KNOWLEDGE)) + "\n"


def test_sections_down_subjects_across() -> None:
    assert agrees("terminal.txt", lines(80))


def test_colours_add_nothing_but_colour() -> None:
    painted = lines(80, color=True)
    assert agrees("terminal-color.txt", painted)
    assert re.sub(r"\x1b\[[\d;]+m", "", painted) == lines(80)


def test_subjects_wrap_into_blocks() -> None:
    assert agrees("terminal-narrow.txt", lines(48))


@pytest.mark.parametrize("width", [80, 100, 160])
def test_no_line_of_the_matrix_is_wider_than_the_terminal(width: int) -> None:
    many = to_terminal(synthetic.run(60, 12), width, knowledge=synthetic.knowledge(60))
    assert max(map(len, many)) <= width


def test_control_characters_are_shown() -> None:
    text = "\n".join(to_terminal(replace(RUN, subjects=(HOSTILE,)), 80, knowledge=KNOWLEDGE))
    assert "\x1b" not in text
    assert r"\x1b" in text


def test_an_incomplete_run_and_an_empty_one_say_so() -> None:
    nothing = replace(RUN, subjects=(), planned=4, performed=0, complete=False)
    assert to_terminal(nothing, 80, knowledge=KNOWLEDGE) == ["Incomplete: 0 of 4 planned cases performed."]
