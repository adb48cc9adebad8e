"""Real videos: a small one made on the spot, and a transcoder that reads and writes in turn.

PyAV does the work where it is installed.  Without it, or for a file that it cannot decode, the app
copies bytes instead; :func:`can_transcode` settles that before a run.
"""

from __future__ import annotations

import errno
import importlib.util
import os
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer, OutputContainer
    from av.video.stream import VideoStream

_WIDTH, _HEIGHT, _RATE, _SECONDS = 320, 240, 25, 2
#: Pixels after which the test pattern comes again; a prime, so that no row repeats the last.
_PERIOD = 509
#: Pixels; what an upload is scaled down to.
_WIDEST = 640
#: Formats that only hold media.  Play lists are not among them, because they can name other files.
_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,ogg,mjpeg,gif,png_pipe"
_LIVE = {"preset": "ultrafast", "tune": "zerolatency", "crf": "30"}


class Stream(Protocol):
    """A file that can be read or written, such as :class:`simulator.live.raw.RawFile`."""

    def read(self, size: int, /) -> bytes:
        """Up to *size* bytes; empty at the end of the file."""

    def write(self, data: bytes, /) -> int:
        """Write all of *data*; gives its length."""

    def seek(self, offset: int, whence: int = ..., /) -> int:
        """Move to *offset* bytes; gives the new position."""

    def tell(self) -> int:
        """The position, in bytes."""


def has_av() -> bool:
    """Whether PyAV is installed."""
    return importlib.util.find_spec("av") is not None


def sample() -> bytes:
    """A small mp4 with a moving test pattern: made here with PyAV, else the one shipped."""
    return make_sample() if has_av() else (files(__package__) / "sample.mp4").read_bytes()


def make_sample(grain: int = 12, crf: int = 24) -> bytes:
    """A two-second mp4 of 320 x 240, the same bytes each time with the same PyAV.

    *grain* (0 to 63) is the amplitude of the pattern's grain, in steps of grey; *crf* is the
    encoder's quality (0 best to 51).
    """
    import av

    file = BytesIO()
    with av.open(file, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        options = {"crf": str(crf), "preset": "ultrafast", "x264-params": "threads=1"}
        stream = _video(container, Fraction(_RATE), options, _WIDTH, _HEIGHT)
        for number in range(_RATE * _SECONDS):
            container.mux(stream.encode(_pattern(number, grain)))
        container.mux(stream.encode())
    return file.getvalue()


def can_transcode(file: Stream) -> bool:
    """Whether :func:`transcode` can be used on that *file*: PyAV is there and decodes a frame."""
    if not has_av():
        return False
    import av

    try:
        with _opened(file, 65_536) as source:
            return next(_frames(source), None) is not None
    except (av.FFmpegError, OSError, ValueError):
        return False


def transcode(source: Stream, target: Stream, chunk: int) -> None:
    """Write a smaller video of *source* to *target*, frame by frame as it is read.

    *chunk* is how much is read at once, in bytes.  Sound is left out.  Raises OSError (EIO) where
    decoding or encoding fails half-way.
    """
    import av

    # The muxer sends every packet on its way at once, so that the target grows meanwhile.
    flushing = {"flush_packets": "1"}
    try:
        with (
            _opened(source, chunk) as reading,
            av.open(target, "w", format="mp4", options=flushing) as writing,
        ):
            _convert(reading, writing)
    except OSError:
        raise
    except (av.FFmpegError, ValueError) as error:
        raise OSError(errno.EIO, os.strerror(errno.EIO)) from error


def _convert(reading: InputContainer, writing: OutputContainer) -> None:
    rate = _rate(reading.streams.video[0])
    stream: VideoStream | None = None
    for number, frame in enumerate(_frames(reading)):
        if stream is None:
            stream = _video(writing, rate, dict(_LIVE), *_smaller(frame.width, frame.height))
        small = frame.reformat(stream.width, stream.height, "yuv420p")
        small.pts, small.time_base = number, 1 / rate
        writing.mux(stream.encode(small))
    if stream is not None:
        writing.mux(stream.encode())


def _opened(file: Stream, chunk: int) -> InputContainer:
    import av

    options = {"format_whitelist": _FORMATS}
    return av.open(file, "r", options=options, buffer_size=chunk, io_open=_nothing_else)


def _nothing_else(*_: object) -> Any:
    # A media file may name others; this one is all that may be opened.
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _frames(container: InputContainer) -> Iterator[VideoFrame]:
    if container.streams.video:
        yield from container.decode(container.streams.video[0])


def _video(
    container: OutputContainer, rate: Fraction, options: dict[str, str], width: int, height: int
) -> VideoStream:
    import av

    x264 = "libx264" in av.codecs_available
    stream = container.add_stream(
        "libx264" if x264 else "mpeg4", rate=rate, options=options if x264 else {}
    )
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    return stream


def _rate(stream: VideoStream) -> Fraction:
    rate = Fraction(stream.average_rate or _RATE).limit_denominator(1001)
    return rate if 1 <= rate <= 240 else Fraction(_RATE)


def _smaller(width: int, height: int) -> tuple[int, int]:
    """A size of at most 640 pixels across, of the same shape; the encoder wants even numbers."""
    wide = min(width, _WIDEST)
    high = height * wide // width
    return max(2, wide // 2 * 2), max(2, high // 2 * 2)


def _pattern(number: int, grain: int) -> VideoFrame:
    """A ramp of grey that runs across the picture, with a grain on it."""
    from av import VideoFrame

    frame = VideoFrame(_WIDTH, _HEIGHT, "yuv420p")
    strip = _strip(grain)
    for plane, shift in zip(frame.planes, (5, 1, 2), strict=True):
        starts = ((y * 3 + number * shift) % _PERIOD for y in range(plane.height))
        plane.update(b"".join(strip[at : at + plane.line_size] for at in starts))
    return frame


@cache
def _strip(grain: int) -> bytes:
    # A multiplicative hash for the grain: cheap, and the same on every machine.
    return bytes(
        64 + x * 128 // _PERIOD + (x * 2_654_435_761 >> 16) % (grain + 1)
        for x in (position % _PERIOD for position in range(_PERIOD + 4 * _WIDTH))
    )
