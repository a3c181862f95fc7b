"""Traversals of several steps that a connection starts from, as fragments for the compiler."""

from __future__ import annotations

from graph.statements import beside

STATEMENTS = beside(__file__)

HOME_FEED = STATEMENTS["home_feed"].text
HOME_FEED_BACKWARD = STATEMENTS["home_feed_backward"].text
BRAND_NOTES = STATEMENTS["brand_notes"].text
BRAND_NOTES_BACKWARD = STATEMENTS["brand_notes_backward"].text
