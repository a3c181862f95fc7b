"""Mutations of profiles, and of whom and what people follow, block or mute."""

from __future__ import annotations

import strawberry

from graph.model import NODE_BY_LABEL
from graph.rules.access import MEMBERS
from resolvers import people
from schema.brands import Brand
from schema.inputs import body, id_of, ids_of, known, line, lines
from schema.mapped import plain, ref
from schema.mutating import Payload, mutation
from schema.people import Language
from schema.topics import Topic
from schema.writes.accounts import UserPayload, ViewerPayload

_USER = NODE_BY_LABEL["User"]
_UNSET = strawberry.UNSET


@strawberry.input(description="What of the viewer's profile changes; what is left out stays.")
class UpdateProfileInput:
    display_name: str | None = line("The name shown.", most=_USER.longest("displayName"), default=_UNSET)
    handle: str | None = line("Unique name: 3 to 30 letters a-z, digits or _.", most=31, default=_UNSET)
    bio: str | None = body("What they say of themselves; null empties it.", most=_USER.longest("bio"), default=_UNSET)
    region: str | None = line("Where they live; null empties it.", most=_USER.longest("region"), default=_UNSET)
    language: Language | None = known("The language they mostly write in.", default=_UNSET)
    private: bool | None = known(
        "Whether only accepted followers read their notes; true also closes the notes that are out.", default=_UNSET
    )
    traits: list[str] | None = lines(
        "How they describe themselves, in a word or two each, such as 敏感肌.", most=10, each=20, default=_UNSET
    )


@strawberry.input(description="What the viewer cares for.")
class SetInterestsInput:
    category_ids: list[strawberry.ID] = ids_of("Category", most=20, description="All categories they care for.")


@strawberry.input(description="A person.")
class PersonInput:
    user_id: strawberry.ID = id_of("User", description="The person.")


@strawberry.input(description="A brand.")
class BrandInput:
    brand_id: strawberry.ID = id_of("Brand", description="The brand.")


@strawberry.input(description="A topic.")
class TopicInput:
    topic_id: strawberry.ID = id_of("Topic", description="The topic.")


@strawberry.type(description="The person whom the viewer sees no more.")
class BlockUserPayload(Payload):
    blocked_user_id: strawberry.ID | None = plain("Their id.")


@strawberry.type(description="The brand after the change.")
class BrandPayload(Payload):
    brand: Brand | None = ref("The brand.")


@strawberry.type(description="The topic after the change.")
class TopicPayload(Payload):
    topic: Topic | None = ref("The topic.")


@strawberry.type
class PeopleMutations:
    """Mutations of people."""

    update_profile: UserPayload | None = mutation(
        people.update_profile, UpdateProfileInput, "Changes the viewer's profile.", access=MEMBERS
    )
    set_interests: ViewerPayload | None = mutation(
        people.set_interests, SetInterestsInput, "Sets which categories the viewer cares for.", access=MEMBERS
    )
    follow_user: UserPayload | None = mutation(
        people.follow_user, PersonInput, "Follows a person, or asks to where their account is private.", access=MEMBERS
    )
    unfollow_user: UserPayload | None = mutation(
        people.unfollow_user, PersonInput, "Follows a person no more, or takes back the question to.", access=MEMBERS
    )
    accept_follower: UserPayload | None = mutation(
        people.accept_follower, PersonInput, "Lets somebody who asked follow the viewer.", access=MEMBERS
    )
    remove_follower: UserPayload | None = mutation(
        people.remove_follower, PersonInput, "Takes a follower away, or declines their question.", access=MEMBERS
    )
    block_user: BlockUserPayload | None = mutation(
        people.block_user, PersonInput, "Hides the viewer and a person from each other.", access=MEMBERS
    )
    unblock_user: UserPayload | None = mutation(
        people.unblock_user, PersonInput, "Lets the two see each other again.", access=MEMBERS
    )
    mute_user: UserPayload | None = mutation(
        people.mute_user, PersonInput, "Keeps a person's notes out of the viewer's feed.", access=MEMBERS
    )
    unmute_user: UserPayload | None = mutation(
        people.unmute_user, PersonInput, "Lets their notes into the feed again.", access=MEMBERS
    )
    follow_brand: BrandPayload | None = mutation(people.follow_brand, BrandInput, "Follows a brand.", access=MEMBERS)
    unfollow_brand: BrandPayload | None = mutation(
        people.unfollow_brand, BrandInput, "Follows a brand no more.", access=MEMBERS
    )
    follow_topic: TopicPayload | None = mutation(people.follow_topic, TopicInput, "Follows a topic.", access=MEMBERS)
    unfollow_topic: TopicPayload | None = mutation(
        people.unfollow_topic, TopicInput, "Follows a topic no more.", access=MEMBERS
    )
