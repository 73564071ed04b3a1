"""Names of speakers as names in Python."""

import re


def identifier(who: str) -> str:
    """`app_second` for `app:second`."""
    return re.sub(r"\W", "_", who)
