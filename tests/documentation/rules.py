"""How each command of the documentation is tried. One that no rule covers fails its page; so does a rule for none."""

from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase


class How(Enum):
    """How a command is tried."""

    RUN = "as it stands"
    NAMED = "by its options and its subjects, which are known"
    COLLECT = "up to the moment before the first case: its options, subjects and cases are found"
    PARSED = "by its options, which its parser takes"
    INSTALL = "by its extras, which exist"


@dataclass(frozen=True, slots=True)
class Rule:
    """For the commands that fit both patterns, the first rule that does."""

    page: str
    command: str
    status: int = 0
    """With which it has to end."""
    cases: str = ""
    """To which cases a run is narrowed, so that it takes a second and not a minute: globs with spaces between."""
    how: How = How.RUN

    def covers(self, page: str, command: str) -> bool:
        return fnmatchcase(page, self.page) and fnmatchcase(command, self.command.replace("[", "[[]"))


def collects(page: str, command: str) -> Rule:
    return Rule(page, command, how=How.COLLECT)


def names(page: str, command: str) -> Rule:
    return Rule(page, command, how=How.NAMED)


ONE = "http/response_start/header-order-is-kept-on-the-wire"
"""A case that every server here keeps."""
BROKEN = "http/upgrade/the-body-of-a-request-that-offers-another-protocol-reaches-the-application[[]h2c,sized]"
"""One that uvicorn does not keep."""
SEVERAL = f"{BROKEN} websocket/disconnect/* extensions/early_hints/*"
"""Those, a broken SHOULD, and an extension that uvicorn does not offer."""
CONTRACT = "contract/requests/*"
OF_APPLICATIONS = "app/response/an-answer-is-in-order*"
OF_WSGI = "wsgi_app/calls/*"

RULES = (
    Rule("*", "pip install *", how=How.INSTALL),  # from nothing, and for real, in `test_readme.py`
    # A first run
    Rule("tutorial.md", "pytest --asgi-server=uvicorn --asgi-html=report.html", 1, SEVERAL),
    Rule("tutorial.md", "pytest --asgi-server=uvicorn --asgi-case=*", 1),
    Rule("tutorial.md", "pytest *tutorial_cases.py"),
    Rule("tutorial.md", "pytest *wrong_cases.py", 1),
    Rule("README.md", "pytest *_cases.py"),
    # Its names are made up: the pages that it leads to have the commands for real.
    names("README.md", "pytest *"),
    # Servers
    Rule("how-to/servers.md", "pytest *--asgi-python=old/bin/python", cases=ONE),
    Rule("how-to/servers.md", "pytest *--asgi-case='websocket/close/*'"),
    Rule("how-to/servers.md", "pytest *header-order-is-kept-on-the-wire[uvicorn]'"),
    collects("how-to/servers.md", "pytest *-k *"),
    collects("how-to/servers.md", "pytest *--asgi-examples=*"),
    names("how-to/servers.md", "pytest *"),
    Rule("how-to/other-servers.md", "pytest --asgi-server-command=* {port}'", cases=ONE),
    names("how-to/other-servers.md", "pytest *--uds {uds}'"),
    Rule("how-to/other-servers.md", "pytest --wsgi-server-command=*", cases="wsgi/environ_query/*"),
    Rule("how-to/other-servers.md", "pytest --asgi-server='mine,*", cases=ONE),
    # Frameworks and applications
    Rule("how-to/frameworks.md", "pytest --asgi-framework=tests*", cases=CONTRACT),
    Rule("how-to/frameworks.md", "pytest *--wsgi-server=waitress", cases=CONTRACT),
    Rule("how-to/frameworks.md", "pytest --asgi-framework=shop", cases=CONTRACT),
    names("how-to/frameworks.md", "pytest *"),
    Rule("how-to/applications.md", "pytest --wsgi-middleware=*", cases="wsgi_middleware/environ/*"),
    Rule("how-to/applications.md", "pytest --asgi-middleware=*", cases="middleware/scope/*"),
    Rule("how-to/applications.md", "pytest --asgi-app=shop:app", cases=OF_APPLICATIONS),
    Rule("how-to/applications.md", "pytest --wsgi-app=shop:wsgi", cases=OF_WSGI),
    names("how-to/applications.md", "pytest *"),
    Rule("how-to/lint.md", "pytest --asgi-lint test_shop.py", 1),
    Rule("how-to/lint.md", "python *"),
    Rule("how-to/cases.md", "pytest *"),
    # Continuous integration
    Rule("how-to/ci.md", "pytest *--asgi-baseline=known.toml*", cases=BROKEN),
    collects("how-to/ci.md", "pytest *-n *"),
    Rule("how-to/ci.md", "pytest *", cases=ONE),
    Rule("how-to/baseline.md", "pytest --asgi-server=uvicorn *--asgi-baseline-update", 1, BROKEN),
    Rule("how-to/baseline.md", "pytest*", cases=BROKEN),
    Rule("how-to/reports.md", "pytest *", 1, BROKEN),
    Rule("how-to/compare.md", "pytest *httptools*", 1, BROKEN),
    Rule("how-to/compare.md", "pytest *http=h11*", cases=BROKEN),
    # It installs from an index: its own tests (`tests/commands/test_history.py`) have one.
    Rule("how-to/history.md", "asgi-conformance history *", how=How.PARSED),
    Rule("how-to/reproduce.md", "pytest *", 1, BROKEN),
    Rule("how-to/reproduce.md", "python shows.py", 1),
    # Reference
    Rule("reference/options.md", "pytest"),
    Rule("*", "asgi-conformance *"),
)


def rule_for(page: str, command: str) -> Rule | None:
    return next((rule for rule in RULES if rule.covers(page, command)), None)
