"""What is stored of a picture: what it shows, and nothing that was hidden in it."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, PngImagePlugin
from PIL.ExifTags import Base

from graph.errors import Invalid, LimitExceeded
from media.images import Picture, prepared
from media.kinds import GIF, JPEG, PNG, WEBP, MediaType, Unsupported, sniffed
from tests.media.pictures import CAMERA, PLACE, animated, encoded, opened, quadrants, srgb_profile, telling_exif

SECRETS = (
    PLACE.encode(),
    CAMERA.encode(),
    b"2026:05:04",
    b"GPSLat",
    b"Exif\0\0",
    b"xmpmeta",
    b"ICC_PROFILE",
    b"secret",
)


def taken(content: bytes, media_type: MediaType, max_pixels: int = 1_000_000) -> Picture:
    return prepared(io.BytesIO(content), media_type, max_pixels=max_pixels)


def _png_with_texts() -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", "secret " + PLACE)
    texts.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>secret</x:xmpmeta>")
    return encoded(quadrants(), "PNG", exif=telling_exif(), pnginfo=texts, icc_profile=srgb_profile())


TELLING = {
    "jpeg": (
        JPEG,
        encoded(
            quadrants(),
            "JPEG",
            exif=telling_exif(),
            icc_profile=srgb_profile(),
            comment=b"secret comment",
            xmp=b"<x:xmpmeta>secret</x:xmpmeta>",
        )
        + b"secret trailer <script>alert(1)</script>",
    ),
    "png": (PNG, _png_with_texts() + b"secret trailer"),
    "webp": (
        WEBP,
        encoded(
            quadrants(), "WEBP", exif=telling_exif(), xmp=b"<x:xmpmeta>secret</x:xmpmeta>", icc_profile=srgb_profile()
        ),
    ),
    "gif": (GIF, encoded(quadrants(), "GIF", comment=b"secret comment") + b"secret trailer"),
}


@pytest.mark.parametrize("name", TELLING)
def test_nothing_hidden_is_kept(name: str) -> None:
    media_type, content = TELLING[name]
    assert any(secret in content for secret in SECRETS)
    picture = taken(content, media_type)
    for stored in (picture.content, picture.thumbnail):
        assert [secret for secret in SECRETS if secret in stored] == []
        image = opened(stored)
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {
            "jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression", "dpi",
            "version", "background", "loop", "duration", "timestamp", "transparency", "extension",
        }  # fmt: skip
    assert (picture.width, picture.height) == (40, 20)
    assert sniffed(picture.content) == media_type
    assert sniffed(picture.thumbnail) == WEBP


def _corners(content: bytes) -> list[str]:
    image = opened(content).convert("RGB")
    names = {(1, 0, 0): "red", (0, 1, 0): "lime", (0, 0, 1): "blue", (1, 1, 1): "white"}
    found = []
    for x, y in ((3, 3), (image.width - 4, 3), (3, image.height - 4), (image.width - 4, image.height - 4)):
        pixel = image.getpixel((x, y))
        assert isinstance(pixel, tuple)
        found.append(names[pixel[0] // 128, pixel[1] // 128, pixel[2] // 128])
    return found


@pytest.mark.parametrize(
    ("orientation", "size", "corners"),
    [
        (1, (40, 20), ["red", "lime", "blue", "white"]),
        (2, (40, 20), ["lime", "red", "white", "blue"]),
        (3, (40, 20), ["white", "blue", "lime", "red"]),
        (6, (20, 40), ["blue", "red", "white", "lime"]),
        (8, (20, 40), ["lime", "white", "red", "blue"]),
    ],
)
@pytest.mark.parametrize("media_type", [JPEG, PNG, WEBP], ids=lambda one: one.extension)
def test_pictures_stand_upright(
    media_type: MediaType, orientation: int, size: tuple[int, int], corners: list[str]
) -> None:
    kind = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}[media_type]
    picture = taken(encoded(quadrants(), kind, exif=telling_exif(orientation)), media_type)
    assert (picture.width, picture.height) == size
    assert _corners(picture.content) == _corners(picture.thumbnail) == corners


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_broken_exif_refuses_no_picture() -> None:
    picture = taken(encoded(quadrants(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\xff\xffgarbage"), JPEG)
    assert _corners(picture.content) == ["red", "lime", "blue", "white"]


def test_thumbnail_is_small_and_keeps_the_shape() -> None:
    picture = taken(encoded(quadrants(1_200, 300), "PNG"), PNG)
    assert opened(picture.thumbnail).size == (480, 120)
    assert opened(picture.content).size == (1_200, 300)
    assert opened(taken(encoded(quadrants(), "PNG"), PNG).thumbnail).size == (40, 20)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_is_taken(mode: str) -> None:
    if mode == "I;16":
        image = Image.new("I;16", (8, 8), 256 * 100)
    else:
        image = quadrants(8, 8).convert("RGBA" if mode in ("LA", "RGBA") else "RGB").convert(mode)
    stored = opened(taken(encoded(image, "PNG"), PNG).content)
    assert stored.size == (8, 8)
    if mode == "I;16":
        assert stored.getpixel((0, 0)) == 100


def test_transparency_is_kept() -> None:
    clear = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    for media_type, kind in ((PNG, "PNG"), (WEBP, "WEBP"), (GIF, "GIF")):
        picture = taken(encoded(clear, kind), media_type)
        pixel = opened(picture.content).convert("RGBA").getpixel((2, 2))
        assert isinstance(pixel, tuple)
        assert pixel[3] == 0, kind


def test_cmyk_becomes_rgb() -> None:
    stored = opened(taken(encoded(quadrants(mode="CMYK"), "JPEG"), JPEG).content)
    assert stored.mode == "RGB"


def test_colours_of_a_profile_become_srgb() -> None:
    """A profile whose red and green are exchanged says how the numbers are meant; the numbers change, it goes."""
    profile = bytearray(srgb_profile())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 1], profile[green : green + 1] = b"g", b"r"
    picture = taken(encoded(quadrants(), "PNG", icc_profile=bytes(profile)), PNG)
    assert "icc_profile" not in opened(picture.content).info
    assert _corners(picture.content) == ["lime", "red", "blue", "white"]


def test_a_broken_profile_is_passed_over() -> None:
    picture = taken(encoded(quadrants(), "PNG", icc_profile=b"no profile at all"), PNG)
    assert _corners(picture.content) == ["red", "lime", "blue", "white"]


def _shown(content: bytes) -> list[tuple[int, ...]]:
    image = Image.open(io.BytesIO(content))
    colours = []
    for place in range(image.n_frames):  # type: ignore[attr-defined]  # of animated formats
        image.seek(place)
        pixel = image.convert("RGB").getpixel((5, 5))
        assert isinstance(pixel, tuple)
        colours.append(tuple(round(value / 255) for value in pixel))
    return colours


@pytest.mark.parametrize(("media_type", "kind"), [(GIF, "GIF"), (WEBP, "WEBP")])
def test_animations_stay_animated(media_type: MediaType, kind: str) -> None:
    more: dict[str, Any] = {"exif": telling_exif()} if kind == "WEBP" else {"comment": b"secret"}
    picture = taken(animated(kind, duration=[100, 200, 300], loop=3, **more), media_type)
    assert _shown(picture.content) == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    assert not any(secret in picture.content for secret in SECRETS)
    image = Image.open(io.BytesIO(picture.content))
    durations = []
    for place in range(3):
        image.seek(place)
        image.load()
        durations.append(image.info["duration"])
    assert durations == [100, 200, 300]
    assert image.info["loop"] == 3
    assert _corners(picture.thumbnail) == ["red"] * 4


def test_of_an_animated_png_the_first_picture_stays() -> None:
    picture = taken(animated("PNG"), PNG)
    assert getattr(opened(picture.content), "n_frames", 1) == 1
    assert _corners(picture.content) == ["red"] * 4


def test_frames_count_together() -> None:
    content = animated("GIF")
    assert taken(content, GIF, max_pixels=3 * 16 * 12).width == 16
    with pytest.raises(LimitExceeded, match="575 pixels"):
        taken(content, GIF, max_pixels=3 * 16 * 12 - 1)


def _png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(1_001, 1_000), (60_000, 60_000), (17_000, 10)])
def test_bombs_are_refused_before_they_are_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(LimitExceeded):
        taken(_png_that_claims(*size), PNG)


@pytest.mark.parametrize("name", TELLING)
def test_truncated_files_are_refused(name: str) -> None:
    media_type, _content = TELLING[name]
    kind = {"jpeg": "JPEG"}.get(name, name.upper())
    noise = Image.effect_noise((200, 200), 90).convert("RGB")
    whole = encoded(noise, kind)
    with pytest.raises(Invalid, match="cannot be read"):
        taken(whole[: len(whole) // 2], media_type)


@pytest.mark.parametrize("media_type", [JPEG, PNG, WEBP, GIF], ids=lambda one: one.extension)
def test_a_beginning_is_not_enough(media_type: MediaType) -> None:
    begin = {JPEG: b"\xff\xd8\xff\xe0", PNG: b"\x89PNG\r\n\x1a\n", WEBP: b"RIFF\x10\0\0\0WEBP", GIF: b"GIF89a"}[
        media_type
    ]
    with pytest.raises(Invalid):
        taken(begin + b"<script>alert(document.domain)</script>" * 10, media_type)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"%PDF-1.7",
        b"MZ\x90\0",
        b"BM" + bytes(60),
        b"II*\0" + bytes(60),
        b"\0\0\0\x1cftypavif" + bytes(20),
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"\0\0\0\x14ftypqt  \0\0\0\0qt  ",
        b"\x1a\x45\xdf\xa3\x42\x82\x88matroska",
        b"RIFF\x10\0\0\0WAVEfmt ",
        bytes(1_000),
    ],
    ids=["empty", "html", "svg", "xml-svg", "pdf", "exe", "bmp", "tiff", "avif", "heic", "mov", "mkv", "wav", "zeros"],
)
def test_other_types_are_refused(content: bytes) -> None:
    with pytest.raises(Unsupported):
        sniffed(content)


def test_the_first_picture_of_several_in_a_jpeg_is_taken() -> None:
    frames = [quadrants(), quadrants(mode="L").convert("RGB")]
    exif = Image.Exif()
    exif[Base.Model] = CAMERA
    content = encoded(frames[0], "MPO", save_all=True, append_images=frames[1:], exif=exif)
    assert sniffed(content) == JPEG
    picture = taken(content, JPEG)
    assert opened(picture.content).format == "JPEG"
    assert CAMERA.encode() not in picture.content


def test_writing_anew_settles() -> None:
    """The same upload gives the same bytes, so that the store keeps them once."""
    for media_type, content in TELLING.values():
        assert taken(content, media_type) == taken(content, media_type)
