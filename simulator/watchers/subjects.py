"""What a request changes, as a rule may look at it: one request can be several changes.

A rename takes a file out of a folder, may take its name as media away, and may take another file's
name.  Which of these a rule looks at is the rule's affair.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, dirname

from attrs import define, field, frozen

from simulator.android.files import Inode
from simulator.android.media_places import NO_MEDIA
from simulator.android.paths import extension, media_type
from simulator.android.phone import Request
from simulator.watchers.rule import Change, Rule, Types

#: Media types that count as photos and videos.
MEDIA = frozenset({"video", "image"})


@frozen
class Subject:
    """The file or folder that a *change* is about.

    *judged_as* is the path by which it is judged: the present one, or that before a rename which
    the rule remembers.
    """

    change: Change
    path: str
    inode: Inode | None
    folder: Inode | None
    judged_as: str

    @property
    def identity(self) -> str | None:
        """The identity of the file, if there is one yet."""
        return self.inode.identity if self.inode is not None else None

    @property
    def directory(self) -> bool:
        """Whether it is a folder."""
        return self.inode is not None and self.inode.directory


@define(eq=False)
class Memory:
    """What a rule remembers of renames: what each file was called, and since when (seconds)."""

    lasts: float
    _before: dict[str, tuple[float, str]] = field(factory=dict, init=False)

    def recall(self, inode: Inode | None, path: str, now: float) -> str:
        """What that file was called before, if that is remembered; else *path*."""
        if inode is None or not self.lasts:
            return path
        since, was = self._before.get(inode.identity, (now, path))
        return was if now - since <= self.lasts else path

    def note(self, inode: Inode, path: str, now: float) -> None:
        """The file is renamed now, and was called *path*, or what is remembered of it."""
        self._before[inode.identity] = (now, self.recall(inode, path, now))


def subjects(request: Request, rule: Rule, memory: Memory, now: float) -> Iterator[Subject]:
    """Every change that *request* is, the gravest first."""
    path, inode, folder = request.path, request.inode, request.folder
    judged_as = memory.recall(inode, path, now)
    if request.verb == "rename" and request.to is not None:
        yield from _renaming(request, request.to, rule, memory, now)
    elif request.verb == "create":
        if basename(path).casefold() == NO_MEDIA:
            yield Subject("hide", path, inode, folder, judged_as)
    elif request.verb == "open":
        yield Subject("read", path, inode, folder, judged_as)
    elif request.verb == "unlink":
        yield Subject("unlink", path, inode, folder, judged_as)
    elif request.verb == "rmdir":
        yield Subject("rmdir", path, inode, folder, judged_as)
    elif request.verb == "truncate":
        yield Subject("truncate", path, inode, folder, judged_as)


def _renaming(
    request: Request, to: str, rule: Rule, memory: Memory, now: float
) -> Iterator[Subject]:
    path, inode, folder = request.path, request.inode, request.folder
    replaced = request.replaced
    if replaced is not None and replaced is not inode:
        was = memory.recall(replaced, to, now)
        yield Subject("replace", to, replaced, request.to_folder, was)
    judged_as = memory.recall(inode, path, now)
    if dirname(to) != dirname(path):
        yield Subject("leave", path, inode, folder, judged_as)
    if not named_like_media(to, rule.types):
        yield Subject("lose-name", path, inode, folder, judged_as)
    yield Subject("rename", path, inode, folder, judged_as)


def named_like_media(path: str, types: Types) -> bool:
    """Whether a file of that name counts as a photo or video."""
    if types.test == "extension":
        return suffix_of(path, types) in {*types.photo, *types.video}
    return types.test == "none" or media_type(path) in MEDIA


def suffix_of(path: str, types: Types) -> str:
    """The ending that counts: the last one, or that before the mark of files kept aside."""
    suffix = extension(path)
    if suffix and suffix == types.kept_suffix:
        return extension(path[: -len(suffix) - 1])
    return suffix


def kind_of(path: str, types: Types) -> str:
    """``video`` or ``photo``, as the rule tells them apart."""
    if types.test == "extension":
        return "video" if suffix_of(path, types) in types.video else "photo"
    return "video" if media_type(path) == "video" else "photo"
