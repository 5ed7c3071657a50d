"""Which language a text is in: script and letters first, then two identifiers.

Where the script and its letters leave one language, that is the answer (:mod:`transforms.text.scripts`). Elsewhere
langdetect has the last word, and a faster identifier answers first where it is sure. Languages that langdetect does not
know are the other's alone: where that is sure of one, it is heard; where it leans to one, nobody knows.

Both work on a bounded sample of the main text and know no randomness but a fixed seed, so that an answer depends on
the text alone: not on the texts before it, the process or the machine. What is done with texts of some language does
not belong here. ``bench/language_agreement.py`` measures what the constants below rest on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from transforms.text.scripts import ScriptAnswer, languages_of_script

SAMPLE_LENGTH = 1000
"""Characters from the start of the main text that are looked at. langdetect's answer on them is its answer on the whole
text for each of 3,657 documents measured (on 500 characters 5 differ, on 1,000 from the middle 3)."""

FAST_MIN_LENGTH = 300
"""The fast identifier is asked from this many characters on: below, the two were not measured to agree."""

FAST_SLICE_LENGTHS = (100, 250)
"""The fast identifier reads this much from each end of the sample, so that a text that begins in one language and goes
on in another makes it unsure; where it is, more of both. Its time grows with the length, and the short slices are
mostly enough."""

FAST_MIN_CONFIDENCE = 0.97
"""The rule: where the fast identifier answers, at least 99.95% of its answers are langdetect's. Of 15,767 samples
(``--articles 400``) it answers 99.3%, once otherwise than langdetect: a page that begins in Welsh and goes on in
English. Most samples are English, 12 other languages have 1 to 172; of the rest the tests hold texts."""

NOT_FAST = frozenset({"hr", "id", "mk", "mr", "ne", "no", "da", "so", "sw", "tl", "zh"})
"""Codes that the fast identifier knows but may not answer with: those whose close relatives only one of the two knows
(Serbian and Bosnian for hr, Malay for id, Nynorsk for no and da, Zulu and others for sw, ...), where certainty of one
says little about the other, and zh, which langdetect names zh-cn or zh-tw."""

HEARD = frozenset(
    (
        *("az", "be", "bs", "eo", "eu", "fo", "fy", "ga", "gd", "gl", "ha", "ht", "ig", "is", "jv", "ku", "lb", "lg"),
        *("ln", "mg", "ms", "mt", "om", "qu", "rw", "sn", "sr", "st", "tg", "tk", "uz", "xh", "yo", "zu"),
    )
)
"""Languages with a press that only the fast identifier knows. Its other ones have none to speak of (Latin, Volapük) or
are dialects of others (Venetian, Nynorsk, Pidgin), and where it names them it is as often wrong."""

HEARD_MIN_CONFIDENCE = 0.9
"""From here on the fast identifier is heard about a language that langdetect does not know."""

MIN_LETTERS = 40
"""Letters below which nobody is asked: 'hi' is Swahili and 'ok' Slovak to langdetect. Of beginnings of real texts it
names 15% wrongly at 20 characters, 3% at 60."""

MIN_LETTERS_DENSE = 10
"""The same for scripts in which one character is a syllable or a word (Han, kana, Hangul)."""

MIN_CONFIDENCE = 0.7
"""langdetect runs seven trials; below five of seven for one language it is guessing."""

UNDETERMINED = "und"
"""ISO 639-2 for undetermined."""

_SEED = 0
_FIRST_DENSE = "\u2e80"
"""From here on stand kana, Han and Hangul; what other letters are above it, no newspaper of today is written in."""


@dataclass(frozen=True, slots=True)
class LanguageAnswer:
    """The language of a text and who said so."""

    language: str
    """ISO 639-1 code as langdetect names it (``zh-cn`` and ``zh-tw`` for Chinese), or ``und``."""
    confidence: float | None
    """0..1 by the measure of what answered, to four digits: a probability, or for ``script`` its share of the letters;
    None where nothing was asked or could say."""
    by: str
    """``script``, ``langdetect``, ``py3langid`` or ``none``."""
    reason: str | None
    """Why the language is ``und``; None where it is known."""


@dataclass(frozen=True, slots=True)
class LanguageIdentifiers:
    """The two identifiers with their models loaded; made once by :func:`load_identifiers`, never changed by use."""

    langdetect: Any
    """A seeded ``langdetect.DetectorFactory``: it makes a new detector for every text, as detectors keep state."""
    fast: Any
    """A ``py3langid`` identifier with normalised probabilities."""
    fast_languages: frozenset[str]
    """Codes that the fast identifier may answer with."""


def load_identifiers() -> LanguageIdentifiers:
    """Both identifiers from their libraries' own model files (0.7 s): once per process."""
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    factory.set_seed(_SEED)
    fast = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    fast.nb_ptc = fast.nb_ptc.astype(np.float32)  # else a text's rows are: half of its time, for the same answers
    return LanguageIdentifiers(factory, fast, fast_languages(factory.get_lang_list(), fast.labels))


def fast_languages(of_langdetect: list[str], of_fast: list[str]) -> frozenset[str]:
    """The codes that mean the same to both identifiers and are safe for the fast one to answer with."""
    return (frozenset(of_langdetect) & frozenset(of_fast)) - NOT_FAST


def identify_language(text: str, identifiers: LanguageIdentifiers) -> LanguageAnswer:
    """The language of a main text, from its first :data:`SAMPLE_LENGTH` characters; never raises."""
    sample = text[:SAMPLE_LENGTH]
    script = languages_of_script(sample)
    if script is not None and _has_enough_letters(sample):
        return _within(script, sample, identifiers)
    if len(sample) >= FAST_MIN_LENGTH:
        for length in FAST_SLICE_LENGTHS:
            if answer := _ask_fast(sample, length, identifiers):
                return answer
    if not _has_enough_letters(sample):
        return LanguageAnswer(UNDETERMINED, None, "none", f"too short: {sum(map(str.isalpha, sample))} letters")
    return _unless_contradicted(_ask_langdetect(sample, identifiers), sample, identifiers)


def _within(script: ScriptAnswer, sample: str, identifiers: LanguageIdentifiers) -> LanguageAnswer:
    """The language of a text whose script and letters leave some."""
    if len(script.languages) == 1:
        (language,) = script.languages
        return LanguageAnswer(language, round(script.share, 4), "script", None)
    if not script.languages:
        reason = f"its letters are of no {script.script} alphabet that is known"
        return LanguageAnswer(UNDETERMINED, None, "script", reason)
    preferred, confidence = identifiers.fast.classify(sample)
    answer = _ask_langdetect(sample, identifiers)
    known = script.languages & frozenset(identifiers.langdetect.get_lang_list())
    if answer.language in known and (preferred == answer.language or preferred not in script.languages):
        return answer
    if preferred in script.languages - known and confidence >= HEARD_MIN_CONFIDENCE:
        return LanguageAnswer(preferred, round(confidence, 4), "py3langid", None)
    left = ", ".join(sorted(script.languages))
    reason = f"one of {left} by its letters; {answer.language} to langdetect, {preferred} to py3langid"
    return LanguageAnswer(UNDETERMINED, None, "script", reason)


def _has_enough_letters(sample: str) -> bool:
    return sum(map(str.isalpha, sample)) >= MIN_LETTERS or _has_enough_dense_letters(sample)


def _unless_contradicted(answer: LanguageAnswer, sample: str, identifiers: LanguageIdentifiers) -> LanguageAnswer:
    """Langdetect's answer, unless the other one prefers a language that only it knows, or the text is short and the
    other one prefers another language that both know.

    Where they differ on 25 to 60 characters, langdetect was wrong 94 times and right 12 times: it is sure of itself
    even then, so its own confidence cannot tell.
    """
    preferred, confidence = identifiers.fast.classify(sample)
    if preferred in HEARD:
        if confidence >= HEARD_MIN_CONFIDENCE:
            return LanguageAnswer(preferred, round(confidence, 4), "py3langid", None)
        reason = f"{answer.language} to langdetect, {preferred} to py3langid, which langdetect does not know"
        return LanguageAnswer(UNDETERMINED, answer.confidence, "langdetect", reason)
    if len(sample) >= FAST_MIN_LENGTH or answer.language in (UNDETERMINED, preferred):
        return answer
    if preferred not in identifiers.fast_languages:
        return answer
    reason = f"short and contradicted: {answer.language} to langdetect, {preferred} to py3langid"
    return LanguageAnswer(UNDETERMINED, answer.confidence, "langdetect", reason)


def _ask_fast(sample: str, length: int, identifiers: LanguageIdentifiers) -> LanguageAnswer | None:
    read = f"{sample[:length]} {sample[-length:]}" if len(sample) > 2 * length else sample
    language, confidence = identifiers.fast.classify(read)
    if confidence < FAST_MIN_CONFIDENCE or language not in identifiers.fast_languages:
        return None
    return LanguageAnswer(language, round(confidence, 4), "py3langid", None)


def _ask_langdetect(sample: str, identifiers: LanguageIdentifiers) -> LanguageAnswer:
    detector = identifiers.langdetect.create()
    detector.append(sample)
    try:
        ranking = detector.get_probabilities()
    except LangDetectException:
        return LanguageAnswer(UNDETERMINED, None, "none", "no letters that langdetect knows")
    if not ranking:
        return LanguageAnswer(UNDETERMINED, None, "none", "langdetect finds no language likely")
    # Four digits: the library adds up in the order in which the machine lists its profile files.
    confidence = round(ranking[0].prob, 4)
    if confidence < MIN_CONFIDENCE:
        reason = f"langdetect is unsure: {ranking[0].lang} at {confidence:.2f}"
        return LanguageAnswer(UNDETERMINED, confidence, "langdetect", reason)
    return LanguageAnswer(ranking[0].lang, confidence, "langdetect", None)


def _has_enough_dense_letters(sample: str) -> bool:
    return sum(character >= _FIRST_DENSE and character.isalpha() for character in sample) >= MIN_LETTERS_DENSE
