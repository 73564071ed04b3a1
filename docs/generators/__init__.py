"""The reference, written from the code: it takes the place of `<!-- generated: NAME ARGUMENT… -->` in a page."""

import re
from collections.abc import Callable, Mapping

from generators import (
    authoring,
    capabilities,
    catalogue,
    commands,
    frameworks,
    options,
    registers,
    run_file,
    search,
    servers,
    untested,
    verdicts,
)

GENERATORS: Mapping[str, Callable[..., str]] = {
    "authoring": authoring.markdown,
    "capabilities": capabilities.markdown,
    "catalogue": catalogue.markdown,
    "catalogue-counts": catalogue.counts,
    "commands": commands.markdown,
    "contract": frameworks.contract,
    "frameworks": frameworks.markdown,
    "levels": verdicts.levels,
    "options": options.markdown,
    "register": registers.markdown,
    "run-file": run_file.markdown,
    "search": search.markdown,
    "servers": servers.markdown,
    "transports": servers.transports,
    "untested": untested.markdown,
    "untestable": untested.untestable,
    "verdicts": verdicts.markdown,
}
"""Each gives Markdown, from the arguments that the page names."""

MARKER = re.compile(r"^<!-- generated: ([\w-]+)((?: [\w.-]+)*) -->$", re.MULTILINE)


def fill(text: str) -> str:
    """The page with everything that is generated in its place. Raises `KeyError` for what nobody generates."""
    return MARKER.sub(lambda found: GENERATORS[found[1]](*found[2].split()).rstrip("\n"), text)
