"""Golden files: what a report looked like when somebody last looked at it."""

from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def agrees(name: str, text: str) -> bool:
    """Whether the text is the golden file's. To renew one, delete it: it is written, and the test fails that once."""
    file = FOLDER / name
    if not file.exists():
        file.write_text(text, "utf-8", newline="")
        raise AssertionError(f"{name} was written anew: look at it, then run the tests again")
    assert file.read_bytes().decode() == text, (
        f"{name} differs; if the change is meant, delete the file and look at the new one"
    )
    return True
