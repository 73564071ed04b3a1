"""The documentation tells the truth: its commands are run, its output is seen, and its site is built."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from documentation.checks import check, pattern_of
from documentation.pages import DOCS, FENCED, PAGES, ROOT, Block, blocks, name_of
from documentation.rules import RULES, Rule, rule_for
from documentation.world import Done, World
from generators import GENERATORS, MARKER, commands

from asgi_conformance import authoring, campaign
from asgi_conformance.options import OPTIONS
from asgi_conformance.spec import capabilities, catalogue

EVERYTHING = [block for page in PAGES for block in blocks(page)]
COMMANDS = [(block.page, command) for block in EVERYTHING if block.kind == "sh" for command in block.commands]
TOX = (ROOT / "tox.ini").read_text("utf-8")
PROSE = {name_of(page): FENCED.sub("", page.read_text("utf-8")) for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_is_as_it_says(page: Path, tmp_path: Path) -> None:
    world, done = World(name_of(page), tmp_path), Done(0, "")
    for block in blocks(page):
        done = check(block, world, done)


@pytest.mark.parametrize(
    "kind, name, text",
    [
        ("sh", "", "rm -r everything"),
        ("sh", "", "pip install '.[nothing]'"),
        ("sh", "", "asgi-conformance list --area nowhere"),
        ("sh", "", "pytest --asgi-server=nothing"),
        ("sh", "", "pytest --asgi-sever=uvicorn"),
        ("text", "", "another line"),
        ("text", "", "one line\n…\none line"),
        ("", "", "pytest --asgi-server=uvicorn"),
        ("bash", "", "true"),
        ("python", "", "import this"),
        ("python", "wrong.py", "def"),
        ("toml", "wrong.toml", "[[known]"),
        ("xml", "strange.xml", "<a/>"),
        ("yaml", "workflow.yml", "steps:\n- uses: actions/checkout@v5"),
        ("yaml", "workflow.yml", "steps:\n- uses: asgi-conformance/asgi-conformance@main\n  with: {subjects: all}"),
    ],
)
def test_a_block_that_is_wrong_fails(kind: str, name: str, text: str, tmp_path: Path) -> None:
    block = Block("README.md", 1, kind, name, text)
    with pytest.raises((AssertionError, SyntaxError, ValueError, campaign.BadRequest)):
        check(block, World("README.md", tmp_path), Done(0, "one line\nand the last"))


@pytest.mark.parametrize(
    "expected, line",
    [
        ("uvicorn 0.54.0", "uvicorn 0.6.10"),
        ("a  1/2", "a    10/12"),
        ("at …/x", "at /tmp/x"),
        ("== a =", "= a ==="),
    ],
)
def test_numbers_and_gaps_may_differ(expected: str, line: str) -> None:
    assert re.fullmatch(pattern_of(expected), line)
    assert not re.fullmatch(pattern_of(expected), f"{line}!")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.page}: {rule.command}")
def test_every_rule_is_of_use(rule: Rule) -> None:
    assert any(rule_for(page, command) is rule for page, command in COMMANDS)


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    """A link that leads nowhere is one."""
    site = tmp_path / "site"
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-d", str(tmp_path / "cache"), str(DOCS)]
    done = subprocess.run([*command, str(site)], check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-4000:]
    built = {path.relative_to(site).with_suffix(".md") for path in site.rglob("*.html")}
    assert {page.relative_to(DOCS) for page in DOCS.rglob("*.md")} <= built
    check_reference(site / "reference")


def check_reference(folder: Path) -> None:
    """Every requirement is on the page of its area, at its anchor; and so is every option, command, row and line."""
    pages = {area: (folder / "catalogue" / f"{area}.html").read_text("utf-8") for area in catalogue.AREAS}
    for one in catalogue.load().values():
        assert pages[one.area].count(f'id="{one.id.replace(".", "-")}"') == 1, one.id
    named = {
        "options": [name for name, *_ in OPTIONS],
        "commands": [f"asgi-conformance {name}" for name in commands.parsers()],
        "capabilities": [row.title for row in capabilities.load_rows()],
        "authoring": authoring.__all__,
    }
    for page, names in named.items():
        text = re.sub(r"<[^>]+>", "", (folder / f"{page}.html").read_text("utf-8"))
        assert [name for name in names if name not in text] == [], page


def test_links_of_the_readme_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / "README.md").read_text("utf-8")):
        assert (ROOT / target).exists(), target


def test_every_generator_is_of_use() -> None:
    used = {found[1] for page in PAGES for found in MARKER.finditer(page.read_text("utf-8"))}
    assert used == set(GENERATORS)


@pytest.mark.parametrize("page", PROSE)
def test_what_is_named_in_passing_exists(page: str) -> None:
    """In the text between the blocks: options of ours, scripts, environments of tox."""
    known = {name for name, *_ in OPTIONS}
    for code in re.findall(r"`([^`\n]+)`", PROSE[page]):
        assert set(re.findall(r"--([aw]sgi-[a-z-]+)", code)) <= known, code
        assert all((ROOT / path).is_file() for path in re.findall(r"^python (\S+\.py)", code)), code
        assert all(f"[testenv:{name}]" in TOX for name in re.findall(r"^tox -e (\w+)", code)), code
