"""Which subjects the words of a user mean, and what is said when they mean none."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from asgi_conformance.servers.adapter import Adapter, BadSubject, Launch, Place
from asgi_conformance.servers.registry import BUILT_IN, find_adapter, known_names, parse_subjects


def nothing_installed(distributions: Iterable[str]) -> Mapping[str, str | None]:
    return dict.fromkeys(distributions)


def ids(*texts: str) -> list[str]:
    return [server.id for server in parse_subjects(texts, nothing_installed)]


def complaint(*texts: str) -> str:
    with pytest.raises(BadSubject) as caught:
        ids(*texts)
    (line,) = str(caught.value).splitlines()
    return line


def test_a_name_alone_is_a_server_with_no_options() -> None:
    (server,) = parse_subjects(["uvicorn"], nothing_installed)
    assert (server.id, server.adapter.name, server.options) == ("uvicorn", "uvicorn", {})


def test_commas_separate_subjects_outside_of_brackets_and_options_inside() -> None:
    assert ids("uvicorn[http=h11,ws=wsproto],hypercorn,daphne") == [
        "uvicorn[http=h11,ws=wsproto]",
        "hypercorn",
        "daphne",
    ]


def test_the_option_may_come_several_times() -> None:
    assert ids("uvicorn", "granian[loop=asyncio]") == ["uvicorn", "granian[loop=asyncio]"]


def test_spaces_do_not_matter() -> None:
    assert ids(" uvicorn [ http = h11 , ] , hypercorn ") == ["uvicorn[http=h11]", "hypercorn"]


def test_an_id_has_the_options_in_the_order_of_the_adapter() -> None:
    assert ids("uvicorn[ws=wsproto,http=h11]") == ["uvicorn[http=h11,ws=wsproto]"]


def test_a_subject_named_twice_is_one() -> None:
    assert ids("uvicorn[ws=none,http=h11],hypercorn", "uvicorn[http=h11,ws=none]") == [
        "uvicorn[http=h11,ws=none]",
        "hypercorn",
    ]


def test_empty_brackets_are_no_options() -> None:
    assert ids("uvicorn[],uvicorn") == ["uvicorn"]


def test_free_text_is_taken_as_it_is() -> None:
    assert ids("daphne[http-timeout=3]") == ["daphne[http-timeout=3]"]


def test_all_is_what_is_installed() -> None:
    def installed(distributions: Iterable[str]) -> Mapping[str, str | None]:
        return {name: "1.0" if name in ("granian", "daphne") else None for name in distributions}

    servers = parse_subjects(["uvicorn[http=h11]", "all", "daphne"], installed)
    assert [server.id for server in servers] == ["uvicorn[http=h11]", "daphne", "granian"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("uvicron", ["'uvicron'", "did you mean uvicorn?", "hypercorn, daphne", "--asgi-server-command"]),
        ("al", ["did you mean all?"]),
        ("zzz", ["no server is called 'zzz' (there are uvicorn"]),
        ("uvicorn[htp=h11]", ["no option 'htp'", "did you mean http?", "http, ws, loop, lifespan, interface"]),
        ("uvicorn[http=h12]", ["no http='h12'", "did you mean h11?", "auto, h11, httptools, zttp"]),
        ("uvicorn[http]", ["needs a value", "uvicorn[http=auto]"]),
        ("daphne[http-timeout=]", ["needs a value", "daphne[http-timeout=VALUE]"]),
        ("uvicorn[http=h11,http=zttp]", ["http twice", "uvicorn[http=h11],uvicorn[http=zttp]"]),
        ("uvicorn[http=h11", ["'uvicorn[http=h11'", "write it like uvicorn or uvicorn[http=h11,ws=wsproto]"]),
        ("uvicorn]", ["'uvicorn]'"]),
        ("uvicorn,,daphne", ["'' is no server"]),
        ("", ["'' is no server"]),
        ("all[http=h11]", ["all takes no options", "uvicorn[http=h11]"]),
        ("all", ["no server with an adapter is installed", "pip install one of uvicorn hypercorn"]),
        ("a\nb", ["'a\\nb'"]),
    ],
)
def test_a_mistake_is_answered_with_one_line_that_says_what_to_type(text: str, parts: list[str]) -> None:
    line = complaint(text)
    assert [part for part in parts if part not in line] == []


def test_built_in_adapters_are_named_once() -> None:
    names = known_names()
    assert len(names) == len(set(names))
    assert {adapter.name for adapter in BUILT_IN} <= set(names)


@pytest.fixture
def third_party(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installed distribution that offers adapters; one of each sort of mistake among them."""
    (tmp_path / "third_party_adapter.py").write_text(
        "from asgi_conformance.servers.adapter import Adapter, Launch\n"
        "def launch(python, application, place, options):\n"
        "    return Launch((python, '-m', 'mine', application))\n"
        "MINE = Adapter(name='mine', distribution='mine', launch=launch)\n"
        "WSGI = Adapter(name='only-wsgi', distribution='only-wsgi', launch=launch, kind='wsgi-server')\n"
        "UVICORN = Adapter(name='uvicorn', distribution='not-uvicorn', launch=launch)\n"
        "WRONG = 'words'\n"
    )
    info = tmp_path / "third_party-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: third-party\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[asgi_conformance.servers]\n"
        "mine = third_party_adapter:MINE\n"
        "only-wsgi = third_party_adapter:WSGI\n"
        "uvicorn = third_party_adapter:UVICORN\n"
        "wrong = third_party_adapter:WRONG\n"
        "broken = no_such_module:ADAPTER\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield


@pytest.mark.usefixtures("third_party")
class TestThirdParties:
    def test_an_adapter_is_found_by_its_entry_point(self) -> None:
        (server,) = parse_subjects(["mine"], nothing_installed)
        assert server.launch("python", "m:app", Place()) == Launch(("python", "-m", "mine", "m:app"))

    def test_a_name_of_ours_stays_ours(self) -> None:
        assert find_adapter("uvicorn").distribution == "uvicorn"

    def test_another_kind_is_found_as_that_kind_only(self) -> None:
        assert find_adapter("only-wsgi", "wsgi-server").kind == "wsgi-server"
        assert "no server is called 'only-wsgi'" in complaint("only-wsgi")

    def test_a_broken_adapter_is_told_only_to_who_asks_for_it(self) -> None:
        assert "cannot be loaded: ModuleNotFoundError" in complaint("broken")
        assert "is a str, not an Adapter" in complaint("wrong")
        everything = parse_subjects(["all"], lambda names: dict.fromkeys(names, "1.0"))
        assert {"mine", "uvicorn"} <= {server.id for server in everything}
        assert {"broken", "wrong", "only-wsgi"}.isdisjoint(server.id for server in everything)


def test_an_adapter_of_an_unknown_distribution_is_never_part_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = Adapter(name="unknown", distribution=None, launch=BUILT_IN[0].launch)
    monkeypatch.setattr("asgi_conformance.servers.registry.BUILT_IN", (*BUILT_IN, unknown))
    everything = parse_subjects(["all"], lambda names: dict.fromkeys(names, "1.0"))
    assert "unknown" not in {server.id for server in everything}
