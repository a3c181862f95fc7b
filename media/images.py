"""Pictures, read and written anew: what is stored shows what was uploaded and carries nothing else.

The written file holds pixels only. Orientation is applied, colours are brought to sRGB, and EXIF (places, times,
cameras), XMP, IPTC, colour profiles, comments, text chunks, embedded previews and whatever stood behind the picture
are gone, because none of it is copied.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from PIL import Image, ImageCms, ImageFile, ImageOps, ImageSequence

from graph.errors import Invalid, LimitExceeded
from media.kinds import GIF, JPEG, PNG, WEBP, MediaType

THUMBNAIL_PIXELS = 480
_MAX_SIDE = 16_383  # what WebP can hold, and no picture needs more
_MAX_FRAMES = 1_000
_SRGB = ImageCms.createProfile("sRGB")
_SAVING: dict[MediaType, dict[str, Any]] = {
    JPEG: {"format": "JPEG", "quality": 90, "progressive": True, "optimize": True},
    PNG: {"format": "PNG"},
    WEBP: {"format": "WEBP", "quality": 90},
    GIF: {"format": "GIF"},
}
# A phone's JPEG often holds further pictures (MPO); the first is the picture.
_OPENING = {JPEG: ("JPEG", "MPO"), PNG: ("PNG",), WEBP: ("WEBP",), GIF: ("GIF",)}
_ANIMATED = (GIF, WEBP)
# Everything that Pillow's readers raise for files that are not what they seem.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    MemoryError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is stored, with its size in pixels and its WebP thumbnail."""

    content: bytes
    width: int
    height: int
    thumbnail: bytes


@dataclass(frozen=True, slots=True)
class _Frame:
    pixels: Image.Image
    duration_ms: int


def prepared(file: IO[bytes], media_type: MediaType, *, max_pixels: int) -> Picture:
    """The picture of a seekable file, written anew. Takes a while: for a thread.

    Raises Invalid for a file that cannot be read to its end, LimitExceeded for too many pixels or frames.
    """
    try:
        _verify(file, media_type, max_pixels)
        file.seek(0)
        with Image.open(file, formats=_OPENING[media_type]) as image:
            if media_type in _ANIMATED and getattr(image, "n_frames", 1) > 1:
                return _animation(image, media_type, max_pixels)
            return _still(image, media_type)
    except Image.DecompressionBombError:
        raise _too_many(max_pixels) from None
    except _BROKEN as error:
        raise Invalid(f"the picture cannot be read: {type(error).__name__}", field=("file",)) from None


def _verify(file: IO[bytes], media_type: MediaType, max_pixels: int) -> None:
    """Looks at sizes and checksums before anything is decoded."""
    file.seek(0)
    with Image.open(file, formats=_OPENING[media_type]) as image:
        width, height = image.size
        if width * height > max_pixels:
            raise _too_many(max_pixels)
        if max(width, height) > _MAX_SIDE:
            raise LimitExceeded(f"a picture may be {_MAX_SIDE:,} pixels wide and high", field=("file",))
        image.verify()


def _too_many(max_pixels: int) -> LimitExceeded:
    return LimitExceeded(f"a picture may have {max_pixels:,} pixels, all frames together", field=("file",))


def _still(image: Image.Image, media_type: MediaType) -> Picture:
    image.load()
    _turn_upright(image)
    pixels = _bare(_in_srgb(image), media_type)
    written = io.BytesIO()
    pixels.save(written, **_SAVING[media_type])
    return Picture(written.getvalue(), *pixels.size, _thumbnail(pixels))


def _turn_upright(image: Image.Image) -> None:
    # EXIF that cannot be read names no orientation.
    with suppress(*_BROKEN):
        ImageOps.exif_transpose(image, in_place=True)


def _in_srgb(image: Image.Image) -> Image.Image:
    """The picture in RGB, RGBA, L or P, its colours those of sRGB when it brings a profile that can be used."""
    profile = image.info.get("icc_profile")
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        # Pillow would cut 16 bits off at 255 rather than scale them.
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode in ("PA", "LA", "La", "RGBa"):
        image = image.convert("RGBA")
    elif image.mode == "1":
        image = image.convert("L")
    if profile and image.mode in ("RGB", "RGBA", "L", "CMYK", "P"):
        image = _converted(image, profile)
    return image if image.mode in ("RGB", "RGBA", "L", "P") else image.convert("RGB")


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    if image.mode == "P":
        image = image.convert("RGBA")
    target = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode=target)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a profile that is broken, or of other colours than the picture, says nothing of them
    assert converted is not None, "only inPlace gives None"
    return converted


def _bare(image: Image.Image, media_type: MediaType) -> Image.Image:
    """The pixels as the type can hold them, without what Pillow would copy from the source of its own accord."""
    if media_type is JPEG and image.mode != "L":
        image = image.convert("RGB")
    elif media_type is WEBP:
        image = _with_colours(image)
    transparency = image.info.get("transparency")
    # What was converted is a picture of its own already; large ones need not be in memory once more.
    bare = image.copy() if isinstance(image, ImageFile.ImageFile) else image
    bare.info = {} if transparency is None or image.mode == "RGBA" else {"transparency": transparency}
    return bare


def _with_colours(image: Image.Image) -> Image.Image:
    """The picture in RGB, or in RGBA when something of it is transparent; itself when it is so already."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _thumbnail(image: Image.Image) -> bytes:
    coloured = _with_colours(image)
    scale = min(1.0, THUMBNAIL_PIXELS / max(coloured.size))
    size = max(1, round(coloured.width * scale)), max(1, round(coloured.height * scale))
    small = coloured.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    small.info = {}
    written = io.BytesIO()
    small.save(written, format="WEBP", quality=80)
    return written.getvalue()


def _animation(image: Image.Image, media_type: MediaType, max_pixels: int) -> Picture:
    """The animation with its frames, times and number of rounds, and a thumbnail of its first frame."""
    frames = list(_frames(image, max_pixels))
    first = frames[0].pixels
    if any(one.pixels.size != first.size for one in frames):
        raise Invalid("the frames of the animation differ in size", field=("file",))
    saving = {
        **_SAVING[media_type],
        "save_all": True,
        "append_images": [one.pixels for one in frames[1:]],
        "duration": [one.duration_ms for one in frames],
    }
    if media_type is GIF:
        saving["disposal"] = 2  # each frame is whole: what was there before must not shine through
    rounds = image.info.get("loop")
    if rounds is not None:  # a GIF without says: once
        saving["loop"] = rounds
    written = io.BytesIO()
    first.save(written, **saving)
    return Picture(written.getvalue(), *first.size, _thumbnail(first))


def _frames(image: Image.Image, max_pixels: int) -> Iterator[_Frame]:
    pixels = 0
    for place, frame in enumerate(ImageSequence.Iterator(image)):
        pixels += frame.width * frame.height
        if pixels > max_pixels:
            raise _too_many(max_pixels)
        if place >= _MAX_FRAMES:
            raise LimitExceeded(f"an animation may have {_MAX_FRAMES:,} frames", field=("file",))
        frame.load()
        duration_ms = int(frame.info.get("duration", 0))
        whole = _with_colours(frame)
        whole = whole.copy() if whole is frame else whole
        whole.info = {}
        yield _Frame(whole, max(0, min(duration_ms, 60_000)))
