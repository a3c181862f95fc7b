"""What can be told of a text by itself: its language, the people it mentions, a topic's one spelling."""

from __future__ import annotations

import re
import unicodedata

MAX_MENTIONS = 20
# Of Chinese characters among those and the words of other scripts: a Chinese text names many products in English.
_HAN_SHARE = 0.3
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[^\W\d_]+")
# Behind a letter or in an address the sign mentions nobody; the full-width one is what Chinese keyboards write.
_MENTION = re.compile("(?<![A-Za-z0-9_.@\uff20/+-])[@\uff20]([A-Za-z][A-Za-z0-9_]{1,39})(?![A-Za-z0-9_@\uff20])")
_SPACE = re.compile(r"\s+")
_LEADING = re.compile(r"^[#\s]+")
# Characters without a width, by which two topics could look the same: soft hyphen, zero-width space, joiner, mark.
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")


def language(text: str) -> str | None:
    """`zh` when enough of it is Chinese characters, each as much as a word; None for a text without either."""
    han = len(_HAN.findall(text))
    words = len(_WORD.findall(_HAN.sub(" ", text)))
    if not han + words:
        return None
    return "zh" if han >= _HAN_SHARE * (han + words) else "en"


def mentions(text: str) -> list[str]:
    """The handles that the text names as @handle, in lower case, each once, in order, at most 20."""
    found = dict.fromkeys(handle.lower() for handle in _MENTION.findall(text))
    return list(found)[:MAX_MENTIONS]


def topic_key(given: str) -> str:
    """A topic's one spelling: Unicode's compatible form, case-folded, single spaces, without a leading #."""
    folded = _compatible(_compatible(given).casefold())
    return _SPACE.sub(" ", _LEADING.sub("", _UNSEEN.sub("", folded))).strip()


def topic(given: str, *, longest: int) -> str:
    """A new topic's spelling. Raises ValueError when nothing is left, or more than `longest` characters."""
    name = topic_key(given)
    if not 1 <= len(name) <= longest:
        raise ValueError(f"a topic must have 1 to {longest} characters beside its #")
    return name


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


# Marks that turn the direction of the text around them, which can make a name read as another.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters, by their category, that show nothing.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def clean(given: str, *, lines: bool) -> str:
    """The text as it is kept: in Unicode's composed form, trimmed. Raises ValueError for what it must not hold."""
    text = unicodedata.normalize("NFC", given.replace("\r\n", "\n")).strip()
    if any(not _allowed(character, lines=lines) for character in text):
        raise ValueError("must not hold control characters" + ("" if lines else " or line ends"))
    if text and not any(_shows(character) for character in text):
        raise ValueError("must hold something that can be seen")
    return text


def _allowed(character: str, *, lines: bool) -> bool:
    if character in "\n\t":
        return lines
    return unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp") and character not in _TURNING


def _shows(character: str) -> bool:
    return unicodedata.category(character) not in ("Cf", "Cn", "Co", "Mn", "Me", "Zs") and character not in _BLANK
