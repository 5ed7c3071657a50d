"""The score's promises: monotone, narrower with evidence, a family once, any order, and no number without grounds."""

import dataclasses
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import data_file
from tests.credibility import RATES, make_facts, make_model, make_rating
from transforms.records import Rating, SourceScore
from transforms.score import (
    FURTHER_FAMILIES,
    LOGITS_AT_MIDDLE,
    MIN_ARTICLES,
    ModelError,
    low_quality_chance,
    parse_model,
    rated_estimate,
    score_source,
    to_logit,
    to_quality,
)

MODEL_TEXT = data_file("credibility_model.json").read_text("utf-8")
qualities = st.floats(0, 1)
spreads = st.floats(0.02, 0.4)
families = st.sampled_from(["desk", "panel", "wiki", "index"])
ratings = st.builds(
    lambda family, quality, spread: make_rating(family=family, quality_mean=quality, quality_spread=spread),
    families,
    qualities,
    spreads,
)


def score(rows: list[Rating] | None = None, **changes: object) -> SourceScore:
    return score_source(make_facts(**changes), rows or [], make_model()).score


def width(one: SourceScore) -> float:
    assert one.quality_low is not None
    assert one.quality_high is not None
    return to_logit(one.quality_high) - to_logit(one.quality_low)


@given(st.lists(ratings, min_size=1, max_size=5), qualities)
def test_a_better_rating_never_lowers_the_score(rows: list[Rating], better: float) -> None:
    assert rows[0].quality_mean is not None
    raised = dataclasses.replace(rows[0], quality_mean=max(better, rows[0].quality_mean))
    before, after = score(rows), score([raised, *rows[1:]])
    assert before.quality is not None
    assert after.quality is not None
    assert after.quality >= before.quality - 1e-6


@given(st.sampled_from(["loaded_words", "comment_sought"]), st.floats(0, 5), st.floats(0, 5))
def test_more_of_a_signal_moves_the_score_in_its_direction(name: str, first: float, second: float) -> None:
    less, more = sorted((first, second))
    before, after = score(**{name: less}), score(**{name: more})
    assert before.quality is not None
    assert after.quality is not None
    direction = -1 if name == "loaded_words" else 1
    assert direction * (after.quality - before.quality) >= -1e-6


@given(st.lists(ratings, max_size=4), spreads, qualities, st.integers(0, 500))
def test_another_family_narrows_the_interval(rows: list[Rating], spread: float, quality: float, articles: int) -> None:
    base = [make_rating(family="first", quality_mean=0.5), *rows]
    another = make_rating(family="another", quality_mean=quality, quality_spread=spread)
    facts = make_facts(own_articles=articles, known_articles=articles)
    before = score_source(facts, base, make_model())
    after = score_source(facts, [*base, another], make_model())
    assert _deviation(after.evidence) <= _deviation(before.evidence)
    assert rated_estimate([*base, another], make_model())[1] <= rated_estimate(base, make_model())[1]


def _deviation(evidence: object) -> float:
    """The prior's share of the precision: what is left of it shows how much was added."""
    assert isinstance(evidence, tuple)
    [prior] = [piece for piece in evidence if piece.kind == "prior"]
    return float(prior.weight)


@given(st.integers(MIN_ARTICLES, 5000), st.integers(1, 5000))
def test_more_articles_narrow_the_interval(articles: int, more: int) -> None:
    neutral = {signal.name: signal.mean for signal in make_model().signals}
    few = score(own_articles=articles, known_articles=articles, **neutral)
    many = score(own_articles=articles + more, known_articles=articles + more, **neutral)
    assert width(many) <= width(few) + 1e-5


@given(st.floats(0.05, 0.95), st.floats(0.02, 0.2))
def test_one_rating_alone_means_what_it_says(quality: float, spread: float) -> None:
    """A label's mean is that of the sources that have it: shrinking it to the prior would count the prior twice."""
    mean, deviation = rated_estimate([make_rating(quality_mean=quality, quality_spread=spread)], make_model())
    assert to_quality(mean) == pytest.approx(quality)
    assert deviation == pytest.approx(spread * LOGITS_AT_MIDDLE)


def test_a_rating_less_sure_than_the_prior_says_little_and_takes_nothing_away() -> None:
    model = make_model()
    mean, deviation = rated_estimate([make_rating(quality_mean=0.1, quality_spread=0.9)], model)
    assert to_logit(0.1) < mean < model.prior_mean
    assert mean > model.prior_mean - 0.6
    assert deviation < model.prior_deviation


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.2), st.integers(2, 4))
def test_families_that_agree_move_the_score_and_do_not_narrow_the_interval(
    quality: float, spread: float, count: int
) -> None:
    """Where two families rate a source, the fused score errs as much as the better one alone."""
    rows = [
        make_rating(family=f"family {place}", quality_mean=quality, quality_spread=spread) for place in range(count)
    ]
    model = make_model()
    one, all_of_them = rated_estimate(rows[:1], model), rated_estimate(rows, model)
    assert all_of_them[1] == pytest.approx(one[1])
    away = [mean - model.prior_mean for mean, _ in (one, all_of_them)]
    assert abs(away[1]) >= abs(away[0]) - 1e-9
    evidence = score_source(make_facts(known_articles=0), rows, model).evidence
    share = math.fsum(piece.weight for piece in evidence if piece.kind == "rating") / next(
        piece.weight for piece in evidence if piece.kind == "prior"
    )
    alone = (one[1] ** -2 - model.prior_deviation**-2) / model.prior_deviation**-2
    assert share == pytest.approx(alone * (1 + FURTHER_FAMILIES * (count - 1)), rel=1e-3)


def test_a_rating_changes_the_reach_of_the_interval() -> None:
    rated = score([make_rating(quality_mean=0.5, quality_spread=0.01)], known_articles=0)
    assert rated.quality_high is not None
    assert rated.quality_low is not None
    up, down = to_logit(rated.quality_high), -to_logit(rated.quality_low)
    assert up / down == pytest.approx(1.9 / 1.6, rel=0.01)


def test_a_family_counts_once() -> None:
    one = [make_rating(quality_mean=0.3)]
    three = [make_rating(rating_set=name, quality_mean=0.3) for name in ("a", "b", "c")]
    assert score(one) == score(three)


def test_a_family_that_another_is_made_from_does_not_count_beside_it() -> None:
    aggregate = make_rating(family="panel", covers=("desk",), quality_mean=0.8)
    alone, both = score([aggregate]), score([aggregate, make_rating(quality_mean=0.1)])
    assert alone == both
    noted = score_source(make_facts(), [aggregate, make_rating()], make_model()).evidence
    assert [(piece.name, piece.weight) for piece in noted if piece.note] == [("desk", 0.0)]


@given(st.lists(ratings, max_size=6).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_ratings_changes_nothing(orders: tuple[list[Rating], list[Rating]]) -> None:
    assert score_source(make_facts(), orders[0], make_model()) == score_source(make_facts(), orders[1], make_model())


@given(st.lists(ratings, min_size=1, max_size=4), st.floats(0, 4), st.integers(MIN_ARTICLES, 300))
def test_the_shifts_of_the_evidence_add_up_to_the_score(rows: list[Rating], rate: float, articles: int) -> None:
    model = make_model()
    scored = score_source(make_facts(loaded_words=rate, known_articles=articles), rows, model)
    assert scored.score.quality is not None
    assert 0 <= (scored.score.quality_low or 0) <= scored.score.quality <= (scored.score.quality_high or 0) <= 1
    total = model.prior_mean + math.fsum(piece.shift for piece in scored.evidence)
    assert to_quality(total) == pytest.approx(scored.score.quality, abs=1e-4)


@pytest.mark.parametrize(
    ("own", "known", "status", "reason"),
    [
        (MIN_ARTICLES - 1, MIN_ARTICLES - 1, "unknown", "no rating and 4 own articles"),
        (500, MIN_ARTICLES - 1, "unknown", "other languages than en"),
        (MIN_ARTICLES, MIN_ARTICLES, "style only", "style does not detect falsehood"),
        (500, 500, "style only", "how 500 of its articles are written"),
    ],
)
def test_without_ratings_a_source_is_never_scored(own: int, known: int, status: str, reason: str) -> None:
    found = score(own_articles=own, known_articles=known)
    assert found.status == status
    assert reason in (found.reason or "")
    assert (found.quality is None) == (status == "unknown")
    assert (found.low_quality_chance is None) == (status == "unknown")


def test_articles_on_other_topics_say_nothing_and_the_reason_says_so() -> None:
    found = score(own_articles=60, known_articles=2, other_topics=55)
    assert (found.status, found.quality) == ("unknown", None)
    assert "55 are on other topics than public affairs" in (found.reason or "")


def test_a_rating_makes_a_score_without_articles() -> None:
    nothing = dict.fromkeys(RATES)
    found = score([make_rating()], own_articles=0, copied_articles=0, known_articles=0, **nothing)
    assert (found.status, found.rating_families) == ("scored", 1)


def test_satire_and_platforms_are_unscored_with_the_reason() -> None:
    satire = make_rating(quality_mean=None, quality_spread=None, unscored_reason="satire")
    found = score([satire, make_rating(family="other")])
    assert (found.status, found.quality, found.reason) == ("unscored", None, "satire, says desk")
    platform = score_source(make_facts(), [make_rating()], make_model(), not_asked="platform: many publish there").score
    assert (platform.status, platform.quality) == ("unscored", None)
    assert "platform" in (platform.reason or "")


@given(st.floats(-4, 4), st.floats(-4, 4), st.floats(0.1, 2))
def test_the_chance_of_low_quality_falls_with_the_score(first: float, second: float, deviation: float) -> None:
    lower, higher = sorted((first, second))
    chances = [low_quality_chance(mean, deviation, 2.0, 1.6) for mean in (lower, higher)]
    assert 0 <= chances[1] <= chances[0] <= 1


@given(st.floats(0.02, 0.98))
def test_the_logit_scale_leads_back(quality: float) -> None:
    assert to_quality(to_logit(quality)) == pytest.approx(quality)


def test_the_committed_model_is_whole_and_says_how_good_it_is() -> None:
    model, data = parse_model(MODEL_TEXT), json.loads(MODEL_TEXT)
    assert model.version.startswith(data["fitted_on"])
    assert data["figures"]["settled_spearman"][0] >= 0.55
    assert data["figures"]["settled_low_auc"][0] >= 0.75
    assert {signal.name for signal in model.signals} == RATES.keys()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda data: data.pop("prior_mean"), "KeyError"),
        (lambda data: data["signals"][0].update(deviation=0), "out of range"),
        (lambda data: data.update(slope=-1), "out of range"),
        (lambda data: data.update(residual_deviation=9), "out of range"),
        (lambda data: data.update(rated_upper_reach=0), "out of range"),
        (lambda data: data.update(signals=[1]), "TypeError"),
    ],
)
def test_a_wrong_model_is_refused(change: object, problem: str) -> None:
    data = json.loads(MODEL_TEXT)
    assert callable(change)
    change(data)
    with pytest.raises(ModelError, match=problem):
        parse_model(json.dumps(data))


def test_a_model_that_is_no_json_is_refused() -> None:
    with pytest.raises(ModelError, match="JSONDecodeError"):
        parse_model("{")
