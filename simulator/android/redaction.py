"""What a reader gets who may not see where a picture was taken.

From Android 10 on a photo or video that is read without ACCESS_MEDIA_LOCATION comes with its EXIF,
XMP and GPS fields blanked; its owner, all-files access and the gallery get the real bytes.  So a
copy made from such a read is not equal to the original, byte by byte: its metadata is lost.
Source: MediaProvider ``onFileOpenForFuse``, ``checkIfFileOpenIsPermitted`` (permission dossier
3.3).  That every photo and video has something to blank is a simplification.
"""

from __future__ import annotations

from simulator.android.files import Content


def as_read(content: Content, *, redacted: bool) -> Content:
    """The bytes that a reader of *content* gets: as many as there are, some of them blanked."""
    return Content(f"redacted {content.recipe}", content.size) if redacted else content
