"""Places in code."""

from __future__ import annotations

import os
import sys
from typing import Tuple

Place = Tuple[str, int]
"""A file and a line"""


def outside() -> Place | None:
    """The innermost call that is not of this package."""
    frame = sys._getframe()
    here = os.path.dirname(frame.f_code.co_filename)
    while os.path.dirname(frame.f_code.co_filename) == here:
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno
