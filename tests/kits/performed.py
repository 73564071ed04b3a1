"""Runs of a few cases on real subjects, and kits that are run as a maintainer would."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from asgi_conformance.campaign import Campaign, Wishes, candidates
from asgi_conformance.harvest import Harvest
from asgi_conformance.kits.kit import bundled
from asgi_conformance.results import Result, Run, Subject

TESTS = Path(__file__).parent.parent
LONGEST = 50.0  # seconds


def performed(wishes: Wishes, *cases: str) -> Run:
    """The run of these cases on the subject that is wished for."""
    wanted = [bundled()[case] for case in cases]
    subjects = candidates(wishes)
    campaign, harvest = Campaign(subjects, wishes), Harvest()
    harvest.plan(wanted)
    try:
        campaign.open()
        campaign.expect(subjects[0].id, wanted)
        for case in wanted:
            harvest.add(subjects[0].id, campaign.perform(subjects[0].id, case))
    finally:
        campaign.close()
    return harvest.run(subjects, finished=True, seed=0)


def only(run: Run, case: str) -> tuple[Subject, Result]:
    """The result of this case, and whose it is."""
    return run.subjects[0], next(result for result in run.subjects[0].results if result.case == case)


@dataclass(frozen=True)
class Ran:
    """What came of a kit."""

    status: int
    output: str


def ran(kit: str, folder: Path, *arguments: str, python: Sequence[str] = (sys.executable,)) -> Ran:
    """Run the text of a kit in a folder of its own."""
    path, output = folder / "kit_to_run.py", folder / "output"
    path.write_text(kit, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(TESTS), "PYTHONIOENCODING": "utf-8"}
    with output.open("wb") as written:
        command = [*python, str(path), *arguments]
        running = subprocess.Popen(
            command, stdout=written, stderr=written, cwd=folder, env=environment, start_new_session=True
        )
    try:
        status = running.wait(LONGEST)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
    return Ran(status, output.read_text("utf-8"))
