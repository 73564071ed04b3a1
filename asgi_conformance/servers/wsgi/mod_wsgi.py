"""mod_wsgi in Apache, in its daemon mode: one process beside those that speak HTTP. No unix socket.

Either Debian's packages `apache2` and `libapache2-mod-wsgi-py3`, or what the distribution `mod_wsgi` of the interpreter
under test was built for. Apache runs in the foreground without any configuration file; what it writes is in its working
directory. It refuses to serve as root: started by root, it serves as nobody, and setpriv lets it keep root's right to
enter private folders.
"""

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from asgi_conformance import remote
from asgi_conformance.servers.adapter import Adapter, Launch, Option, Place, Transport, Unsupported
from asgi_conformance.servers.wsgi.launching import KIND, output, refuse

SCRIPT = str(Path(remote.__file__).parent / "wsgi_script.py")
"""What mod_wsgi loads; it imports the application that the variable below names."""
TARGET = "ASGI_CONFORMANCE_WSGI_TARGET"

PACKAGE_MANAGERS = (
    ("dpkg-query", "--show", "--showformat", "${Version}", "libapache2-mod-wsgi-py3"),
    ("rpm", "--query", "--queryformat", "%{VERSION}", "python3-mod_wsgi"),
)
"""How they are asked for the version of the system's mod_wsgi."""
PROGRAMS = ("apache2", "httpd", "/usr/sbin/apache2", "/usr/sbin/httpd")
FOLDERS = ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules", "/etc/httpd/modules")
"""Where distributions of Linux keep Apache's modules."""
NOBODY = "#65534"
REMEDY = "apt-get install apache2 libapache2-mod-wsgi-py3"

QUESTION = """\
import json, site, sys
sys.path[:] = [entry for entry in sys.path if entry]
answer = {"python": "%d.%d" % sys.version_info[:2], "packages": site.getsitepackages()}
try:
    from importlib import metadata
    try:
        from mod_wsgi.express.apxs_config import HTTPD, LIBEXECDIR
        from mod_wsgi.express.platform import MOD_WSGI_SO
    except ImportError:  # where earlier releases have it
        from mod_wsgi.server import MOD_WSGI_SO
        from mod_wsgi.server.apxs_config import HTTPD, LIBEXECDIR
    built = {"program": HTTPD, "folder": LIBEXECDIR, "module": MOD_WSGI_SO, "home": sys.prefix}
    built["version"] = metadata.version("mod_wsgi")
except ImportError:
    built = {}
print(json.dumps({**answer, "built": built}))
"""

OPTIONS = {"threads": Option("threads", "how many threads serve; 15 by its own default")}


@dataclass(frozen=True, slots=True)
class Apache:
    """An Apache that has mod_wsgi."""

    program: str
    folder: str
    """Of its modules."""
    module: str
    """mod_wsgi's path."""
    home: str = ""
    """The environment whose Python mod_wsgi was built for; empty: the system's."""
    packages: tuple[str, ...] = ()
    """Folders of the interpreter under test that hold what applications may import."""

    version: str = ""
    """mod_wsgi's; it is the system's package manager that knows, where it is the system's."""

    @property
    def linked(self) -> str:
        """`3.11`: which Python mod_wsgi was built for."""
        found = re.search(rb"libpython(\d+\.\d+)", Path(self.module).read_bytes())
        return found[1].decode() if found else ""


SYSTEM = Apache("apache2", FOLDERS[0], f"{FOLDERS[0]}/mod_wsgi.so")
"""Where it would be. Whoever tries to start it reads that it is not."""


@cache
def apache(python: str) -> Apache | None:
    """The one whose mod_wsgi was built for this interpreter, else the system's."""
    answer = json.loads(output(python, "-c", QUESTION) or "{}")
    if answer.get("built"):
        return Apache(**answer["built"])
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    modules = [str(path) for folder in FOLDERS for path in sorted(Path(folder).glob("mod_wsgi*.so"))]
    if not (program and modules):
        return None
    found = Apache(program, str(Path(modules[0]).parent), modules[0])
    same = bool(answer) and found.linked == answer["python"]
    return replace(found, packages=tuple(answer["packages"])) if same else found


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    refuse("mod_wsgi", place, (Transport.TCP, Transport.TLS), environ=True)
    found = apache(python) or SYSTEM
    directives = [*_modules(found, place), *_server(place), *_application(found, place, options)]
    argv = [found.program, "-DFOREGROUND", "-d", ".", "-f", os.devnull]
    return Launch(
        (*_privileges(), *argv, *(word for line in directives for word in ("-C", line))), {TARGET: application}
    )


def _privileges() -> list[str]:
    """For root: what keeps its capabilities where Apache changes the user."""
    if os.geteuid() != 0:
        return []
    if (setpriv := shutil.which("setpriv")) is None:
        raise Unsupported("Apache does not serve as root; be somebody else, or install setpriv (util-linux)")
    return [setpriv, "--securebits", "+no_setuid_fixup"]


def _modules(found: Apache, place: Place) -> list[str]:
    needed = ["mpm_event", "authz_core", *(["ssl"] if place.transport.encrypted else [])]
    needed += ["env"] if place.environ else []
    lines = [f"LoadModule wsgi_module {_quoted(found.module)}"]
    for name in needed:  # some builds of Apache have one or another compiled in, and no file then
        file = _quoted(f"{found.folder}/mod_{name}.so")
        lines += [f"<IfFile {file}>", f"LoadModule {name}_module {file}", "</IfFile>"]
    return lines


def _server(place: Place) -> list[str]:
    lines = [
        f"ServerName localhost:{place.port}",
        "DefaultRuntimeDir .",
        "PidFile apache.pid",
        "WSGISocketPrefix wsgi",
        "ErrorLog /dev/stderr",
        f"User {NOBODY}",
        f"Group {NOBODY}",
        f"Listen {place.address}",
    ]
    if place.transport.encrypted:
        lines += ["SSLEngine on", f"SSLCertificateFile {_quoted(place.certfile)}"]
        lines += [f"SSLCertificateKeyFile {_quoted(place.keyfile)}"]
    return lines


def _application(found: Apache, place: Place, options: Mapping[str, str]) -> list[str]:
    paths = ":".join(["${PYTHONPATH}", *found.packages])
    process = ["WSGIDaemonProcess application", f"python-path={_quoted(paths)}"]
    process += [f"{OPTIONS[name].flag}={value}" for name, value in options.items()]
    process += [f"python-home={_quoted(found.home)}"] if found.home else []
    name, _, value = place.environ.partition("=")
    return [
        *([f"SetEnv {name} {_quoted(value)}"] if name else []),
        " ".join(process),
        "WSGIProcessGroup application",
        "WSGIApplicationGroup %{GLOBAL}",
        f"WSGIScriptAlias {place.root_path or '/'} {_quoted(SCRIPT)}",
    ]


def _quoted(path: str) -> str:
    """A path as one word of a directive."""
    return '"{}"'.format(path.replace("\\", "\\\\").replace('"', '\\"'))


def version(python: str, options: Mapping[str, str]) -> str | None:
    """`4.9.4 (Apache 2.4.71, Python 3.11)`; that Python is not always the interpreter under test."""
    if (found := apache(python)) is None or (server := output(found.program, "-v")) is None:
        return None
    own = found.version or next(filter(None, (output(*command) for command in PACKAGE_MANAGERS)), "")
    apache_version = re.search(r"Apache/([\d.]+)", server)
    server = f"Apache {apache_version[1]}" if apache_version else "Apache"
    return f"{own.partition('-')[0]} ({server}, Python {found.linked})".strip()


ADAPTER = Adapter(
    name="mod_wsgi",
    distribution="mod_wsgi",
    launch=launch,
    options=OPTIONS,
    kind=KIND,
    version=version,
    remedy=REMEDY,
)
