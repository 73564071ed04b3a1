"""The rules of `environ`, and which environs are known to keep them."""

from __future__ import annotations

import os
import re
from operator import itemgetter
from typing import Any, Iterator

from .breach import WARN, Fault
from .caches import make_room
from .values import DIGITS, is_latin1, shown, type_name

REQUIRED = {
    "REQUEST_METHOD": "wsgi.environ.request-method.present",
    "SERVER_NAME": "wsgi.environ.server-name",
    "SERVER_PORT": "wsgi.environ.server-port",
    "SERVER_PROTOCOL": "wsgi.environ.server-protocol",
    "wsgi.version": "wsgi.environ.version",
    "wsgi.url_scheme": "wsgi.environ.url-scheme",
    "wsgi.multithread": "wsgi.environ.multithread",
    "wsgi.multiprocess": "wsgi.environ.multiprocess",
    "wsgi.run_once": "wsgi.environ.run-once",
    "wsgi.input": "wsgi.input.methods",
    "wsgi.errors": "wsgi.errors.methods",
}
STEADY = ("REQUEST_METHOD", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "wsgi.version", "wsgi.url_scheme")
"""Of these few values occur, so that whole sets of them are remembered; SCRIPT_NAME and HTTPS belong to them too."""
OWN_VARIABLE = {"HTTP_CONTENT_TYPE": "CONTENT_TYPE", "HTTP_CONTENT_LENGTH": "CONTENT_LENGTH"}
INPUT_METHODS = ("read", "readline", "readlines", "__iter__")
ERRORS_METHODS = ("write", "writelines", "flush")
PROTOCOL = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[0-9]+(\.[0-9]+)?")
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
STRINGS = frozenset((str,))

_shapes: dict[tuple[str, ...], tuple[Any, Any, set[Any]]] = {}
"""By the names of an environ: what takes its variables, what takes the steady ones, and those values found clean."""
_input_types: set[type] = set()
_errors_types: set[type] = set()


def is_known_environ(environ: dict[str, Any]) -> bool:
    """Whether all is known to be right; False for what has to be looked at."""
    try:
        variables, steady, good = _shapes[tuple(environ)]
        if steady(environ) not in good or environ.get("PATH_INFO", "/")[:1] != "/":
            return False
        values = variables(environ)
        if not STRINGS.issuperset(map(type, values)):
            return False
        text = "\n".join(("", *values, ""))
        length = environ.get("CONTENT_LENGTH")
    except (KeyError, TypeError):
        return False
    return (
        text.isascii()
        and not (length and not length.isdigit())
        and not (" \n" in text or "\n " in text or "\t" in text)
        and type(environ["wsgi.input"]) in _input_types
        and type(environ["wsgi.errors"]) in _errors_types
    )


def learn_environ(environ: dict[str, Any]) -> None:
    """Remembers what was looked at and is right, so that the next of its kind is not looked at again."""
    names = tuple(environ)
    if "HTTP_PROXY" in environ:
        return
    shape = _shapes.get(names)
    if shape is None:
        make_room(_shapes)
        steady = [*STEADY, *(name for name in ("SCRIPT_NAME", "HTTPS") if name in environ)]
        variables = [name for name in names if _is_variable(name) or type(environ[name]) is str and "." not in name]
        shape = _shapes[names] = itemgetter(*variables), itemgetter(*steady), set()
    make_room(shape[2])
    shape[2].add(shape[1](environ))
    if all(hasattr(type(environ["wsgi.input"]), name) for name in INPUT_METHODS):
        _input_types.add(type(environ["wsgi.input"]))
    if all(hasattr(type(environ["wsgi.errors"]), name) for name in ERRORS_METHODS):
        _errors_types.add(type(environ["wsgi.errors"]))


def environ_faults(environ: dict[Any, Any]) -> Iterator[Fault]:
    """Everything that is wrong with the values, looked at one by one."""
    yield from _type_faults(environ)
    for name, requirement in REQUIRED.items():
        if name not in environ:
            yield requirement, f"environ[{name!r}]", "no such key", None
    yield from _server_faults(environ)
    yield from _path_faults(environ)
    yield from _header_faults(environ)
    yield from _wsgi_faults(environ)


def _is_variable(name: str) -> bool:
    """Whether CGI defines it, or a server that adds one like those; the others are of whoever put them there."""
    return "." not in name and (name == name.upper() or name.startswith("HTTP_"))


def _type_faults(environ: dict[Any, Any]) -> Iterator[Fault]:
    for name, value in environ.items():
        if type(name) is not str:
            verdict = WARN if isinstance(name, str) else None
            yield "wsgi.environ.keys-native-str", "keys of type str", shown(name), verdict
        elif type(value) is not str:
            if _is_variable(name):
                lenient = isinstance(value, str) or name == "REMOTE_PORT"  # which CGI does not define
                verdict = WARN if lenient else None
                got = f"{name} = {shown(value)} of type {type_name(value)}"
                yield "wsgi.environ.values-native-str", "type str", got, verdict
        elif "." not in name and not is_latin1(value):
            yield "wsgi.environ.latin1-only", "code points up to U+00FF", f"{name} = {shown(value)}", None


def _server_faults(environ: dict[Any, Any]) -> Iterator[Fault]:
    for name in ("REQUEST_METHOD", "SERVER_NAME"):
        if environ.get(name) == "":
            yield REQUIRED[name], "a value that is not empty", f"{name} = ''", None
    port, protocol = environ.get("SERVER_PORT"), environ.get("SERVER_PROTOCOL")
    if isinstance(port, str) and not DIGITS.fullmatch(port):
        yield "wsgi.environ.server-port", "digits", f"SERVER_PORT = {shown(port)}", None
    if isinstance(protocol, str) and not PROTOCOL.fullmatch(protocol):
        yield "wsgi.environ.server-protocol", "a name and a version", f"SERVER_PROTOCOL = {shown(protocol)}", None


def _path_faults(environ: dict[Any, Any]) -> Iterator[Fault]:
    script, path, method = environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO"), environ.get("REQUEST_METHOD")
    leading = "wsgi.environ.script-name.leading-slash"
    if isinstance(script, str) and script[:1] not in ("", "/"):
        yield leading, "'' or a path that begins with a slash", f"SCRIPT_NAME = {shown(script)}", None
    elif isinstance(script, str) and script.endswith("/"):
        yield leading, "no slash at its end", f"SCRIPT_NAME = {shown(script)}", WARN
    if method in ("OPTIONS", "CONNECT"):
        return  # their targets need not be paths
    if path is None:
        if not script and "PATH_INFO" not in environ:
            yield "wsgi.environ.path-info.present", "PATH_INFO, for SCRIPT_NAME is empty", "no such key", None
    elif isinstance(path, str) and path[:1] not in ("", "/"):
        kind = "absolute-form" if ABSOLUTE.match(path) else "leading-slash"
        yield f"wsgi.environ.path-info.{kind}", "'' or a leading slash", f"PATH_INFO = {shown(path)}", None


def _header_faults(environ: dict[Any, Any]) -> Iterator[Fault]:
    length = environ.get("CONTENT_LENGTH")
    if isinstance(length, str) and length and not DIGITS.fullmatch(length):
        yield "wsgi.environ.content-length.verbatim", "digits", f"CONTENT_LENGTH = {shown(length)}", None
    for name, value in environ.items():
        if not (isinstance(name, str) and name.startswith("HTTP_")):
            continue
        if name in OWN_VARIABLE:
            yield "wsgi.environ.content-not-duplicated", f"{OWN_VARIABLE[name]} alone", name, None
        if name != name.upper() or "-" in name:
            yield "wsgi.environ.http-vars.name-mapping", name.upper().replace("-", "_"), name, None
        if isinstance(value, str) and _has_outer_space(value):
            got = f"{name} = {shown(value)}"
            yield "wsgi.environ.http-vars.ows-stripped", "no space around the value", got, None
    proxy = environ.get("HTTP_PROXY")
    if proxy is not None and proxy != os.environ.get("HTTP_PROXY"):
        yield "wsgi.environ.http-vars.proxy-header", "no HTTP_PROXY", f"HTTP_PROXY = {shown(proxy)}", None


def _has_outer_space(value: str) -> bool:
    """What ends in a comma or semicolon and a space may be several lines joined, the last of them empty."""
    inner = value.strip(" \t")
    return inner != value and not (value.startswith(inner) and inner[-1:] in (",", ";"))


def _wsgi_faults(environ: dict[Any, Any]) -> Iterator[Fault]:
    version, scheme = environ.get("wsgi.version", (1, 0)), environ.get("wsgi.url_scheme", "http")
    if type(version) is not tuple or [(type(part), part) for part in version] != [(int, 1), (int, 0)]:
        yield "wsgi.environ.version", "the tuple (1, 0)", shown(version), None
    if not isinstance(scheme, str) or scheme in ("", "HTTP", "HTTPS") or scheme != scheme.lower():
        yield "wsgi.environ.url-scheme", "'http' or 'https'", shown(scheme), None
    elif scheme == "http" and environ.get("HTTPS") == "on":
        yield "wsgi.environ.url-scheme", "'https', for HTTPS is on", "'http'", WARN
    for name, methods, requirement in (
        ("wsgi.input", INPUT_METHODS, "wsgi.input.methods"),
        ("wsgi.errors", ERRORS_METHODS, "wsgi.errors.methods"),
    ):
        missing = [method for method in methods if not callable(getattr(environ.get(name), method, None))]
        if missing and name in environ:
            got = f"{name} of type {type_name(environ[name])} without {', '.join(missing)}"
            yield requirement, "the methods " + ", ".join(methods), got, None
