"""Videos, checked and stripped in place. Picture and sound stay as they came: nothing is encoded anew."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from typing import IO

from media import mp4, webm
from media.kinds import MP4, WEBM, MediaType

_STRIPPED: dict[MediaType, Callable[[mmap.mmap], tuple[int | None, int | None]]] = {
    MP4: mp4.stripped,
    WEBM: webm.stripped,
}


def strip(file: IO[bytes], media_type: MediaType) -> tuple[int | None, int | None]:
    """Overwrites the metadata in the file, and tells width and height as shown (None where it does not say).

    The file is on the disk and open for writing. Takes a while: for a thread. Raises Invalid for a file that is cut
    off, malformed, or holds no picture.
    """
    file.flush()
    with mmap.mmap(file.fileno(), 0) as content:
        size = _STRIPPED[media_type](content)
        content.flush()
    return size
