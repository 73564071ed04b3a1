"""The options of pytest, from `options.py`."""

from asgi_conformance.options import OPTIONS, OUTPUTS, SUBJECTS
from generators.prose import code, entry, escaped


def markdown(which: str) -> str:
    """`subjects`, `outputs` or `others`."""
    named = {"subjects": SUBJECTS, "outputs": OUTPUTS}
    chosen = named.get(which, [name for name, *_ in OPTIONS if name not in (*SUBJECTS, *OUTPUTS)])
    return "\n".join(
        entry(code(f"--{name}={value}" if value else f"--{name}"), escaped(f"{help[0].upper()}{help[1:]}."))
        for name, value, help, _ in OPTIONS
        if name in chosen
    )
