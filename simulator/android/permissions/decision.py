"""What the model rules, and how it says so."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

Verb = Literal[
    "read", "write", "create", "mkdir", "rmdir", "rename", "delete", "list", "trash", "favorite"
]
Route = Literal["path", "mediastore", "request", "saf", "picker"]
ROUTES: tuple[Route, ...] = ("path", "mediastore", "request", "saf", "picker")
Ruling = Literal["allow", "deny", "consent", "recoverable", "hidden", "noop"]
Answer = Literal["silently", "after_consent", "no"]
#: What becomes of file and row where the two part, and of both where they do not.
Effect = Literal["row_deleted", "file_deleted_row_stale", "row_gone_file_stays"]

_BY_USER = frozenset({"saf.picked", "picker.read", "request.30.answered-yes"})


@frozen
class Decision:
    """What the model rules, the *error* the caller gets, and the rules that led there, in order.

    *effect* is what a delete does to file and row; *redacted*: the bytes that a reader gets have
    their location metadata blanked.
    """

    ruling: Ruling
    chain: tuple[str, ...]
    error: str | None = None
    effect: Effect | None = None
    redacted: bool = False

    @property
    def answer(self) -> Answer:
        """The ruling in the words of the question "could it?"."""
        if self.ruling == "allow":
            return "after_consent" if self.chain[-1] in _BY_USER else "silently"
        return "after_consent" if self.ruling in {"consent", "recoverable"} else "no"
