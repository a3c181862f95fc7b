"""MP4: a file of boxes, checked whole, its metadata overwritten where it stands.

Nothing moves: a box that holds metadata becomes a box of free space with zeros in it, so every offset in the file
stays true. Source: ISO/IEC 14496-12 (ISO base media file format).
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graph.errors import Invalid

# What playing needs, by the box that holds it; everything else there (places, names, times, previews) is taken out.
_KEPT: Mapping[bytes, frozenset[bytes]] = {
    b"": frozenset({b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"ssix", b"pdin", b"wide"}),
    b"moov": frozenset({b"mvhd", b"trak", b"mvex", b"iods"}),
    b"trak": frozenset({b"tkhd", b"edts", b"mdia"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf", b"elng"}),
    b"moof": frozenset({b"mfhd", b"traf"}),
    b"traf": frozenset({b"tfhd", b"tfdt", b"trun", b"sbgp", b"sgpd", b"saiz", b"saio", b"subs"}),
}
_TIMED = frozenset({b"mvhd", b"tkhd", b"mdhd"})
_KEPT_HANDLERS = frozenset({b"vide", b"soun"})
_MAX_BOXES = 200_000
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    body: int
    end: int


def stripped(content: mmap.mmap) -> tuple[int | None, int | None]:
    """Width and height of the picture as shown (None where the file does not say), once metadata is overwritten.

    Raises Invalid for a file that is cut off, malformed, or holds no picture.
    """
    try:
        return _Mp4(content).strip()
    except struct.error:
        raise _malformed() from None


def _malformed() -> Invalid:
    return Invalid("the video is cut off or malformed", field=("file",))


class _Mp4:
    def __init__(self, content: mmap.mmap) -> None:
        self._content = content
        self._seen = 0
        self._zeroed = 0
        self._size: tuple[int | None, int | None] = (None, None)

    def strip(self) -> tuple[int | None, int | None]:
        top = list(self._boxes(0, len(self._content)))
        kinds = [box.kind for box in top]
        if kinds[0] != b"ftyp" or kinds.count(b"moov") != 1 or b"mdat" not in kinds:
            raise _malformed()
        (moov,) = (box for box in top if box.kind == b"moov")
        self._strip(b"", top)
        if not self._tracks(moov):
            raise Invalid("the video has no picture", field=("file",))
        return self._size

    def _boxes(self, start: int, end: int) -> Iterator[_Box]:
        """The boxes between two places, which they fill exactly."""
        while start < end:
            self._seen += 1
            if self._seen > _MAX_BOXES or end - start < 8:
                raise _malformed()
            size, kind = struct.unpack_from(">I4s", self._content, start)
            body = start + 8
            if size == 1:
                (size,) = struct.unpack_from(">Q", self._content, body)
                body += 8
            elif size == 0:
                size = end - start
            if not body - start <= size <= end - start:
                raise _malformed()
            yield _Box(kind, start, body, start + size)
            start += size

    def _strip(self, holder: bytes, boxes: Iterable[_Box]) -> None:
        for box in boxes:
            if box.kind not in _KEPT[holder]:
                self._free(box)
            elif box.kind in _KEPT:
                self._strip(box.kind, self._boxes(box.body, box.end))
            elif box.kind in _TIMED:
                self._forget_times(box)
            elif box.kind == b"hdlr":
                self._zero(min(box.body + 24, box.end), box.end)  # the name that the maker's program gave the track

    def _free(self, box: _Box) -> None:
        self._content[box.start + 4 : box.start + 8] = b"free"
        self._zero(box.body, box.end)

    def _zero(self, start: int, end: int) -> None:
        self._zeroed += end - start
        # A crafted table may name the same bytes again and again.
        if not 0 <= start <= end <= len(self._content) or self._zeroed > 4 * len(self._content):
            raise _malformed()
        for first in range(start, end, _MIB):
            last = min(first + _MIB, end)
            self._content[first:last] = bytes(last - first)

    def _forget_times(self, box: _Box) -> None:
        """Sets the times of recording to the epoch."""
        width = 16 if self._content[box.body] == 1 else 8
        self._zero(box.body + 4, min(box.body + 4 + width, box.end))

    def _tracks(self, moov: _Box) -> int:
        """How many tracks of pictures there are, once tracks of anything but pictures and sound are taken out."""
        inside = list(self._boxes(moov.body, moov.end))
        fragmented = any(box.kind == b"mvex" for box in inside)
        pictures = 0
        for track in (box for box in inside if box.kind == b"trak"):
            handler = self._handler(track)
            if handler == b"vide":
                pictures += 1
                self._size = self._shown_size(track) if pictures == 1 else self._size
            elif handler not in _KEPT_HANDLERS and fragmented:
                # Its samples are spread over the fragments, whose tables would have to change with them.
                raise Invalid("the video has a track of neither picture nor sound; leave it out", field=("file",))
            elif handler not in _KEPT_HANDLERS:
                self._blank_samples(track)
                self._free(track)
        return pictures

    def _find(self, box: _Box, *path: bytes) -> _Box | None:
        for kind in path:
            found = next((one for one in self._boxes(box.body, box.end) if one.kind == kind), None)
            if found is None:
                return None
            box = found
        return box

    def _handler(self, track: _Box) -> bytes:
        box = self._find(track, b"mdia", b"hdlr")
        return b"" if box is None else bytes(self._content[box.body + 8 : box.body + 12])

    def _shown_size(self, track: _Box) -> tuple[int | None, int | None]:
        header = self._find(track, b"tkhd")
        if header is None:
            return None, None
        matrix = header.body + (52 if self._content[header.body] == 1 else 40)
        if matrix + 44 > header.end:
            raise _malformed()
        a, b, _u, c, d = struct.unpack_from(">5i", self._content, matrix)
        width, height = (side >> 16 or None for side in struct.unpack_from(">2I", self._content, matrix + 36))
        turned = a == d == 0 and b != 0 and c != 0
        return (height, width) if turned else (width, height)

    def _blank_samples(self, track: _Box) -> None:
        """Overwrites the samples of a track, such as the places that action cameras record."""
        table = self._find(track, b"mdia", b"minf", b"stbl")
        if table is None:
            return
        sizes = self._sample_sizes(table)
        per_chunk = self._samples_per_chunk(table)
        sample = samples = 0
        for place, offset in enumerate(self._chunk_offsets(table), start=1):
            samples = per_chunk.get(place, samples)
            self._zero(offset, offset + sum(sizes[sample : sample + samples]))
            sample += samples
        if sample < len(sizes):
            raise _malformed()

    def _table(self, box: _Box, at: int, count: int, form: str) -> Iterator[tuple[int, ...]]:
        """The entries of a table that begins `at` bytes into the box."""
        start, width = box.body + at, struct.calcsize(form)
        if count > _MAX_BOXES or start + count * width > box.end:
            raise _malformed()
        return struct.iter_unpack(form, self._content[start : start + count * width])

    def _sample_sizes(self, table: _Box) -> list[int]:
        box = self._find(table, b"stsz")
        if box is None:
            raise _malformed()
        fixed, count = struct.unpack_from(">2I", self._content, box.body + 4)
        if fixed and count <= _MAX_BOXES:
            return [fixed] * count
        return [size for (size,) in self._table(box, 12, count, ">I")]

    def _samples_per_chunk(self, table: _Box) -> dict[int, int]:
        """How many samples each chunk has from the one with this number on."""
        box = self._find(table, b"stsc")
        if box is None:
            raise _malformed()
        (count,) = struct.unpack_from(">I", self._content, box.body + 4)
        return {first: samples for first, samples, _description in self._table(box, 8, count, ">3I")}

    def _chunk_offsets(self, table: _Box) -> list[int]:
        for kind, form in ((b"stco", ">I"), (b"co64", ">Q")):
            box = self._find(table, kind)
            if box is not None:
                (count,) = struct.unpack_from(">I", self._content, box.body + 4)
                return [offset for (offset,) in self._table(box, 8, count, form)]
        raise _malformed()
