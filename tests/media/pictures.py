"""Small pictures made for the tests."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageCms
from PIL.ExifTags import GPS, IFD, Base

PLACE = "31.2304N"
CAMERA = "SecretCam 3000"


def encoded(image: Image.Image, kind: str, **saving: Any) -> bytes:
    written = io.BytesIO()
    image.save(written, format=kind, **saving)
    return written.getvalue()


def quadrants(width: int = 40, height: int = 20, mode: str = "RGB") -> Image.Image:
    """Red and green above blue and white, so that every turn shows."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width // 2, height // 2))
    image.paste("lime", (width // 2, 0, width, height // 2))
    image.paste("blue", (0, height // 2, width // 2, height))
    return image.convert(mode)


def telling_exif(orientation: int = 1) -> Image.Exif:
    """EXIF with a place, a camera and a time."""
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    exif[Base.Model] = CAMERA
    exif[Base.DateTime] = "2026:05:04 03:02:01"
    exif[Base.ImageDescription] = PLACE
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitudeRef] = "N"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (31.0, 13.0, 49.0)
    return exif


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def animated(kind: str, colours: tuple[str, ...] = ("red", "lime", "blue"), **saving: Any) -> bytes:
    frames = [Image.new("RGB", (16, 12), colour) for colour in colours]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], **saving)


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image
