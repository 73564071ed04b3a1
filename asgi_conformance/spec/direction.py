"""Which way an event goes, seen from the application."""

from enum import Enum


class Direction(Enum):
    """`received` from the server or `sent` to it; `raised` stands for an exception that leaves the application."""

    RECEIVED = "received"
    SENT = "sent"
    RAISED = "raised"
