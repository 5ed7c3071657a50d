"""Sources, ratings and a small content model: sound ones, with what a test of credibility is about changed."""

from __future__ import annotations

import functools
from typing import Any

from tests.builders import data_file
from transforms.credibility.ratings import RatingFormat, parse_rating_formats
from transforms.credibility.signals import Tones, parse_tones
from transforms.credibility.sources import SourceNames, parse_source_names
from transforms.records import Rating, SourceFacts
from transforms.score import ContentModel, SignalScale

SOURCE = "harbourpost.example"
RATES = {
    "loaded_words": 0.9,
    "camp_labels": 0.5,
    "intensifiers": 1.5,
    "loaded_speech_verbs": 0.7,
    "qualifiers": 1.6,
    "named_speakers": 2.0,
    "comment_sought": 0.2,
    "numbers": 3.5,
    "exclamations": 0.1,
    "heated_headlines": 0.1,
}


def make_facts(**changes: Any) -> SourceFacts:
    """A source with forty own articles and usual rates."""
    values = {
        "source": SOURCE,
        "own_articles": 40,
        "copied_articles": 3,
        "known_articles": 40,
        "other_topics": 0,
        **RATES,
    }
    return SourceFacts(**(values | changes))


def make_rating(**changes: Any) -> Rating:
    """A middling judgement by a family of its own."""
    values: dict[str, Any] = {
        "rating_set": "desk",
        "family": "desk",
        "covers": (),
        "source": SOURCE,
        "rated_name": SOURCE,
        "raw_label": "0.7",
        "quality_mean": 0.7,
        "quality_spread": 0.1,
        "unscored_reason": None,
        "rated_on": None,
        "licence": None,
        "link": None,
    }
    return Rating(**(values | changes))


def make_model(**changes: Any) -> ContentModel:
    """A model of two signals, one in each direction."""
    values: dict[str, Any] = {
        "version": "test",
        "languages": ("en",),
        "signals": (
            SignalScale("loaded_words", -1, 0.9, 0.5),
            SignalScale("comment_sought", 1, 0.2, 0.1),
        ),
        "slope": 1.0,
        "prior_mean": 0.9,
        "prior_deviation": 1.05,
        "residual_deviation": 0.85,
        "shrinkage_articles": 20.0,
        "lower_reach": 2.0,
        "upper_reach": 1.6,
        "rated_lower_reach": 1.6,
        "rated_upper_reach": 1.9,
    }
    return ContentModel(**(values | changes))


@functools.cache
def source_names() -> SourceNames:
    """The platforms and aliases of this repository; parsed once."""
    return parse_source_names(data_file("source_names.toml").read_text("utf-8"))


@functools.cache
def rating_formats() -> dict[str, RatingFormat]:
    """The rating formats of this repository; parsed once."""
    return parse_rating_formats(data_file("rating_formats.toml").read_text("utf-8"), source_names())


@functools.cache
def tones() -> Tones:
    """The word lists of this repository; parsed once."""
    return parse_tones(data_file("tone_words.toml").read_text("utf-8"))
