"""A server given by its command line."""

from dataclasses import replace

import pytest

from asgi_conformance.servers.adapter import BadSubject, Launch, Place, Transport, Unsupported
from asgi_conformance.servers.command import EXAMPLE, parse_commands

TLS = Place(transport=Transport.TLS, port=9, certfile="/c.pem", keyfile="/k.pem")


def words(text: str, place: Place) -> tuple[str, ...]:
    (server,) = parse_commands([text], taken=())
    return server.launch("/venv/bin/python", "m:app", place).argv


def complaint(*texts: str) -> str:
    with pytest.raises(BadSubject) as caught:
        parse_commands(texts, taken=("uvicorn",))
    (line,) = str(caught.value).splitlines()
    return line


def test_placeholders_are_filled_in() -> None:
    place = Place(host="127.0.0.1", port=8000)
    assert words("mine=serve {app} --bind {host}:{port}", place) == ("serve", "m:app", "--bind", "127.0.0.1:8000")


def test_it_is_split_like_a_shell_does_and_other_braces_stay() -> None:
    assert words("""mine=serve {app} {port} '{"a b": {}}'""", Place(port=1)) == ("serve", "m:app", "1", '{"a b": {}}')


def test_a_value_is_never_split_or_filled_in_again() -> None:
    place = Place(transport=Transport.UNIX, path="/a b/{port}")
    assert words("mine=serve {app} {uds}", place) == ("serve", "m:app", "/a b/{port}")


@pytest.mark.parametrize("python", ["python", "python3"])
def test_python_is_the_interpreter_under_test(python: str) -> None:
    assert words(f"mine={python} -m mine {{app}} {{port}}", Place(port=1))[:3] == ("/venv/bin/python", "-m", "mine")


def test_it_is_a_subject_of_its_own() -> None:
    (server,) = parse_commands(["mine=serve {app} {port}"], taken=())
    assert (server.id, server.adapter.distribution, server.adapter.kind) == ("mine", None, "asgi-server")
    assert server.options == {"command": "serve {app} {port}"}
    assert server.launch("python", "m:app", Place(port=1)) == Launch(("serve", "m:app", "1"))


def test_a_name_may_have_a_command_for_each_transport() -> None:
    texts = ["mine=tcp {app} {port}", "mine=unix {app} {uds}", "mine=tls {app} {port} {certfile} {keyfile}"]
    (server,) = parse_commands(texts, taken=())
    assert server.launch("python", "m:app", Place(port=1)).argv == ("tcp", "m:app", "1")
    assert server.launch("python", "m:app", Place(transport=Transport.UNIX, path="/u")).argv == ("unix", "m:app", "/u")
    assert server.launch("python", "m:app", TLS).argv == ("tls", "m:app", "9", "/c.pem", "/k.pem")


def test_http_2_is_tried_with_the_command_for_http_1() -> None:
    texts = ["mine=tcp {app} {port}", "mine=tls {app} {port} {certfile} {keyfile}"]
    (server,) = parse_commands(texts, taken=())
    clear = server.launch("python", "m:app", Place(transport=Transport.HTTP2_CLEAR, port=1))
    assert clear == Launch(("tcp", "m:app", "1"), tries=True)
    encrypted = server.launch("python", "m:app", replace(TLS, transport=Transport.HTTP2_TLS))
    assert encrypted == Launch(("tls", "m:app", "9", "/c.pem", "/k.pem"), tries=True)
    assert not server.launch("python", "m:app", TLS).tries


def test_http_3_has_a_command_of_its_own() -> None:
    text = "mine=quic {app} --port 0 --quic-port {quic_port} {certfile} {keyfile}"
    place = Place(transport=Transport.HTTP3, port=9, certfile="/c.pem", keyfile="/k.pem")
    assert words(text, place) == ("quic", "m:app", "--port", "0", "--quic-port", "9", "/c.pem", "/k.pem")
    assert "lacks {certfile}" in complaint("mine=quic {app} {quic_port}")


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (TLS, "no --asgi-server-command says how mine serves HTTP/1.1 over TLS"),
        (Place(transport=Transport.UNIX, path="/u"), "serves HTTP/1.1 over a unix socket"),
        (replace(TLS, transport=Transport.HTTP2_TLS), "serves HTTP/2 over TLS"),
        (Place(transport=Transport.HTTP3, certfile="/c", keyfile="/k"), "serves HTTP/3"),
        (Place(root_path="/sub"), "the command of mine has no {root_path}"),
        (Place(ping_interval="1"), "the command of mine has no {ping_interval}"),
    ],
)
def test_what_the_command_does_not_say_is_unsupported(place: Place, reason: str) -> None:
    with pytest.raises(Unsupported, match=reason):
        words("mine=serve {app} {port}", place)


def test_client_certificates_are_asked_for_by_a_command_of_their_own() -> None:
    texts = ["mine=tls {app} {port} {certfile} {keyfile}", "mine=mtls {app} {port} {certfile} {keyfile} {cafile}"]
    (server,) = parse_commands(texts, taken=())
    assert server.launch("python", "m:app", TLS).argv[0] == "tls"
    assert server.launch("python", "m:app", replace(TLS, client_ca="/ca.pem")).argv[-1] == "/ca.pem"


def test_client_certificates_are_unsupported_where_no_command_asks_for_them() -> None:
    place = Place(transport=Transport.TLS, certfile="c", keyfile="k", client_ca="ca")
    with pytest.raises(Unsupported, match=r"asks for client certificates \(it would have \{cafile\}"):
        words("mine=serve {app} {port} {certfile} {keyfile}", place)


def test_a_time_between_pings_may_be_asked_for() -> None:
    assert words("mine=serve {app} {port} {ping_interval}", Place(port=1, ping_interval="1"))[-1] == "1"
    assert words("mine=serve {app} {port} {ping_interval}", Place(port=1))[-1] == "20"


def test_root_path_may_be_asked_for() -> None:
    assert words("mine=serve {app} {port} {root_path}", Place(port=1, root_path="/sub"))[-1] == "/sub"
    assert words("mine=serve {app} {port} {root_path}", Place(port=1))[-1] == ""


@pytest.mark.parametrize(
    ("texts", "parts"),
    [
        (["serve {app} {port}"], ["does not begin with a name", EXAMPLE]),
        (["=serve {app} {port}"], ["does not begin with a name"]),
        (["a b=serve {app} {port}"], ["does not begin with a name"]),
        (["mine=serve {port}"], ["mine lacks {app}", EXAMPLE]),
        (["mine=serve {app}"], ["mine lacks {port}", EXAMPLE]),
        (["mine=serve {app} {port} {certfile}"], ["mine lacks {keyfile}"]),
        (["mine=serve {app} {port} {cafile}"], ["mine lacks {certfile}"]),
        (["mine="], ["mine lacks {app}"]),
        (["mine=serve {app} {prt}"], ["{prt}", "{app}, {host}, {port}"]),
        (["mine=serve '{app} {port}"], ["cannot be split", "No closing quotation"]),
        (["uvicorn=serve {app} {port}"], ["uvicorn is a server with an adapter", "my-uvicorn="]),
        (["mine=a {app} {port}", "mine=b {app} {port}"], ["mine has two commands for HTTP/1.1 over TCP"]),
    ],
)
def test_a_mistake_is_answered_with_one_line_that_says_what_to_type(texts: list[str], parts: list[str]) -> None:
    line = complaint(*texts)
    assert [part for part in parts if part not in line] == []
