"""The contract application that keeps everything, and what its mutants are made of."""

import sys
from pathlib import Path

# As for the contract applications that ship: `import contract` finds what they share.
sys.path.append(str(Path(__file__).parents[3] / "asgi_conformance" / "frameworks"))
