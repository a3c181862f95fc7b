"""What is stored of a video: picture and sound as they came, and not where and when they were taken."""

from __future__ import annotations

import tempfile

import pytest

from graph.errors import Invalid
from media.kinds import MP4, WEBM, MediaType, sniffed
from media.videos import strip
from tests.media.videos import GPS_PLACE, SAMPLE, TRACKED, box, element, mp4, webm

Size = tuple[int | None, int | None]


def taken(content: bytes, media_type: MediaType) -> tuple[bytes, Size]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        size = strip(file, media_type)
        file.seek(0)
        return file.read(), size


def test_mp4_loses_its_place_and_nothing_moves() -> None:
    content = mp4()
    assert sniffed(content) == MP4
    stored, size = taken(content, MP4)
    assert size == (640, 360)
    assert len(stored) == len(content)
    for secret in (GPS_PLACE, b"xmpmeta", b"SecretCam", b"\xa9xyz", b"udta", b"ilst", b"uuid"):
        assert secret in content
        assert secret not in stored
    for time in (1111, 2222, 3333, 4444, 5555, 6666):
        assert time.to_bytes(4) in content
        assert time.to_bytes(4) not in stored
    assert stored.index(SAMPLE * 3) == content.index(SAMPLE * 3)
    assert taken(stored, MP4)[0] == stored, "stripping again changes nothing"


def test_mp4_loses_a_track_of_places() -> None:
    content = mp4(with_places=True)
    stored, size = taken(content, MP4)
    assert size == (640, 360)
    assert TRACKED in content
    assert TRACKED not in stored
    assert SAMPLE * 3 in stored
    assert (content.count(b"trak"), stored.count(b"trak")) == (2, 1)


def test_a_turned_picture_has_the_size_that_is_shown() -> None:
    assert taken(mp4(turned=True), MP4)[1] == (360, 640)


def test_fragments_with_a_track_of_places_are_refused() -> None:
    assert taken(mp4(fragmented=True), MP4)[1] == (640, 360)
    with pytest.raises(Invalid, match="neither picture nor sound"):
        taken(mp4(fragmented=True, with_places=True), MP4)


@pytest.mark.parametrize("left", range(9, len(mp4()), 7))
def test_mp4_cut_anywhere_is_refused(left: int) -> None:
    with pytest.raises(Invalid, match="cut off or malformed"):
        taken(mp4()[:left], MP4)


@pytest.mark.parametrize(
    "content",
    [
        box(b"ftyp", b"isom" * 4) + box(b"mdat", SAMPLE),
        box(b"ftyp", b"isom" * 4) + box(b"moov", box(b"mvhd", bytes(100))),
        box(b"mdat", SAMPLE) + mp4(),
        mp4(more=b"<html><script>alert(1)</script>"),
        mp4(more=box(b"moov", bytes(4))),
        mp4(with_places=True).replace(b"stsz", b"stz2"),
        mp4() + b"\0\0\0\1" + b"mdat" + (2**62).to_bytes(8),
        mp4() + b"\0\0\0\4free",
    ],
    ids=["no-moov", "no-mdat", "no-ftyp-first", "html-behind", "two-moov", "no-sizes", "huge", "too-small"],
)
def test_malformed_mp4_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match="cut off or malformed"):
        taken(content, MP4)


def test_sound_alone_is_no_video() -> None:
    with pytest.raises(Invalid, match="no picture"):
        taken(mp4().replace(b"vide", b"soun"), MP4)
    without_video = webm().replace(b"\xe0\x01", b"\xe1\x01")
    with pytest.raises(Invalid, match="no picture"):
        taken(without_video, WEBM)


@pytest.mark.parametrize("live", [False, True])
def test_webm_loses_its_tags_and_nothing_moves(*, live: bool) -> None:
    content = webm(live=live)
    assert sniffed(content) == WEBM
    stored, size = taken(content, WEBM)
    assert size == (640, 360)
    assert len(stored) == len(content)
    for secret in (GPS_PLACE, b"Title at", bytes(range(8)), b"Secret"):
        assert secret in content
        assert secret not in stored
    assert b"muxer" in stored, "the format demands it"
    assert [at for at in range(len(stored)) if stored.startswith(SAMPLE, at)] == [
        at for at in range(len(content)) if content.startswith(SAMPLE, at)
    ]
    assert taken(stored, WEBM)[0] == stored, "stripping again changes nothing"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (webm()[:-5], "cut off"),
        (webm(more=b"<html>"), "cut off"),
        (webm(track_type=0x21), "neither picture nor sound"),
        (webm(track_type=0x11), "neither picture nor sound"),
        (element(0x1A45DFA3, b"\x42\x82\x84webm") + element(0x18538067, b""), "cut off"),
        (webm(more=b"\x00" * 9), "cut off"),
        (webm(more=element(0x1254C367, b"", unknown=True)), "cut off"),
    ],
    ids=["cut", "html-behind", "metadata-track", "subtitles", "empty", "zeros", "unsized-tags"],
)
def test_malformed_webm_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        taken(content, WEBM)


def test_short_elements_become_void_too() -> None:
    title = b"\x7b\xa9\x81X"  # two bytes of id, one of size, one of text
    stored, _size = taken(webm(before_tracks=element(0x1549A966, title)), WEBM)
    assert b"\xec\x82\0\0" in stored
    assert title not in stored
