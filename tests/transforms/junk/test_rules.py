"""Packs: what a wrong one says, what its examples guard, and that the repository's packs hold."""

import itertools
import pickle
import re
import threading
import tomllib

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import data_file, packs, rulebook
from transforms.junk.rules import (
    MAX_INLINE_MATCHES,
    MAX_LINE_LENGTH,
    RULE_KINDS,
    Rulebook,
    RuleError,
    packs_version,
    parse_rules,
    plain,
)

LINE_RULE = """
[[rule]]
id = "toll"
kind = "promo"
pattern = '(?i)pay the toll(?P<title>:.*)?'
reason = "Made for the tests."
drop = ["Pay the toll", "PAY THE TOLL: now"]
keep = ["He would not pay the toll."]
"""
INLINE_RULE = """
[[rule]]
id = "aside"
kind = "related link"
scope = "inline"
pattern = '[.] (?P<cut>MORE: (?P<title>[^.]+))$'
reason = "Made for the tests."
drop = ["It rained. [[MORE: The sun]]"]
keep = ["It rained. More: of the sun"]
"""


def changed(rule: str, old: str, new: str) -> dict[str, str]:
    assert old in rule
    return {"en": rule.replace(old, new)}


def line_hits(book: Rulebook, line: str) -> list[str]:
    return [match.rule.id for match in book.matcher(line).line_matches().get(0, [])]


PACKS = sorted({rule.id.partition("/")[0] for rule in rulebook().rules})
LANGUAGES = set(PACKS) - {"any", "outlets", "press", "systems"}
GRAMMAR_TEXT = (data_file("junk_lines") / "grammar.toml").read_text(encoding="utf-8")
FORMS = {form["id"] for form in tomllib.loads(GRAMMAR_TEXT)["form"]}
EVERY_LETTER = (
    "Nothing but letters: ä å é ñ ã à ě ľ ő ă ğ ơ č ł æ я α ع ש ह ব 你 の 한 ท ą ā ə ɗ ә ө த త ગ ਪ ස မ ខ አ ქ հ ò õ ė"
)


def hits_among_all(line: str) -> list[str]:
    """The rules of all packs that take a line, or take something out of it, in a text that has every pack's letters."""
    matcher = rulebook().matcher(f"{plain(line)}\n{EVERY_LETTER}")
    taken = [*matcher.line_matches().get(0, ()), *matcher.inline_matches(plain(line))]
    return [match.rule.id for match in taken]


def test_the_bundled_packs_are_those_that_were_held_against_their_examples() -> None:
    version = parse_rules(packs()).version  # holds them against their examples
    stamp = data_file("checked_packs.toml")
    stated = tomllib.loads(stamp.read_text(encoding="utf-8"))["version"]
    assert stated == version, f'write version = "{version}" into {stamp.name}'


def test_packs_are_held_against_their_examples_unless_their_very_version_was() -> None:
    wrong = changed(LINE_RULE, "He would not pay the toll.", "Pay the toll")
    for checked in (None, "", parse_rules({"en": LINE_RULE}).version):
        with pytest.raises(RuleError, match="is taken by rule"):
            parse_rules(wrong, checked)
    version = packs_version(wrong)
    assert parse_rules(wrong, version).version == version


def test_the_text_of_every_letter_has_the_letters_of_every_pack() -> None:
    letters = {rule.id.partition("/")[0]: rule.letters for rule in rulebook().rules if rule.letters is not None}
    assert [pack for pack, own in letters.items() if not re2.search(f"[{own}]", EVERY_LETTER)] == []


def test_there_are_packs_for_the_languages_of_the_worlds_press() -> None:
    assert len(LANGUAGES) >= 59
    assert {rule.kind for rule in rulebook().rules} == set(RULE_KINDS)
    wanted = {
        "related link",
        "advertisement",
        "copyright",
        "photo credit",
        "caption",
        "social",
        "relative time",
        "comment",
    }
    for language in LANGUAGES:
        kinds = {rule.kind for rule in rulebook().rules if rule.id.startswith(f"{language}/")}
        assert wanted <= kinds, language


@pytest.mark.parametrize("pack", PACKS)
def test_every_rule_takes_its_examples_through_its_screen(pack: str) -> None:
    for rule in rulebook().rules:
        if rule.id.startswith(f"{pack}/"):
            lines = [example.replace("[[", "", 1).replace("]]", "", 1) for example in rule.drop]
            found = [
                hits_among_all(line if rule.scope == "inline" else example)
                for line, example in zip(lines, rule.drop, strict=True)
            ]
            assert all(found), rule.id
            if rule.scope == "line":
                assert all(rule.id in hits for hits in found), rule.id


@pytest.mark.parametrize("pack", PACKS)
def test_no_rule_of_any_pack_takes_a_keep_example(pack: str) -> None:
    examples = [example for rule in rulebook().rules if rule.id.startswith(f"{pack}/") for example in rule.keep]
    assert {example: hits for example in examples if (hits := hits_among_all(example))} == {}


@pytest.mark.parametrize("pack", sorted(LANGUAGES - {"en"}))
def test_a_language_gives_each_rule_two_lines_to_take(pack: str) -> None:
    own = [
        rule for rule in rulebook().rules if rule.id.startswith(f"{pack}/") and rule.id.partition("/")[2] not in FORMS
    ]
    assert all(len(rule.drop) >= 2 for rule in own)


GRAMMAR = """
[fragments]
verb = ['pay', 'skip']
[[form]]
id = "toll"
kind = "promo"
everywhere = true
pattern = '(?i:{{words}}) {{verb}}(?P<title>:.*)?'
reason = "Made for the tests."
"""
PHRASES = """
letters = 'äö'
[[phrases]]
form = "toll"
words = ['now', "or later"]
drop = ["Now pay", "or later SKIP: it"]
keep = ["Then pay."]
"""


def test_a_form_becomes_a_rule_with_the_words_of_a_language() -> None:
    book = parse_rules({"grammar": GRAMMAR, "xx": PHRASES.replace("SKIP", "skip")})
    assert line_hits(book, "OR LATER pay: soon") == ["xx/toll"]  # everywhere: a text without the letters
    assert line_hits(book, "Then pay") == []
    bound = parse_rules({"grammar": GRAMMAR.replace("everywhere = true", ""), "xx": PHRASES.replace("SKIP", "skip")})
    assert line_hits(bound, "Now pay") == []
    assert [match.rule.id for match in bound.matcher("Now pay\nä").line_matches()[0]] == ["xx/toll"]


def test_every_pack_may_use_the_fragments_of_the_grammar() -> None:
    book = parse_rules({"grammar": GRAMMAR, "en": LINE_RULE.replace("(?i)pay", "(?i){{verb}}")})
    assert line_hits(book, "Skip the toll") == ["en/toll"]


@pytest.mark.parametrize(
    ("grammar", "phrases", "parts"),
    [
        (GRAMMAR, PHRASES, ["'xx/toll'", "drop", "SKIP", "not taken"]),
        (GRAMMAR.replace("{{words}}", "words"), PHRASES, ["'grammar/toll'", "pattern", "{{words}}"]),
        (
            GRAMMAR.replace("verb =", "verb = []\nverbs ="),
            PHRASES,
            ["'grammar/[fragments]'", "verb", "list of patterns"],
        ),
        (GRAMMAR + 'drop = ["x"]', PHRASES, ["'grammar/toll'", "drop", "not known"]),
        (GRAMMAR, PHRASES.replace('"toll"', '"fee"'), ["form", "'fee'", "toll"]),
        (GRAMMAR, PHRASES.replace("words", "word"), ["words", "missing"]),
        (GRAMMAR, PHRASES.replace("['now', \"or later\"]", "7"), ["words", "7", "list of patterns"]),
        ("", PHRASES, ["form", "'toll'", "no pack 'grammar'"]),
    ],
)
def test_a_wrong_form_is_refused_with_place_value_and_remedy(grammar: str, phrases: str, parts: list[str]) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rules({"grammar": grammar, "xx": phrases})
    for part in parts:
        assert part in str(caught.value)


LEADS = ["", "• ", "👉 ", "➡️ ", "● ", "→ ", "(", "[", "**", "🔗 ", "» ", "— ", "\u200b", "▶︎ ", "|"]
MARKS = [": ", " : ", "： ", " | ", " - ", " — ", " » ", " → ", "… ", " ▶ "]


@pytest.mark.parametrize("pack", sorted(LANGUAGES))
def test_an_invitation_to_read_is_taken_behind_every_lead_and_before_every_mark(pack: str) -> None:
    rule = next(rule for rule in rulebook().rules if rule.id == f"{pack}/read-also")
    example = next(line for line in rule.drop if ":" in line or "：" in line)
    invitation, title = re.split(r" ?[:：] ?", example, maxsplit=1)
    for lead, mark in itertools.product(LEADS, MARKS):
        line = plain(f"{lead}{invitation.strip('[]▶ ')}{mark}{title}")
        assert rule.id in hits_among_all(line), line


def test_a_pack_with_letters_is_left_out_of_texts_without_them() -> None:
    book = parse_rules({"xx": "letters = 'äö'\n" + LINE_RULE})
    assert line_hits(book, "Pay the toll") == []
    assert [match.rule.id for match in book.matcher("Pay the toll\nÄrger und Öl, ä").line_matches()[0]] == ["xx/toll"]


@pytest.mark.parametrize(
    ("packs", "parts"),
    [
        ({"en": "rule ="}, ["'en'", "TOML", "mend"]),
        ({"en": "[rules]"}, ["'en'", "'rules'", "[[rule]]"]),
        ({"en": "letters = ' '\n" + LINE_RULE}, ["'en/letters'", "' '", "leave the key out"]),
        ({"en": "letters = 'z-a'\n" + LINE_RULE}, ["'en/letters'", "z-a", "RE2"]),
        (changed(LINE_RULE, 'kind = "promo"', ""), ["'en/toll'", "kind", "missing", "add"]),
        (changed(LINE_RULE, 'id = "toll"', ""), ["'en/number 1'", "id", "missing"]),
        (changed(LINE_RULE, 'reason = "Made for the tests."', 'reason = " "'), ["'en/toll'", "reason", "' '", "give"]),
        (changed(LINE_RULE, "reason =", "why = 1\nreason ="), ["'en/toll'", "why", "known are", "max_words"]),
        (changed(LINE_RULE, '"promo"', '"noise"'), ["'en/toll'", "kind", "'noise'", "related link"]),
        (changed(LINE_RULE, '"promo"', '"headline"'), ["'en/toll'", "kind", "'headline'", "use one of"]),
        (changed(LINE_RULE, "drop =", "position = 'middle'\ndrop ="), ["position", "'middle'", "head"]),
        (changed(LINE_RULE, "drop =", "scope = 'page'\ndrop ="), ["scope", "'page'", "inline"]),
        (changed(LINE_RULE, "drop =", "max_words = 0\ndrop ="), ["max_words", "0", "whole number"]),
        (changed(LINE_RULE, "drop =", "max_words = true\ndrop ="), ["max_words", "True", "whole number"]),
        (changed(LINE_RULE, 'drop = ["Pay the toll", "PAY THE TOLL: now"]', "drop = []"), ["drop", "[]", "example"]),
        (changed(LINE_RULE, 'keep = ["He would not pay the toll."]', "keep = 'x'"), ["keep", "'x'", "example"]),
        (changed(LINE_RULE, "(?i)pay", "(?=pay)pay"), ["'en/toll'", "pattern", "RE2", "look-around", "unless"]),
        (changed(LINE_RULE, "(?i)pay", r"(p)\1ay"), ["'en/toll'", "pattern", "RE2", "back-references"]),
        (changed(LINE_RULE, "drop =", "unless = '('\ndrop ="), ["'en/toll'", "unless", "RE2"]),
        (changed(LINE_RULE, "P<title>", "P<headline>"), ["pattern", "'headline'", "publisher"]),
        (changed(LINE_RULE, "(?i)pay", "{{verb}}"), ["pattern", "'verb'", "[fragments]"]),
        ({"en": "[fragments]\na = '{{b}}'\nb = 'x'"}, ["'en/[fragments]'", "a", "'b'", "define"]),
        (changed(LINE_RULE, '"Pay the toll"', '"Skip the toll"'), ["drop", "'Skip the toll'", "not taken", "widen"]),
        (changed(LINE_RULE, "He would not pay the toll.", "Pay the toll"), ["keep", "'Pay the toll'", "narrow"]),
        ({"en": LINE_RULE + LINE_RULE}, ["'en/toll'", "twice"]),
        (changed(INLINE_RULE, "[[MORE: The sun]]", "MORE: The sun"), ["drop", "[[ ]]", "mark"]),
        (changed(INLINE_RULE, "[[MORE: The sun]]", "[[MORE: The]] sun"), ["drop", "'MORE: The sun'", "marked"]),
        (changed(INLINE_RULE, "It rained. More: of", "It rained. MORE: of"), ["keep", "'en/aside'", "narrow"]),
        (changed(INLINE_RULE, "drop =", "position = 'tail'\ndrop ="), ["position", "'tail'", "leave it out"]),
    ],
)
def test_a_wrong_pack_is_refused_with_place_value_and_remedy(packs: dict[str, str], parts: list[str]) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rules(packs)
    for part in parts:
        assert part in str(caught.value)


def test_a_rule_must_leave_the_keep_examples_of_other_packs() -> None:
    greedy = changed(LINE_RULE, "(?i)pay the toll(?P<title>:.*)?", "(?i).*pay the toll.*")["en"]
    packs = {"aa": LINE_RULE, "bb": greedy.replace("He would not pay the toll.", "A toll was paid.")}
    with pytest.raises(RuleError, match=r"'aa/toll': keep example .* taken by rule 'bb/toll'"):
        parse_rules(packs)


def test_fragments_stand_for_patterns() -> None:
    pack = "[fragments]\nverb = 'pay|skip'\nact = '{{verb}} the toll'\n" + LINE_RULE.replace("pay the toll", "{{act}}")
    assert line_hits(parse_rules({"en": pack}), "skip the toll") == ["en/toll"]


def test_conditions() -> None:
    pack = LINE_RULE.replace("drop =", "max_words = 4\nunless = 'now'\ndrop =").replace(
        "PAY THE TOLL: now", "Pay the toll: x"
    )
    book = parse_rules({"en": pack})
    assert line_hits(book, "Pay the toll: soon") == ["en/toll"]
    assert line_hits(book, "Pay the toll: very soon") == []
    assert line_hits(book, "Pay the toll: now") == []
    assert line_hits(parse_rules({"en": LINE_RULE}), "Pay the toll: " + "x" * MAX_LINE_LENGTH) == []


def test_a_pattern_never_leaves_its_line() -> None:
    pack = LINE_RULE.replace("(?i)pay the toll(?P<title>:.*)?", "(?i)pay[^.]+(?P<title>:[^.]*)?")
    text = "Pay the toll\nHe did. So\nPay the toll: now\nhe cried"
    taken = parse_rules({"en": pack}).matcher(text).line_matches()
    assert {offset: text[offset : matches[0].end] for offset, matches in taken.items()} == {
        0: "Pay the toll",
        24: "Pay the toll: now",
    }


def test_inline_cuts_are_sorted_bounded_and_do_not_overlap() -> None:
    pack = INLINE_RULE.replace("[.] (?P<cut>MORE: (?P<title>[^.]+))$", "MORE: (?P<title>[A-Za-z ]+)")
    book = parse_rules({"en": pack.replace("It rained. More: of the sun", "Of the sun")})
    line = "MORE: a. " * (MAX_INLINE_MATCHES + 5)
    cuts = book.matcher(line).inline_matches(line)
    assert len(cuts) == MAX_INLINE_MATCHES
    assert all(left.end <= right.start for left, right in itertools.pairwise(cuts))


def test_version_is_of_the_contents() -> None:
    first = parse_rules({"en": LINE_RULE, "any": INLINE_RULE})
    assert first.version == parse_rules({"any": INLINE_RULE, "en": LINE_RULE}).version
    assert first.version != parse_rules({"en": LINE_RULE + "\n", "any": INLINE_RULE}).version
    assert len(first.version) == 12


def test_no_rules_take_nothing() -> None:
    matcher = parse_rules({}).matcher("Advertisement")
    assert not matcher
    assert matcher.line_matches() == {}
    assert matcher.inline_matches("Advertisement") == []


def test_a_rulebook_travels_to_other_processes() -> None:
    arrived = pickle.loads(pickle.dumps(rulebook()))
    assert (arrived.rules, arrived.version) == (rulebook().rules, rulebook().version)
    assert "en/advertisement-alone" in line_hits(arrived, "Advertisement")


def test_a_rulebook_is_shared_between_threads() -> None:
    lines = ["Advertisement", "Read more", "The boats left."] * 50
    expected = [line_hits(rulebook(), line) for line in lines]
    answers: list[list[list[str]]] = []
    threads = [
        threading.Thread(target=lambda: answers.append([line_hits(rulebook(), line) for line in lines]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 4


def test_plain_sees_usual_apostrophes_and_spaces() -> None:
    assert plain("Don\u2019t\u00a0miss\tit") == "Don't miss it"
    assert plain("plain\ttext") == "plain text"
    assert plain("\ud800é") == "?é"


@given(st.text(st.characters()))
def test_plain_replaces_one_character_by_one(text: str) -> None:
    assert len(plain(text)) == len(text)
    assert plain(plain(text)) == plain(text)
    plain(text).encode()


def test_packs_say_nothing_twice() -> None:
    for pack in PACKS:
        examples = [line for rule in rulebook().rules if rule.id.startswith(f"{pack}/") for line in rule.keep]
        assert len(examples) == len(set(examples)), pack


@pytest.mark.parametrize(
    ("pattern", "line", "other"),
    [
        ("(?i).*the toll.{2,}", "They pay the toll to the king", "They pay the toll"),
        (".{8,} toll", "Pay the big toll", "Pay toll"),
        ("(?:.{3,160}[.] )?Pay the toll", "It rained for days. Pay the toll", "A. Pay the toll"),
        ("[^.]{2,40} the toll [0-9]{1,3}", "Pay the toll 123", "Pay the toll 1234"),
        (r"\x{50}ay.*|.*toll\.*", "Pay now", "Pray now"),
    ],
)
def test_a_screen_lets_through_what_its_rule_takes_and_the_rule_decides(pattern: str, line: str, other: str) -> None:
    rule = LINE_RULE.replace("(?i)pay the toll(?P<title>:.*)?", pattern).replace('"PAY THE TOLL: now"', f"'{line}'")
    book = parse_rules({"en": rule.replace('"Pay the toll", ', "").replace("He would not pay the toll.", "Prose")})
    assert line_hits(book, line) == ["en/toll"]
    assert line_hits(book, other) == []


EXAMPLE_LINES = sorted({line for rule in rulebook().rules if rule.id[:3] in ("en/", "any") for line in rule.drop})


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*EXAMPLE_LINES, "", " ", "\r", "Prose, and then more of it."]), max_size=12))
def test_a_line_is_taken_among_others_as_it_is_alone(lines: list[str]) -> None:
    text = plain("\n".join([*lines, EVERY_LETTER]))
    found = rulebook().matcher(text).line_matches()
    start = 0
    for line in lines:
        assert [match.rule.id for match in found.get(start, [])] == [
            match.rule.id for match in rulebook().matcher(f"{plain(line)}\n{EVERY_LETTER}").line_matches().get(0, [])
        ]
        start += len(line) + 1


def test_a_rule_with_counts_stays_cheap_among_many() -> None:
    entries = [
        LINE_RULE.replace('"toll"', f'"toll-{number}"').replace("(?i)pay", f"(?:.{{3,{160 + number}}}[.] )?(?i)pay")
        for number in range(60)
    ]
    book = parse_rules({"en": "\n".join(entries)})
    prose = "One day. Two nights. " * 400
    assert not book.matcher(prose)
    assert len(line_hits(book, "It rained. Pay the toll")) == len(entries)
