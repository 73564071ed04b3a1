"""Choices are found by their names and by the names of their sets."""

import pytest
from citizen import choosing
from citizen.parts import Parts

CHOICES = choosing.load_all()


def test_a_choice_is_called_after_its_module_and_itself() -> None:
    (one,) = choosing.chosen("scopes:no_raw_path")
    assert one is CHOICES["scopes:no_raw_path"]
    assert one.sets == ("spare",)


def test_a_set_is_all_that_name_it_and_nothing_is_chosen_twice() -> None:
    spare = [choice for choice in CHOICES.values() if "spare" in choice.sets]
    assert choosing.chosen("spare") == choosing.chosen("spare,scopes:no_raw_path") == spare
    assert choosing.chosen("") == []


def test_what_nobody_knows_is_told() -> None:
    with pytest.raises(LookupError, match="no choice and no set 'spares'"):
        choosing.chosen("spares")


@pytest.mark.parametrize("name", choosing.SETS)
def test_a_set_has_members(name: str) -> None:
    assert len(choosing.chosen(name)) > 5


def test_a_choice_changes_the_parts_that_it_is_given_and_no_others() -> None:
    chosen, others = Parts(), Parts()
    choosing.apply("websockets:closes_are_answered_with_1000", chosen)
    assert chosen.websocket.on_close is not others.websocket.on_close


def test_two_choices_cannot_have_one_name() -> None:
    again = choosing.choice("RFC 9112: twice.")
    function = CHOICES["scopes:no_raw_path"].apply
    with pytest.raises(ValueError, match="two choices are called scopes:no_raw_path"):
        again(function)
