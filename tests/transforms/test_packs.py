"""All packs together, on texts of mixed languages: nothing is lost, nothing changes twice, the order is no matter."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import make_extracted, rulebook, strip_tools
from transforms.records import ExtractedDocument, Rejection, StrippedDocument
from transforms.strip import restore, strip

PARAGRAPHS = (
    "Der Rat der Stadt hat am Montag beschlossen, die Fähre im Winter häufiger fahren zu lassen.",
    "Le conseil a décidé lundi que le bac passerait plus souvent l’hiver, malgré le coût.",
    "Рада міста вирішила, що пором узимку ходитиме частіше.",
    "Городской совет решил, что паром зимой будет ходить чаще.",
    "قرر مجلس المدينة أن تسير العبارة مرات أكثر في الشتاء.",
    "मंगलवार को परिषद ने तय किया कि नाव सर्दियों में अधिक बार चलेगी।",
    "市议会周一决定，渡轮冬季将增加班次。",
    "市議会は月曜日、冬の渡し船を増やすことを決めた。",
    "시의회는 월요일 겨울철 나룻배를 늘리기로 했다.",
    "Το δημοτικό συμβούλιο αποφάσισε να περνά συχνότερα το πορθμείο.",
    "The council decided on Monday that the ferry would run more often in winter.",
)
LINES = tuple(
    line
    for rule in rulebook().rules
    for example in (*rule.drop, *rule.keep)
    for line in ([example.replace("[[", "", 1).replace("]]", "", 1)] if rule.scope == "inline" else [example])
)

line = st.sampled_from((*LINES, *PARAGRAPHS, "", " "))
texts = st.lists(line, max_size=14).map("\n".join) | st.lists(line, max_size=4).map(" ".join)


def document(text: str) -> ExtractedDocument:
    return make_extracted(text=text)


@settings(max_examples=250)
@given(texts)
def test_texts_of_mixed_languages_are_restored_and_settle_at_once(text: str) -> None:
    result = strip(document(text), strip_tools())
    if isinstance(result, Rejection):
        return
    assert restore(result.text, result.cuts) == text
    again = strip(document(result.text), strip_tools())
    assert isinstance(again, StrippedDocument)
    assert (again.text, again.cuts) == (result.text, ())


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_documents_changes_nothing(seed: int) -> None:
    chosen = random.Random(seed)
    given_texts = ["\n".join(chosen.sample(LINES, 8)) for _ in range(40)]
    first = {text: strip(document(text), strip_tools()) for text in given_texts}
    chosen.shuffle(given_texts)
    assert all(strip(document(text), strip_tools()) == first[text] for text in given_texts)


@pytest.mark.parametrize("paragraph", PARAGRAPHS)
def test_prose_of_any_language_stays(paragraph: str) -> None:
    text = "\n\n".join([paragraph, *PARAGRAPHS])
    result = strip(document(text), strip_tools())
    assert isinstance(result, StrippedDocument)
    assert (result.text, result.cuts) == (text, ())
