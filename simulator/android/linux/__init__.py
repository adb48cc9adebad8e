"""As much of Linux as it takes to say what inotify reports: nothing here knows Android.

``inotify`` (watches and their queue) ← ``tree`` (inodes, directory entries, the hooks that tell
watches) ← ``driver`` (what every file system can be asked), ``native`` (ext4, tmpfs) and ``fuse``
(the kernel's side of FUSE) ← ``kernel`` (mounts, paths, system calls) ← ``bindfs`` and
``passthrough`` (two FUSE daemons, which are processes like any other) ← ``cases`` (what a recorded
case would show).

Sources: measured on Linux 6.18 (dossier file-events 1.2 to 1.6); the order of hooks inside one call
is that of fs/namei.c, fs/open.c, fs/dcache.c and include/linux/fsnotify.h.
"""
