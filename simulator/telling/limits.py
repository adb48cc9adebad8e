"""What cachelife cannot know.  The first five stand on every public artefact."""

from __future__ import annotations

from simulator.message import Message

PERMISSIONS = Message(
    "Permissions are those of Android's own sources; root, malware and remote commands are"
    " left out."
)
LIMITS: tuple[Message, ...] = (
    Message("This is a model, not evidence."),
    Message(
        "In a simulation “not touched” follows from the assumed pipeline; it is not a finding."
    ),
    Message(
        "Which folders a phone watches, whom it exempts and how it merges notices are not public."
    ),
    Message("The path, hash, phone and app build of the named incidents were never published."),
    Message("From the notice alone nobody can tell the original from a copy."),
    Message(
        "The vendors' rules come from the kernel sources of some devices; what runs above the"
        " kernel was not seen."
    ),
    Message("The rules of Honor, vivo and Xiaomi, and Huawei's of 2019, are hypotheses."),
    Message("No phone was used; what is said of FUSE and inotify was measured on Linux."),
    PERMISSIONS,
    Message("Counts are of the combinations we listed, not of phones."),
    Message("A recording shows at most what its recorder could see."),
    Message("The thresholds of provenance in recordings fit the traces that are shipped."),
    Message("Durations are plausible; only their order matters."),
    Message("Wordings of notices are quoted or marked as translated; none is invented."),
    Message("Nothing here says anything about anybody's motives."),
)
#: How many of them stand on every public artefact.
PUBLIC = 5
