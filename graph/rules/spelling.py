"""One spelling for what people write in many: widths, cases, simplified and traditional characters."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from opencc import OpenCC

_SPACE = re.compile(r"\s+")


@cache
def _converter(name: str) -> OpenCC:
    return OpenCC(name)


def simplified(text: str) -> str:
    """The text in simplified Chinese characters."""
    return str(_converter("t2s").convert(text))


def traditional(text: str) -> str:
    """The text in traditional Chinese characters."""
    return str(_converter("s2t").convert(text))


def normal(text: str) -> str:
    """The one spelling of a text: compatible forms, lower case, simplified characters, single spaces, all visible."""
    seen = "".join(" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text)
    plain = "".join(one for one in seen if unicodedata.category(one) not in ("Cf", "Cs", "Cn", "Co"))
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).lower())
    return _SPACE.sub(" ", simplified(folded)).strip()
