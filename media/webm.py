"""WebM: a file of EBML elements, checked whole, its metadata overwritten where it stands.

An element that holds metadata becomes a Void element of the same length, so every offset in the file stays true.
Sources: RFC 8794 (EBML), RFC 9559 (Matroska).
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass

from graph.errors import Invalid

_EBML, _SEGMENT, _CLUSTER, _VOID, _CRC = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0xEC, 0xBF
_INFO, _TRACKS, _TRACK, _VIDEO = 0x1549A966, 0x1654AE6B, 0xAE, 0xE0
_WIDTH, _HEIGHT, _TRACK_TYPE = 0xB0, 0xBA, 0x83
_PICTURE, _SOUND = 1, 2
_TAGS, _ATTACHMENTS, _CHAPTERS = 0x1254C367, 0x1941A469, 0x1043A770
# Title, time, names of files; a track's name. What the file says of its making program is mandatory and stays.
_ABOUT_THE_FILE = frozenset({0x7BA9, 0x4461, 0x7384, 0x3C83AB, 0x3E83BB, 0x73A4, 0x3CB923, 0x3EB923, _VOID, _CRC})
_ABOUT_THE_TRACK = frozenset({0x536E, _VOID, _CRC})
_MAX_ELEMENTS = 2_000_000


@dataclass(frozen=True, slots=True)
class _Element:
    kind: int
    start: int
    body: int
    end: int
    sized: bool


def stripped(content: mmap.mmap) -> tuple[int | None, int | None]:
    """Width and height of the picture (None where the file does not say), once metadata is overwritten.

    Raises Invalid for a file that is cut off, malformed, or holds no picture.
    """
    try:
        return _Webm(content).strip()
    except IndexError:
        raise _malformed() from None


def _malformed() -> Invalid:
    return Invalid("the video is cut off or malformed", field=("file",))


class _Webm:
    def __init__(self, content: mmap.mmap) -> None:
        self._content = content
        self._seen = 0
        self._size: tuple[int | None, int | None] | None = None

    def strip(self) -> tuple[int | None, int | None]:
        kinds = set()
        for element in self._elements(0, len(self._content)):
            kinds.add(element.kind)
            if element.kind in (_TAGS, _ATTACHMENTS, _CHAPTERS, _VOID, _CRC):
                self._void(element)
            elif element.kind == _INFO:
                self._void_inside(element, _ABOUT_THE_FILE)
            elif element.kind == _TRACKS:
                self._read_tracks(element)
        if not {_EBML, _SEGMENT, _TRACKS, _CLUSTER} <= kinds:
            raise _malformed()
        if self._size is None:
            raise Invalid("the video has no picture", field=("file",))
        return self._size

    def _elements(self, start: int, end: int) -> Iterator[_Element]:
        """The elements between two places, which they fill exactly; the segment and what has no size are entered.

        Browsers record clusters and segments of unknown size, which end where something else begins: walking their
        children at the level of their parents comes to the same.
        """
        while start < end:
            self._seen += 1
            if self._seen > _MAX_ELEMENTS:
                raise _malformed()
            kind, size_at = self._number(start, keep_marker=True)
            size, body = self._number(size_at, keep_marker=False)
            sized = size != (1 << 7 * (body - size_at)) - 1
            if not sized and kind not in (_SEGMENT, _CLUSTER):
                raise _malformed()
            entered = kind == _SEGMENT or not sized
            stop = body + size if sized else end
            if stop > end:
                raise _malformed()
            yield _Element(kind, start, body, stop, sized)
            start = body if entered else stop

    def _number(self, at: int, *, keep_marker: bool) -> tuple[int, int]:
        """A variable-length number, and the place after it."""
        first = self._content[at]
        length = 9 - first.bit_length()
        if length > (4 if keep_marker else 8):
            raise _malformed()
        value = int.from_bytes(self._content[at : at + length])
        return (value if keep_marker else value & ((1 << 7 * length) - 1)), at + length

    def _void(self, element: _Element) -> None:
        """Makes the element a Void of the same length, with zeros in it."""
        total = element.end - element.start
        short = total < 9
        head = bytes([_VOID, 0x80 | total - 2]) if short else bytes([_VOID, 0x01]) + (total - 9).to_bytes(7)
        self._content[element.start : element.end] = head + bytes(total - len(head))

    def _void_inside(self, parent: _Element, kinds: frozenset[int]) -> None:
        for element in list(self._elements(parent.body, parent.end)):
            if element.kind in kinds:
                self._void(element)

    def _read_tracks(self, tracks: _Element) -> None:
        for track in list(self._elements(tracks.body, tracks.end)):
            if track.kind == _TRACK:
                self._read_track(track)
            else:
                self._void(track)

    def _read_track(self, track: _Element) -> None:
        self._void_inside(track, _ABOUT_THE_TRACK)
        inside = self._by_kind(track)
        if self._value(inside.get(_TRACK_TYPE)) not in (_PICTURE, _SOUND):
            raise Invalid("the video has a track of neither picture nor sound; leave it out", field=("file",))
        if _VIDEO in inside and self._size is None:
            video = self._by_kind(inside[_VIDEO])
            self._size = self._value(video.get(_WIDTH)), self._value(video.get(_HEIGHT))

    def _by_kind(self, parent: _Element) -> dict[int, _Element]:
        return {one.kind: one for one in self._elements(parent.body, parent.end)}

    def _value(self, element: _Element | None) -> int | None:
        return None if element is None else int.from_bytes(self._content[element.body : element.end][:8]) or None
