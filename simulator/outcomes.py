"""The words that a verdict uses and a scenario may expect: fates, losses, answers, outcomes."""

from __future__ import annotations

from typing import Literal

Fate = Literal[
    "intact",
    "modified",
    "moved",
    "hidden",
    "trashed",
    "kept_aside",
    "deleted",
    "cannot_tell",
]
Loss = Literal["none", "metadata", "quality", "all", "cannot_tell"]
#: Whether an app could do something by a route.
Answer = Literal["silently", "after_consent", "no", "cannot_tell"]
#: What became of a request to remove a file.
Result = Literal["done", "row_only", "refused", "unanswered", "no_effect", "cannot_tell"]
Outcome = Literal[
    "quiet",
    "warning_without_touch",
    "touch_with_warning",
    "touch_without_warning",
    "attempt_stopped",
    "warning_about_placeholder",
    "warning_about_last_copy",
    "as_ordered",
    "with_consent",
    "by_the_system",
    "pipeline_failed",
    "cannot_tell",
]
