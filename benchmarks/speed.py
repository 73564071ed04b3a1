"""How fast the harness is: `python benchmarks/speed.py [SERVER ...]`. Claims are ratios within one run.

Prints, for each server: ordinary cases per second, milliseconds per case against a bare request on a fresh connection
to the same server, the shares of pytest, stage and server in a whole run, how the cost grows with the number of cases,
and what the plugin costs where nobody uses it.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from asgi_conformance.campaign import Campaign, Wishes, candidates
from asgi_conformance.script import Case, Over
from asgi_conformance.suite_loader import load_cases

BARE = 200
ROUNDS = 5

APPLICATION = """
async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})
"""


def main(servers: list[str]) -> None:
    print(f"{os.cpu_count()} processors, Python {sys.version.split()[0]}; medians of {ROUNDS} rounds, milliseconds")
    print(f"{'server':<12}{'cases':>7}{'cases/s':>9}{'ms/case':>9}{'bare':>7}{'ratio':>7}{'half/whole':>12}")
    for server in servers:
        measure(server)
    for server in servers[:1]:
        shares(server)
    unused()


def ordinary() -> list[Case]:
    """The cases that are served by the shared process over TCP."""
    return [case for case in load_cases() if not case.own_process and case.over is Over.TCP]


def measure(server: str) -> None:
    wishes = Wishes(servers=(server,))
    (candidate,) = candidates(wishes)
    campaign = Campaign([candidate], wishes)
    campaign.open()
    try:
        campaign.perform(candidate.id, ordinary()[0])
        quick = [
            case for case in ordinary() if campaign.perform(candidate.id, case).duration_ms < 20
        ]  # those that wait on purpose, or for a server that never answers, measure patience
        whole = [timed(lambda: [campaign.perform(candidate.id, case) for case in quick]) for _ in range(ROUNDS)]
        half = [timed(lambda: [campaign.perform(candidate.id, case) for case in quick[::2]]) for _ in range(ROUNDS)]
    finally:
        campaign.close()
    per_case = statistics.median(whole) / len(quick)
    request = bare(candidate)
    print(
        f"{server:<12}{len(quick):>7}{1 / per_case:>9.0f}{per_case * 1e3:>9.2f}{request * 1e3:>7.2f}"
        f"{per_case / request:>7.1f}{statistics.median(half) / statistics.median(whole):>12.2f}"
    )


def timed(work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def bare(candidate) -> float:
    """Seconds for a request on a fresh connection to the same server with an application that only answers."""
    from asgi_conformance.servers.adapter import Place
    from asgi_conformance.stage.house import free_port

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "bare_application.py").write_text(APPLICATION)
        place = Place(port=free_port())
        launch = candidate.server.launch(candidate.python, "bare_application:application", place)
        process = subprocess.Popen(
            launch.argv, cwd=folder, env={**os.environ, "PYTHONPATH": folder, **launch.env},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline and not answers(place.port):
                pass
            times = [timed(lambda: answers(place.port)) for _ in range(BARE)]
        finally:
            os.killpg(process.pid, 9)
            process.wait()
    return statistics.median(times)


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
            data = b""
            while not data.endswith(b"ok"):
                data += client.recv(65536) or b"ok"
            return data.startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def shares(server: str) -> None:
    """One whole run, cold, as a user types it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", f"--asgi-server={server}", "--asgi-json=run.json", "-q"]
        began = time.perf_counter()
        usage = os.times()
        subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=False)
        wall = time.perf_counter() - began
        used = os.times()
        run = json.loads(Path(folder, "run.json").read_text())
    results = run["subjects"][0]["results"]
    stage = sum(result["duration_ms"] for result in results) / 1e3
    cpu = used.children_user - usage.children_user + used.children_system - usage.children_system
    print(f"\npytest --asgi-server={server}: {wall:.2f} s wall, {cpu:.2f} s of processor time, {len(results)} cases")
    print(f"  in performances {stage:.2f} s (those with processes of their own run beside the others)")
    print(f"  median of a case {statistics.median(result['duration_ms'] for result in results):.2f} ms")


def unused() -> None:
    """What everybody pays who has this installed and does not use it."""
    timing = "t = time.perf_counter(); import asgi_conformance.pytest_plugin; print(time.perf_counter() - t)"
    code = f"import time, pytest; {timing}"
    times = [float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(ROUNDS)]
    print(f"\nimport of the plugin where it is not used: {statistics.median(times) * 1e3:.2f} ms")


if __name__ == "__main__":
    main(sys.argv[1:] or ["uvicorn", "hypercorn", "daphne"])
