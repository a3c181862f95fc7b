"""What is asked: one document per question and side, and variables drawn from the graph by a seeded law.

The same question has the same stem on both sides: `ours/profile.graphql`, and `peer/profile-VARIANT.graphql` for each
way in which the peer's users would ask it.
"""

from bench.questions.documents import OWN, PEER_VARIANTS, QUESTIONS, bodies, document
from bench.questions.draw import Variables, drawn

__all__ = ["OWN", "PEER_VARIANTS", "QUESTIONS", "Variables", "bodies", "document", "drawn"]
