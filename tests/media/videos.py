"""Small videos made for the tests: boxes and elements around samples that no player would show."""

from __future__ import annotations

import struct

GPS_PLACE = b"+31.2304+121.4737/"
SAMPLE = b"PICTURE-SAMPLE!!"
TRACKED = b"GPS5 31.2304 121.4737 GPS5"


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _table(offsets: list[int], sizes: list[int]) -> bytes:
    return box(
        b"stbl",
        box(b"stsd", struct.pack(">2I", 0, 0)),
        box(b"stsz", struct.pack(">3I", 0, 0, len(sizes)), struct.pack(f">{len(sizes)}I", *sizes)),
        box(b"stsc", struct.pack(">5I", 0, 1, 1, len(sizes) // len(offsets), 1)),
        box(b"stco", struct.pack(">2I", 0, len(offsets)), struct.pack(f">{len(offsets)}I", *offsets)),
    )


def track(handler: bytes, offsets: list[int], sizes: list[int], *more: bytes, turned: bool = False) -> bytes:
    matrix = (0, 0x10000, 0, -0x10000, 0, 0) if turned else (0x10000, 0, 0, 0, 0x10000, 0)
    header = struct.pack(">5I", 7, 1111, 2222, 1, 0) + bytes(20) + struct.pack(">6i", *matrix)
    header += struct.pack(">3I", 0, 0, 0x40000000) + struct.pack(">2I", 640 << 16, 360 << 16)
    return box(
        b"trak",
        box(b"tkhd", header),
        box(
            b"mdia",
            box(b"mdhd", struct.pack(">6I", 0, 3333, 4444, 1000, 1000, 0)),
            box(b"hdlr", bytes(8), handler, bytes(12), b"SecretCam handler\0"),
            box(b"minf", _table(offsets, sizes)),
        ),
        *more,
    )


def mp4(*, turned: bool = False, with_places: bool = False, fragmented: bool = False, more: bytes = b"") -> bytes:
    """An MP4 with its place in `udta` and `meta`; with a track of places where asked."""
    begin = box(b"ftyp", b"isom", bytes(4), b"isommp42")
    samples = SAMPLE * 3 + TRACKED * 2
    media = box(b"mdat", samples)
    at = len(begin) + 8
    tracks = [track(b"vide", [at], [16, 16, 16], box(b"udta", box(b"name", b"SecretCam name")), turned=turned)]
    if with_places:
        first = at + 3 * len(SAMPLE)
        tracks.append(track(b"meta", [first, first + len(TRACKED)], [len(TRACKED)] * 2))
    moov = box(
        b"moov",
        box(b"mvhd", struct.pack(">5I", 0, 5555, 6666, 1000, 3000), bytes(80)),
        *tracks,
        box(b"udta", box(b"\xa9xyz", struct.pack(">2H", len(GPS_PLACE), 0), GPS_PLACE)),
        box(b"meta", bytes(4), box(b"ilst", GPS_PLACE)),
        *([box(b"mvex", box(b"trex", bytes(24)))] if fragmented else []),
    )
    return begin + media + moov + box(b"uuid", b"\xbe\x7a\xcf\xcb" + bytes(12), b"<x:xmpmeta>" + GPS_PLACE) + more


def element(kind: int, body: bytes, *, unknown: bool = False) -> bytes:
    size = b"\x01" + (b"\xff" * 7 if unknown else len(body).to_bytes(7))
    return kind.to_bytes((kind.bit_length() + 7) // 8) + size + body


def webm(*, live: bool = False, track_type: int = 1, before_tracks: bytes = b"", more: bytes = b"") -> bytes:
    """A WebM with tags, a title and a time; `live` as browsers record it, with sizes unknown."""
    header = element(0x1A45DFA3, b"\x42\x82\x84webm" + element(0x4287, b"\x04"))
    info = element(
        0x1549A966,
        element(0x2AD7B1, b"\x0f\x42\x40")
        + element(0x7BA9, b"Title at " + GPS_PLACE)
        + element(0x4461, bytes(range(8)))
        + element(0x4D80, b"muxer")
        + element(0x5741, b"writer"),
    )
    video = element(0xE0, element(0xB0, (640).to_bytes(2)) + element(0xBA, (360).to_bytes(2)))
    tracks = element(
        0x1654AE6B,
        element(0xAE, element(0xD7, b"\x01") + element(0x83, bytes([track_type])) + element(0x536E, b"Secret") + video),
    )
    cluster = element(0x1F43B675, element(0xE7, b"\x00") + element(0xA3, b"\x81\x00\x00\x80" + SAMPLE), unknown=live)
    tags = element(0x1254C367, element(0x7373, element(0x67C8, GPS_PLACE)))
    return header + element(0x18538067, info + before_tracks + tracks + cluster * 2 + tags, unknown=live) + more
