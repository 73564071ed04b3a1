"""Pictures of a report: `python docs/screenshots.py REPORT.html FOLDER`, both themes, on a desk and on a telephone.

Needs Chromium. What is shown is taken from the report itself: the first failure, the first needs of the chooser.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from report.browser import Browser

WIDTHS = {1600: 1000, 360: 740}
"""Height by width."""

FAILURE = "rules.flatMap(rule => subjects.map(subject => [rule, subject]))"
FAILURE += ".find(([rule, subject]) => verdictOf(checksOf(rule.index, subject.index)) === 'f')"

DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

STATES = {
    "top": "null",
    "matrix": "(address.write({ q: 'verdict:fail' }), document.getElementById('requirements-title').scrollIntoView())",
    "chooser": "(address.write({ need: capabilities.slice(0, 5).map(({ id }) => id) }),"
    " document.getElementById('chooser').scrollIntoView())",
    "panel": f"(found => found && address.write({{ at: found[0].id, on: found[1].label }}))({FAILURE})",
    "exchange": f"(found => found && address.write({{ at: found[0].id, on: found[1].label }}))({FAILURE}),"
    " document.querySelector('#panel .beside')?.scrollIntoView()",
}
"""What brings the page there, by name."""


def take(browser: Browser, report: Path, folder: Path) -> list[Path]:
    """Every state in every theme and width; returns the files."""
    files = []
    for scheme in ("light", "dark"):
        for width, height in WIDTHS.items():
            browser.media(scheme)
            browser.size(width, height)
            for name, script in STATES.items():
                browser.open(report)
                browser.run(f"({script}, {DRAWN})")
                files.append(folder / f"{name}-{scheme}-{width}.png")
                files[-1].write_bytes(browser.picture())
    return files


def main(arguments: list[str]) -> None:
    if len(arguments) != 2:
        sys.exit(__doc__)
    report, folder = (Path(argument).resolve() for argument in arguments)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, Browser(Path(profile)) as browser:
        for file in take(browser, report, folder):
            print(file)


if __name__ == "__main__":
    main(sys.argv[1:])
