"""A Chromium for tests, wherever this machine has one."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

VARIABLE = "CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def _found() -> str | None:
    """The path of a browser: that of the variable CHROMIUM, of the usual names, or of macOS; None: there is none."""
    named = [os.environ.get(VARIABLE, ""), *(shutil.which(name) or "" for name in _NAMES), *_APPLICATIONS]
    return next((one for one in named if one and Path(one).exists()), None)


PATH = _found()
needs_browser = pytest.mark.skipif(
    PATH is None, reason=f"no Chromium here: install one (Debian: apt-get install chromium), or name it in {VARIABLE}"
)


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """A running browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=PATH, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            await browser.close()


def content(path: Path) -> bytes:
    """What a download brought."""
    return path.read_bytes()
