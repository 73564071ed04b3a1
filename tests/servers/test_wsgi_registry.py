"""Which WSGI servers the words of a user mean, what is said when they mean none, and which versions they have."""

import sys
from collections.abc import Iterable, Mapping

import pytest

from asgi_conformance.campaign import BadRequest, Wishes, WsgiWishes, candidates
from asgi_conformance.servers.adapter import Adapter, BadSubject, Place, Server, Transport, Unsupported
from asgi_conformance.servers.command import parse_commands
from asgi_conformance.servers.registry import BUILT_IN, find_adapter, known_names, parse_subjects
from asgi_conformance.servers.wsgi import ADAPTERS, mod_wsgi, uvicorn

KIND = "wsgi-server"
NO_PYTHON = "/nowhere/python"


def nothing_installed(distributions: Iterable[str]) -> Mapping[str, str | None]:
    return dict.fromkeys(distributions)


def complaint(*texts: str) -> str:
    with pytest.raises(BadSubject) as caught:
        parse_subjects(texts, nothing_installed, KIND)
    (line,) = str(caught.value).splitlines()
    return line


@pytest.fixture
def no_apache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mod_wsgi, "apache", lambda python: None)


def test_a_name_means_another_adapter_for_each_kind() -> None:
    assert find_adapter("gunicorn").kind == "asgi-server"
    assert find_adapter("gunicorn", KIND).kind == KIND
    assert "daphne" not in known_names(KIND)
    assert "waitress" not in known_names()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("waitres", ["did you mean waitress?", "there are gunicorn, uwsgi", "--wsgi-server-command"]),
        ("daphne", ["no server is called 'daphne'"]),
        ("waitress[", ["write it like waitress or gunicorn[worker=gthread,threads=8]"]),
        ("gunicorn[worker=gthred]", ["did you mean gthread?", "sync, gthread, gevent"]),
        ("gunicorn[worker=]", ["write gunicorn[worker=sync]"]),
        ("waitress[thread=8]", ["waitress has no option 'thread'; did you mean threads?"]),
        ("wsgiref[threads=8]", ["wsgiref has no option 'threads'", "its options: none"]),
        ("werkzeug[threaded=true]", ["threaded is one of no, yes"]),
        ("uvicorn[adapter=asgiref]", ["adapter is one of own, a2wsgi"]),
        ("uvicorn[interface=asgi3]", ["uvicorn has no option 'interface'"]),
    ],
)
def test_a_mistake_is_answered_with_one_line_that_says_what_to_type(text: str, parts: list[str]) -> None:
    line = complaint(text)
    assert [part for part in parts if part not in line] == []


@pytest.mark.usefixtures("no_apache")
def test_all_is_what_is_installed_and_what_comes_with_python() -> None:
    everything = parse_subjects(["all"], lambda names: {**dict.fromkeys(names), "waitress": "3"}, KIND, sys.executable)
    names = [server.id for server in everything]
    assert {"waitress", "wsgiref"} <= set(names)
    assert {"gunicorn", "mod_wsgi", "cheroot"}.isdisjoint(names)


@pytest.mark.usefixtures("no_apache")
def test_all_asks_the_interpreter_under_test() -> None:
    with pytest.raises(BadSubject, match="all: no server with an adapter is installed there; pip install one of gunic"):
        parse_subjects(["all"], nothing_installed, KIND, NO_PYTHON)


def test_a_command_is_of_its_kind_and_so_is_what_is_said_of_it() -> None:
    (server,) = parse_commands(["mine=serve {app} {port}"], (), KIND)
    assert (server.kind, server.launch("python", "m:app", Place(port=1)).argv) == (KIND, ("serve", "m:app", "1"))
    with pytest.raises(Unsupported, match="no --wsgi-server-command says how mine serves HTTP/1.1 over a unix socket"):
        server.launch("python", "m:app", Place(transport=Transport.UNIX, path="/u"))


@pytest.mark.parametrize(
    "texts",
    [
        ["serve {app}"],
        ["mine=serve {app}"],
        ["mine=serve '{app}"],
        ["mine=serve {app} {prt}"],
        ["waitress=serve {app} {port}"],
        ["mine=a {app} {port}", "mine=b {app} {port}"],
    ],
)
def test_a_mistake_in_a_command_names_the_option_that_was_meant(texts: list[str]) -> None:
    with pytest.raises(BadSubject) as caught:
        parse_commands(texts, ("waitress",), KIND)
    assert str(caught.value).startswith("--wsgi-server-command: ")
    assert "asgi" not in str(caught.value).replace("--wsgi", "")


# --- versions


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda adapter: adapter.name)
def test_the_version_of_a_server_is_known(adapter: Adapter) -> None:
    """Each is installed with the extra `wsgi-servers`; Apache: see the adapter's remedy."""
    (candidate,) = candidates(Wishes(wsgi=WsgiWishes(servers=(adapter.name,))))
    assert candidate.version[0].isdigit()


def test_wsgiref_has_the_version_of_python() -> None:
    assert Server(find_adapter("wsgiref", KIND)).version(sys.executable) == ".".join(map(str, sys.version_info[:3]))


def test_apache_is_told_with_mod_wsgi() -> None:
    assert " (Apache 2." in (Server(find_adapter("mod_wsgi", KIND)).version(sys.executable) or "")


def test_uvicorn_tells_which_adapter_makes_asgi_of_wsgi() -> None:
    assert " (a2wsgi " in (uvicorn.version(sys.executable, {}) or "")
    assert (uvicorn.version(sys.executable, {"adapter": "own"}) or "").endswith(" (its own adapter)")


@pytest.mark.usefixtures("no_apache")
@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("mod_wsgi", "apt-get install apache2 libapache2-mod-wsgi-py3"),
        ("uwsgi", "pip install pyuwsgi"),
        ("bjoern", "pip install bjoern-binary"),
        ("uvicorn", "pip install uvicorn a2wsgi"),
    ],
)
def test_what_is_not_installed_is_told_with_what_to_do(name: str, remedy: str) -> None:
    with pytest.raises(BadSubject) as caught:
        Server(find_adapter(name, KIND)).version(NO_PYTHON)
    assert str(caught.value).startswith(f"{name} is not installed for {NO_PYTHON}: {remedy}, or name the interpreter")


@pytest.mark.usefixtures("no_apache")
def test_a_subject_that_is_not_installed_is_the_users_to_mend() -> None:
    with pytest.raises(BadRequest, match="mod_wsgi is not installed"):
        candidates(Wishes(wsgi=WsgiWishes(servers=("mod_wsgi",))))


def test_a_server_without_a_say_of_its_own_is_known_by_its_distribution() -> None:
    server = Server(BUILT_IN[0])
    assert (server.version(NO_PYTHON), server.distributions) == (None, ("uvicorn",))
    assert Server(find_adapter("uwsgi", KIND)).distributions == ()
