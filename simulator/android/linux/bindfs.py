"""bindfs: a FUSE daemon over the high-level libfuse, which goes by path.

Going by path, it must keep a path for a file that is unlinked while it is open, so libfuse renames
it to ``.fuse_hidden...`` and unlinks it when it is closed.  bindfs gives what it makes to whoever
asked for it, which is one more ``IN_ATTRIB`` below.  Sources: libfuse lib/fuse.c (``hide_node``),
bindfs.c (``chown_new_file``); recordings.
"""

from __future__ import annotations

from simulator.android.linux.passthrough import DaemonFile, Passthrough, PathNode


class Bindfs(Passthrough):
    """The daemon of a ``bindfs LOWER UPPER`` mount."""

    _hides = 0

    def made(self, node: PathNode) -> None:
        """Give it to whoever asked for it."""
        self.kernel.change(self.below(node), follow=False)

    def unlink(self, folder: PathNode, name: str) -> None:
        """Take away a name, or hide it while it is open."""
        node = self._node(folder, name)
        if node.opened:
            self._hide(node)
        else:
            super().unlink(folder, name)

    def rename(self, folder: PathNode, name: str, to: PathNode, new: str) -> None:
        """Move a name; what it replaces is hidden first if it is open."""
        victim = to.below.get(new)
        if victim is not None and victim.opened:
            self._hide(victim)
        super().rename(folder, name, to, new)

    def release(self, handle: DaemonFile) -> None:
        """Close it; a hidden file goes with the last close."""
        super().release(handle)
        node = handle.node
        if node.hidden and not node.opened:
            assert node.parent is not None
            super().unlink(node.parent, node.name)

    def _hide(self, node: PathNode) -> None:
        self._hides += 1
        assert node.parent is not None
        hidden = f".fuse_hidden{node.number:08x}{self._hides:08x}"
        super().rename(node.parent, node.name, node.parent, hidden)
        node.hidden = True
