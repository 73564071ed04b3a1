"""Hostile text is shown, and does nothing."""

import pytest

from asgi_conformance.report.escape import code, cut, markdown, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ASCII, Ünïcödé, 日本語 and 🙂", "plain ASCII, Ünïcödé, 日本語 and 🙂"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("\x00\x7f\x9b", r"\x00\x7f\x9b"),
        ("a\u202eb\u2066c\u200fd", r"a\u202eb\u2066c\u200fd"),
        ("a\u200bb\ufeffc\xadd", r"a\u200bb\ufeffc\xadd"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("\udc80", r"\udc80"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_what_acts_instead_of_being_seen_becomes_an_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_visible_text_can_be_encoded_and_shown_twice() -> None:
    every = "".join(map(chr, range(0x110000)))
    assert visible(visible(every)) == visible(every)
    assert visible(every).encode()


def test_the_middle_of_long_text_is_cut_and_counted() -> None:
    assert cut("x" * 20, 9) == "x" * 20, "what is cut has to be worth the words that stand for it"
    assert cut("a" * 60 + "b" * 70 + "c" * 30, 90) == f"{'a' * 60} … 70 more … {'c' * 30}"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a|b", "a&#124;b"),
        (r"a\|b", "a&#92;&#124;b"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("`x` *y* _z_ [t](u)", r"\`x\` \*y\* \_z\_ \[t\](u)"),
        ("one\ntwo", "one&#92;ntwo"),
    ],
)
def test_markdown_has_no_living_markup(text: str, escaped: str) -> None:
    assert markdown(text) == escaped


def test_foreign_text_is_code() -> None:
    assert code("@all #1") == "<code>@all #1</code>"
    assert code("") == ""
