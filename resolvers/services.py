"""Makes the services that resolvers act with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from embeddings.serving import Encoders
from graph.database import Database
from graph.feed import FeedLaw
from graph.jobs.tidy import Kept
from graph.recommending import SURFACES
from graph.rules import lexicon
from graph.rules.audience import AudienceLaw
from graph.rules.feed_score import feed_weights
from graph.rules.fusion import Weights
from graph.rules.heat import HeatLaw
from graph.rules.influence import InfluenceLaw
from graph.rules.sealing import Sealer
from graph.rules.tokens import Tokens
from graph.secret import derive, load_secret
from learning.models import FOLDER, Models
from learning.serving import Serving
from payments.gateway import Gateway, SandboxGateway
from resolvers.act import Services
from resolvers.passwords import Passwords
from resolvers.rates import Rates
from resolvers.recommending import Recommending, UnknownWeights, recommending
from resolvers.search import Searching
from settings import Settings, SettingsError


def make_tokens(settings: Settings) -> Tokens:
    """Signs and reads the tokens that these settings ask for. Raises SettingsError."""
    return Tokens(
        secret_of(settings),
        access=timedelta(minutes=settings.access_token_minutes),
        refresh=timedelta(days=settings.refresh_token_days),
        reset=timedelta(minutes=settings.reset_token_minutes),
    )


def make_services(database: Database, settings: Settings, rates: Rates | None = None) -> Services:
    """The services over a database; without `rates`, they count by themselves. Raises SettingsError."""
    return Services(
        database,
        make_tokens(settings),
        Sealer(secret_of(settings)),
        Passwords(),
        rates or Rates(settings),
        make_gateway(settings),
        Encoders(database, settings),
        make_searching(settings),
        refresh_grace=timedelta(seconds=settings.refresh_grace_s),
        order_expiry=timedelta(minutes=settings.order_expiry_minutes),
        kept=make_kept(settings),
        recommending=make_recommending(settings),
        learned=make_learned(settings),
        heat=make_heat_law(settings),
        influence=make_influence_law(settings),
        audience=make_audience_law(settings),
        feed=_feed_law(settings),
    )


def _feed_law(settings: Settings) -> FeedLaw:
    try:
        weights = feed_weights(settings.feed_weights)
    except ValueError as error:
        raise SettingsError(f"ZHONGCAO_FEED_WEIGHTS: {error}") from None
    return FeedLaw(weights, make_heat_law(settings).note_half_life)


def make_heat_law(settings: Settings) -> HeatLaw:
    """What decides about heat, as these settings have it."""
    return HeatLaw(
        note_half_life=timedelta(hours=settings.heat_note_half_life_h),
        product_half_life=timedelta(hours=settings.heat_product_half_life_h),
        topic_half_life=timedelta(hours=settings.heat_topic_half_life_h),
    )


def make_influence_law(settings: Settings) -> InfluenceLaw:
    """What decides about influence, as these settings have it. Raises SettingsError."""
    window = timedelta(days=settings.influence_window_days)
    try:
        return InfluenceLaw(
            window, settings.influence_micro_from, settings.influence_mid_from, settings.influence_macro_from
        )
    except ValueError as error:
        raise SettingsError(f"ZHONGCAO_INFLUENCE_MICRO_FROM, _MID_FROM and _MACRO_FROM: {error}") from None


def make_audience_law(settings: Settings) -> AudienceLaw:
    """What decides about audiences, as these settings have it. Raises SettingsError."""
    try:
        return AudienceLaw(settings.audience_exact, settings.audience_sample)
    except ValueError as error:
        raise SettingsError(f"ZHONGCAO_AUDIENCE_SAMPLE: {error}") from None


def make_gateway(settings: Settings) -> Gateway:
    """Who takes the money for orders, as these settings have it."""
    gateways = {"sandbox": SandboxGateway}
    return gateways[settings.payment_gateway]()


def make_kept(settings: Settings) -> Kept:
    """How long these settings keep things."""
    return Kept(
        behaviour=timedelta(days=settings.behaviour_kept_days),
        recommendations=timedelta(days=settings.recommendation_days),
    )


def make_recommending(settings: Settings) -> Recommending:
    """How these settings have things recommended. Raises SettingsError."""
    try:
        return recommending(settings.recommendation_weights, settings.recommendation_experiment)
    except UnknownWeights as error:
        raise SettingsError(f"ZHONGCAO_RECOMMENDATION_WEIGHTS or _EXPERIMENT: {error}") from None


def make_searching(settings: Settings) -> Searching:
    """What searches share, as these settings have it. Raises SettingsError."""
    try:
        words = lexicon.load(*((settings.search_lexicon,) if settings.search_lexicon else ()))
    except (ValueError, OSError) as error:
        raise SettingsError(f"ZHONGCAO_SEARCH_LEXICON: {error}") from None
    weights = Weights(
        k=settings.search_fusion_k,
        text=settings.search_text_weight,
        vector=settings.search_vector_weight,
        popularity=settings.search_popularity_boost,
        freshness=settings.search_freshness_boost,
        followed=settings.search_followed_boost,
        near=settings.search_near_boost,
    )
    return Searching(words, weights, derive(secret_of(settings), "search-log"))


def make_learned(settings: Settings) -> Mapping[str, Serving]:
    """What serves the learned order of each surface, where these settings want it."""
    if not settings.learned_order:
        return {}
    return {name: Serving(Models(settings.data_dir / FOLDER, name)) for name in SURFACES}


def secret_of(settings: Settings) -> bytes:
    """What tokens, sealed values and fingerprints rest on. Raises SettingsError."""
    try:
        return load_secret(settings.secret_key.get_secret_value(), settings.data_dir)
    except (ValueError, OSError) as error:
        raise SettingsError(f"ZHONGCAO_SECRET_KEY: {error}") from None
