"""The packages `citizen` and `mutants` lie beside this folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
