"""The waist: what a simulation, a live run and a recording all become.

Left of it stand three sources; right of it stands all that judges and tells.  A trace is a
:class:`Header`, which says what could be observed, and records in the order of their ids.
"""

from simulator.trace.log import Log
from simulator.trace.records import (
    Assumption,
    Belief,
    Cause,
    Dialog,
    FileEvent,
    FileState,
    Header,
    Listing,
    Match,
    Notice,
    Operation,
    Pass,
    Record,
    Refusal,
    Sent,
    Trace,
    Transfer,
    Watched,
    Withheld,
)

__all__ = [
    "Assumption",
    "Belief",
    "Cause",
    "Dialog",
    "FileEvent",
    "FileState",
    "Header",
    "Listing",
    "Log",
    "Match",
    "Notice",
    "Operation",
    "Pass",
    "Record",
    "Refusal",
    "Sent",
    "Trace",
    "Transfer",
    "Watched",
    "Withheld",
]
