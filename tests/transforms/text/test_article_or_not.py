"""Article or not: each reason, what must not be refused in any language, and what a wrong file says."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import TEXT, data_file, describe_tools
from tests.transforms.text.test_language import TEXTS
from transforms.text.article_or_not import (
    ArticleAnswer,
    NotArticleError,
    article_or_not,
    measure_prose,
    parse_not_article,
)
from transforms.text.counts import count_words

DATA_TEXT = data_file("not_article.toml").read_text("utf-8")
BRIEF = (
    "A fishing boat sank off the northern coast early on Tuesday, the coast guard said. All four men on board "
    "were taken to hospital with minor injuries. "
    "The cause of the accident is not yet known, and divers will look at the wreck."
)
LINKS = "\n".join(
    [
        "World",
        "Sport",
        "Harbour bridge reopens on Monday",
        "Council votes for new school",
        "Weather",
        "Subscribe",
        "Contact us",
    ]
    * 3
)
TEASERS = "\n".join(
    f"The council said on day {day} that work on the old bridge would be finished and…" for day in range(8)
)
SECTION = "\n".join(
    ["The council will vote on the plan for the new school on Monday.", "Bridge reopens", "School opens"] * 4
)


def judge(text: str, path: str | None = None, page_text: str | None = None) -> ArticleAnswer:
    rules = describe_tools().not_article
    return article_or_not(
        text, word_count=count_words(text), page_text=text if page_text is None else page_text, path=path, rules=rules
    )


@pytest.mark.parametrize("text", [TEXT, BRIEF, BRIEF + "\nRelated: Boat sinks", "A heading\n" + BRIEF])
@pytest.mark.parametrize("path", [None, "/2024/06/03/boat-sinks", "/", "/?nid=235&sid=345"])
def test_prose_is_an_article_wherever_it_stands(text: str, path: str | None) -> None:
    assert judge(text, path) == ArticleAnswer(True, "prose")


@pytest.mark.parametrize("language", TEXTS)
def test_no_language_is_refused_for_itself(language: str) -> None:
    assert judge("\n".join([TEXTS[language]] * 3)) == ArticleAnswer(True, "prose")


@pytest.mark.parametrize(
    ("text", "path", "reason"),
    [
        ("", None, "too short: 0 words"),
        ("Harbour bridge reopens on Monday", None, "too short: 5 words"),
        (
            "404\nPage not found\nSorry, the story that you are looking for is not here.",
            None,
            "error page: not-found, 15 words",
        ),
        ("Access denied. You don't have permission to access this page.", None, "error page: access-denied, 10 words"),
        ("Please enable JavaScript to continue.", None, "robot check: robot-check, 5 words"),
        (
            "We value your privacy. We and our partners store and use data on your device to show you ads. "
            "You can change your choice at any time under the link at the foot of each of our pages. " * 2,
            None,
            "consent wall: consent, 76 words",
        ),
        (f"{BRIEF[:100]}\nSubscribe to continue reading", None, "paywall stub: paywall, 24 words"),
        (
            "Video: Fans celebrate in the streets of the old town after the final",
            None,
            "video page: video-only, 13 words",
        ),
        (LINKS, None, "link list: 21 of 21 lines"),
        (TEASERS, None, "teasers: 8 of 8 lines are cut off"),
        (SECTION, "/tag/council", "section page: 71% prose"),
        (SECTION, "/", "home page: 71% prose"),
        (SECTION, "/world/page/2", "section page: 71% prose"),
    ],
)
def test_each_reason(text: str, path: str | None, reason: str) -> None:
    assert judge(text, path) == ArticleAnswer(False, reason)


def test_the_address_alone_refuses_nothing() -> None:
    assert judge(SECTION, "/2024/06/03/council-votes").is_article
    assert judge(TEXT, "/tag/council").is_article


def test_a_wall_is_seen_although_its_lines_were_stripped() -> None:
    stub = BRIEF[:150]
    assert judge(stub, page_text=f"{stub}\nSubscribe to continue reading").reason.startswith("paywall stub")


def test_a_long_article_may_quote_every_phrase() -> None:
    text = "\n".join(
        [TEXT] * 6 + ["“Access denied. Page not found. Please enable JavaScript. We value your privacy,” it said."]
    )
    assert judge(text).is_article


SECOND = "The glider took off from Rask at noon on Sunday and was due back in two hours. Nobody on board had a radio."


@pytest.mark.parametrize(
    "line",
    [
        "Searchers on the fells said on Monday that the crash site could not be found in thick cloud at dawn.",
        "Marle, already a member of the union since 2015, welcomed the step and promised to pay its share soon.",
        "Patients could not book on Monday: the health portal showed them only the words “service unavailable”.",
        "“When you have reached your limit, go home,” said the warden, who counts the trout in the river.",
        "The minister rejects cookies at cabinet meetings, and so the officials now reject cookies of all kinds.",
    ],
)
def test_a_phrase_within_a_sentence_refuses_no_declared_article(line: str) -> None:
    text = f"{line}\n{SECOND}"
    rules = describe_tools().not_article
    answer = article_or_not(
        text,
        word_count=count_words(text),
        page_text=text,
        path=None,
        rules=rules,
        page_kind="article",
        is_declared=True,
    )
    assert answer == ArticleAnswer(True, "prose")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Subscribe to continue reading. Four weeks for one crown.", "paywall stub"),
        ("Want to read on? Already a subscriber? Log in", "paywall stub"),
        ("Page not found", "error page"),
        ("We value your privacy. You can reject all cookies.", "consent wall"),
        ("Access denied", "error page"),
    ],
)
def test_a_wall_refuses_a_declared_article(line: str, reason: str) -> None:
    text = f"{SECOND}\n{line}"
    rules = describe_tools().not_article
    answer = article_or_not(
        text,
        word_count=count_words(text),
        page_text=text,
        path=None,
        rules=rules,
        page_kind="article",
        is_declared=True,
    )
    assert not answer.is_article
    assert answer.reason.startswith(reason)


def test_prose_facts() -> None:
    prose = measure_prose(f"{BRIEF}\n\nHome\nRead on…\n今日は晴れて、気温が三十度を超えた。")
    assert (prose.lines, prose.prose_lines, prose.cut_off_lines) == (4, 2, 1)
    assert 0.9 < prose.prose_share < 1
    assert measure_prose("").prose_share == 0


@settings(max_examples=150)
@given(st.text(max_size=400), st.none() | st.text(max_size=30))
def test_any_text_has_an_answer_with_a_reason(text: str, path: str | None) -> None:
    answer = judge(text, path)
    assert answer.reason
    assert answer.is_article == (answer.reason == "prose")
    assert 0 <= measure_prose(text).prose_share <= 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[limits.min_words]", "[limits.min_words"), "not valid TOML"),
        (("[limits.min_words]", "[limits.least_words]"), "the limits must be min_words"),
        (('kind = "error page"', 'sort = "error page"'), "phrase 'not-found': the keys must be"),
        (("pattern = '''", "pattern = '''("), "phrase 'not-found': the pattern is not RE2"),
        (('match = ["404 Page not found"', 'match = ["A calm sea"'), "'A calm sea' must match but does not"),
        (
            ('keep = ["The 404 people', 'keep = ["404 Not Found", "The 404 people'),
            "'404 Not Found' must not match but does",
        ),
    ],
)
def test_wrong_data_names_entry_and_remedy(change: tuple[str, str], message: str) -> None:
    assert change[0] in DATA_TEXT
    with pytest.raises(NotArticleError, match=message):
        parse_not_article(DATA_TEXT.replace(*change, 1))


CZECH = (
    "Vodní nádrž nad Lipnicí bude od pondělí vypuštěna kvůli opravě hráze. "
    "Rybáři převezou kapry do sousedního rybníka, koupaliště zůstane celé léto zavřené."
)
ON_ERRORS = f"Page not found: that is what the villagers read for two days.\n{BRIEF}"


@pytest.mark.parametrize(
    ("text", "facts", "reason"),
    [
        (CZECH, {}, "too short: 22 words"),
        (CZECH, {"is_declared": True, "page_kind": "article"}, "prose"),
        (CZECH[:120], {"is_declared": True, "page_kind": "article"}, "too short: 18 words"),
        (ON_ERRORS, {}, "error page: not-found, 55 words"),
        (ON_ERRORS, {"is_declared": True}, "error page: not-found, 55 words"),
        (ON_ERRORS, {"is_declared": True, "page_kind": "article"}, "prose"),
        (BRIEF, {"is_locked": True}, "paywall stub: declared, 43 words"),
        (f"{BRIEF}\n{TEXT}", {"is_locked": True}, "paywall stub: declared, 96 words"),
        (f"{BRIEF}\n{TEXT}\n{BRIEF}", {"is_locked": True}, "prose"),
        (BRIEF, {"left_out": "Bliv abonnent for at læse videre\nLuk"}, "paywall stub: paywall-call, 43 words"),
        (BRIEF, {"left_out": "Accept all cookies\nPage not found"}, "prose"),
        (f"{BRIEF}\n{TEXT}\n{BRIEF}", {"left_out": "Already a subscriber? Log in"}, "prose"),
    ],
)
def test_what_the_page_says_beside_its_text_counts(text: str, facts: dict[str, Any], reason: str) -> None:
    rules = describe_tools().not_article
    answer = article_or_not(text, word_count=count_words(text), page_text=text, path=None, rules=rules, **facts)
    assert answer == ArticleAnswer(reason == "prose", reason)
    assert answer.is_wall == reason.startswith("paywall")


@pytest.mark.parametrize(
    "wall",
    [
        "Abbonati a 1 euro al mese per continuare a leggere.",
        "Pour lire la suite, abonnez-vous dès 1 €.",
        "Um weiterzulesen, melden Sie sich an.",
        "Det här är en artikel för dig med Plus. Bli prenumerant för att läsa vidare.",
        "Redan kund? Logga in",
        "Dieser Beitrag ist exklusiv für Abonnenten.",
        "Este conteúdo é exclusivo para assinantes.",
        "Dalszy ciąg artykułu dostępny dla prenumeratorów",
        "この記事は有料会員記事です。残り1,234文字",
    ],
)
def test_a_wall_is_known_in_other_languages(wall: str) -> None:
    assert judge(f"{BRIEF}\n{wall}").is_wall


def test_rules_without_phrases() -> None:
    limits = DATA_TEXT[: DATA_TEXT.index("[[phrase]]")]
    rules = parse_not_article(limits)
    assert article_or_not(TEXT, word_count=53, page_text=TEXT, path="/", rules=rules).is_article
