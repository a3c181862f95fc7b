"""What people answer: comments by intent, and the frames of reviews by stars."""

from __future__ import annotations

from datasets.demo import talk
from datasets.demo.words.sections import Sides, sides


def _of(name: str) -> Sides:
    return sides("replies", name)


COMMENTS = {
    talk.AGREE: _of("agree"),
    talk.DISAGREE: _of("disagree"),
    talk.PRAISE: _of("praise"),
    talk.CHIME: _of("chime"),
    talk.CALL: _of("call"),
    talk.DOUBT: _of("doubt"),
    talk.ADVISE: _of("advise"),
    talk.THANKS: _of("thanks"),
}
CHIPS = _of("chips")
NOT_AN_ADVERT = _of("not_an_advert")
REVIEWS = tuple(_of(f"stars_{stars}") for stars in range(1, 6))
PAID_REVIEW = _of("paid_review")
