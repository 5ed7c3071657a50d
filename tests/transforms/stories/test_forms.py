"""Forms filled with different facts: neither copies nor one story; copies with edits stay copies."""

# ruff: noqa: E501 - one paragraph a line

import itertools

import pytest

from tests.transforms.stories.test_grouping import article, grouped, tools
from transforms.stories.forms import are_one_form
from transforms.stories.grouping import place
from transforms.stories.near_duplicates import SharedRuns, compared, verified
from transforms.stories.parts import text_parts

WEATHER = """The weather service expects {} over {} on Tuesday with a high of {} degrees and a low of {} degrees. The chance of rain is {} per cent. The sun sets at {}.

The forecast is made by the weather service from measurements at its own stations and those of the harbours, and is brought up to date every three hours. It holds for the whole of the district unless something else is said, and for the hours of daylight. Warnings of wind, ice and fog are given when they are expected with a probability of more than half, and are taken back as soon as the danger has passed. Readers who want to be told of warnings can put their names on the list of the service, which is free and keeps no other data."""
QUAKE = """An earthquake of magnitude {} was recorded {} kilometres from {} at {} on Tuesday morning at a depth of {} kilometres, the survey said.

The survey's first figures come from a machine that reads all the instruments of the network in the minute after a shock, and may be changed when a seismologist has looked at them. Earthquakes of this size are felt by people at rest near the epicentre, and damage to buildings is rare. Whoever has felt the shock can help the survey with an answer to the questions on its website, which are the same everywhere. This note was written by a program that the newsroom checks once a week for mistakes."""
EARNINGS = """{} reported net income of {} million dollars, or {} cents a share, for its latest quarter on Thursday. Adjusted for single costs it came to {} cents. Revenue was {} million dollars.

Earnings adjusted for costs that do not come back are compared with the mean of what analysts had said before the market opened. The figures are taken from the statement that the company sent to the exchange, and were not looked at by its auditors. Shares of the company are traded in the main section of the exchange. This story was made by a program from data of a provider of market news, and the newsroom has no interest in any of the companies that it names in the story or in their owners."""

FILLED = {
    "weather": [
        WEATHER.format("rain", "Marlowe", 14, 7, 70, "19.02"),
        WEATHER.format("fog", "Dorn", 11, 4, 35, "18.58"),
        WEATHER.format("storms", "Lower Sayan", 16, 8, 85, "18.51"),
        WEATHER.format("sun", "Carrow", 19, 9, 10, "19.07"),
    ],
    "quakes": [
        QUAKE.format("3.4", 4, "Marlowe", "6:25", "5.1"),
        QUAKE.format("4.1", 11, "Orsel", "2:07", "3.7"),
        QUAKE.format("3.9", 7, "Pell", "9:58", "8.2"),
    ],
    "earnings": [
        EARNINGS.format("Harbour Steel", "41.3", 62, 65, "812.4"),
        EARNINGS.format("Orsel Foods", "7.9", 18, 21, "220.1"),
        EARNINGS.format("Pell Software", "112.6", 133, 140, "1,455"),
    ],
}

COPY = FILLED["quakes"][0]
EDITED = {
    "the same": COPY,
    "corrected figures": COPY.replace("3.4", "3.6").replace("5.1", "4.8"),
    "other words": COPY.replace("felt by people at rest", "noticed by people who sit").replace("a week", "a month"),
    "a new paragraph": COPY + "\n\nMayor Ada Marsh said on Wednesday that 14 chimneys fell in Dorn and 3 in Pell.",
    "a new head": "Marlowe, 12 March. The Harbour Post's Tom Hale was awake at 6:26.\n\n" + COPY,
    "cut short": COPY[: COPY.index("Whoever")],
}


def shared(texts: list[str]) -> list[SharedRuns]:
    by_id = {str(number): text for number, text in enumerate(texts)}
    return list(compared(itertools.combinations(by_id, 2), by_id))


@pytest.mark.parametrize("kind", FILLED)
def test_fillings_of_one_form_are_no_copies(kind: str) -> None:
    pairs = shared(FILLED[kind])
    assert min(pair.jaccard for pair in pairs) > 0.5
    assert verified(pairs) == []
    assert text_parts(pairs) == []


@pytest.mark.parametrize("edit", EDITED)
def test_a_copy_with_edits_is_one(edit: str) -> None:
    assert len(verified(shared([COPY, EDITED[edit]]))) == 1


def test_a_form_in_a_longer_text_is_no_part_of_another_filling() -> None:
    around = " ".join(f"word{number} of another report" for number in range(60))
    pairs = shared([FILLED["weather"][0], f"{around}\n\n{FILLED['weather'][1]}"])
    assert pairs[0].contained > 0.5
    assert text_parts(pairs) == []
    assert len(text_parts(shared([FILLED["weather"][0], f"{around}\n\n{FILLED['weather'][0]}"]))) == 1


@pytest.mark.parametrize("kind", FILLED)
def test_fillings_of_one_form_are_not_one_story(kind: str) -> None:
    articles = [article(str(number), (kind, text)) for number, text in enumerate(FILLED[kind])]
    apart = [(one.article_id, one.other_article_id) for one in shared(FILLED[kind]) if one.are_one_form]
    assert grouped(articles), "by their words they are one"
    assert place(articles, [], {}, tools(), apart) == []


@pytest.mark.parametrize("text", ["", "a", "A 1 B 2 " * 700, "7 a b c " * 700, "x" * 6_000])
def test_hostile_texts_are_compared_in_no_time(text: str) -> None:
    assert not are_one_form(text, text)
    are_one_form(text, COPY)
