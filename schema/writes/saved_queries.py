"""Mutations of saved queries."""

from __future__ import annotations

import re

import strawberry

from graph.model import NODE_BY_LABEL
from graph.rules.access import Role, members, only
from graph.saved_queries import LINK
from resolvers import saved_queries
from schema.inputs import body, id_of, idempotency_key, known, line, several, spelt
from schema.mapped import plain, ref
from schema.mutating import Payload, mutation
from schema.saved_queries import CypherLanguage, ParameterType, SavedQuery

_KIND = NODE_BY_LABEL["SavedQuery"]
_NAME, _DESCRIPTION, _TEXT = (_KIND.longest(one) for one in ("name", "description", "text"))
_SCIENTISTS = only(Role.DATA_SCIENTIST)
_OWN = only(Role.DATA_SCIENTIST, condition="its owner")
_OWNER = members("its owner")
_PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}", re.ASCII)
_MOST_PARAMETERS = 20


@strawberry.input(description="What a query asks to be told.")
class QueryParameterInput:
    name: str = spelt(
        "Its name, without $.", _PARAMETER, "a letter or _ and up to 39 more of these, or digits, of ASCII"
    )
    type: ParameterType = known("What values it takes.")
    meaning: str = line("What it is.", most=200)
    default: str | None = line(
        "Its value where none is given, as JSON, such as 20; without it, it must be given.", most=500, default=None
    )


@strawberry.input(description="A query to save.")
class SaveQueryInput:
    name: str = line("What to call it.", most=_NAME)
    description: str = body("What it tells.", most=_DESCRIPTION, least=0, default="")
    query: str = body("The query, which must pass the console's guard.", most=_TEXT)
    parameters: list[QueryParameterInput] | None = several(
        "What it asks to be told: all its parameters.", most=_MOST_PARAMETERS, default=None
    )
    language: CypherLanguage = known("The version of Cypher it is in.", default=CypherLanguage.CYPHER_5)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What of a saved query changes; what is left out stays.")
class UpdateSavedQueryInput:
    saved_query_id: strawberry.ID = id_of("SavedQuery", description="The query.")
    name: str | None = line("What to call it.", most=_NAME, default=strawberry.UNSET)
    description: str | None = body("What it tells.", most=_DESCRIPTION, least=0, default=strawberry.UNSET)
    query: str | None = body("The query.", most=_TEXT, default=strawberry.UNSET)
    parameters: list[QueryParameterInput] | None = several(
        "All its parameters; null: it has none.", most=_MOST_PARAMETERS, default=strawberry.UNSET
    )
    language: CypherLanguage | None = known("The version of Cypher it is in.", default=strawberry.UNSET)


@strawberry.input(description="A saved query.")
class SavedQueryInput:
    saved_query_id: strawberry.ID = id_of("SavedQuery", description="The query.")


@strawberry.input(description="The link of a shared query.")
class OpenSharedQueryInput:
    link: str = spelt("What its owner passed on.", LINK, "the link of a shared query (zcq_…)")


@strawberry.type(description="The saved query after the change.")
class SavedQueryPayload(Payload):
    saved_query: SavedQuery | None = ref("The query.")


@strawberry.type(description="The saved query that is gone.")
class DeleteSavedQueryPayload(Payload):
    deleted_saved_query_id: strawberry.ID | None = plain("Its id.")


@strawberry.type(description="The query that is no more in the viewer's list.")
class LeaveSharedQueryPayload(Payload):
    left_saved_query_id: strawberry.ID | None = plain("Its id.")


@strawberry.type
class SavedQueryMutations:
    """Mutations of saved queries."""

    save_query: SavedQueryPayload | None = mutation(
        saved_queries.save_query,
        SaveQueryInput,
        "Saves a query for the console; it is checked as if it were asked, and a person has at most 200.",
        access=_SCIENTISTS,
    )
    update_saved_query: SavedQueryPayload | None = mutation(
        saved_queries.update_saved_query, UpdateSavedQueryInput, "Changes a saved query.", access=_OWN
    )
    delete_saved_query: DeleteSavedQueryPayload | None = mutation(
        saved_queries.delete_saved_query,
        SavedQueryInput,
        "Deletes a saved query, for those too who opened it.",
        access=_OWNER,
    )
    share_saved_query: SavedQueryPayload | None = mutation(
        saved_queries.share_saved_query,
        SavedQueryInput,
        "Gives a saved query a link that cannot be guessed, by which other data scientists open it.",
        access=_OWN,
    )
    unshare_saved_query: SavedQueryPayload | None = mutation(
        saved_queries.unshare_saved_query,
        SavedQueryInput,
        "Ends a saved query's link; those who opened it lose it.",
        access=_OWNER,
    )
    open_shared_query: SavedQueryPayload | None = mutation(
        saved_queries.open_shared_query,
        OpenSharedQueryInput,
        "Puts the query that a link leads to into the viewer's list.",
        access=_SCIENTISTS,
    )
    leave_shared_query: LeaveSharedQueryPayload | None = mutation(
        saved_queries.leave_shared_query,
        SavedQueryInput,
        "Takes somebody else's query out of the viewer's list.",
        access=members("who opened it"),
    )
