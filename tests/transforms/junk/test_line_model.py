"""The line model: what it takes and why, what it knows nothing of and keeps, and that it is stable."""

import dataclasses
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import data_file, line_model, make_extracted, strip_tools
from transforms.errors import DataFileError
from transforms.junk.line_model import parse_line_model
from transforms.records import StrippedDocument
from transforms.strip import MAX_LOOKS, StripTools, restore, strip

PROSE = [
    "The harbour bridge will reopen to traffic on Monday after eleven months of repairs, the city council said in a "
    "statement that it sent out late on Friday.",
    "Engineers replaced forty of the steel hangers, painted the towers and laid a new road surface over the whole "
    "length of the span, at a cost of nine million crowns.",
    "“We have all waited long enough for this day,” said councillor Ada Marsh, who thanked the people of the islands "
    "for their patience and the crews for their work.",
    "Ferries will keep their summer timetable until the end of September, and the toll for lorries will rise by a "
    "tenth, as the council had decided in the spring.",
    "The bridge was built in 1911 and carries eleven thousand cars a day, three times as many as it was planned for "
    "by the engineers of the time.",
]
HEADLINES = [
    "Island Council Threatens To Leave Over Harbour Toll",
    "Mayor Denies He Ever Saw The Bill For New Pier",
    "Five Things To Know About The Ferry Strike",
    "Watch: Fishermen Rescue Whale Off Kotka",
]
SHORT = [
    "What comes next",
    "The council had asked for an answer by Monday.",
    "“Nobody knows,” she said.",
    "— Ada Marsh",
    "Kotka, Finland",
    "3. The toll",
    "It rained.",
]
OTHER_LANGUAGES = {
    "de": (
        "Die Brücke am Hafen wird am Montag nach elf Monaten wieder für den Verkehr geöffnet, wie der Rat der Stadt am "
        "späten Freitag in einer Mitteilung bekannt gab, die an alle Haushalte ging.",
        "Neue Maut für Lastwagen ab September geplant",
    ),
    "fr": (
        "Le pont du port sera rouvert à la circulation lundi après onze mois de travaux, a annoncé vendredi soir la "
        "mairie dans un communiqué adressé à tous les habitants des îles voisines.",
        "Grève des ferries : cinq choses à savoir",
    ),
    "es": (
        "El puente del puerto se abrirá de nuevo al tráfico el lunes después de once meses de obras, según anunció el "
        "ayuntamiento en un comunicado que envió el viernes por la noche a los vecinos.",
        "El consejo de las islas amenaza con marcharse",
    ),
    "it": (
        "Il ponte del porto riaprirà al traffico lunedì dopo undici mesi di lavori, ha annunciato il consiglio "
        "comunale in una nota inviata nella tarda serata di venerdì a tutti gli abitanti delle isole.",
        "Sciopero dei traghetti, le cinque cose da sapere",
    ),
    "pt": (
        "A ponte do porto será reaberta ao trânsito na segunda-feira depois de onze meses de obras, anunciou a câmara "
        "municipal numa nota enviada na noite de sexta-feira a todos os moradores das ilhas.",
        "Conselho das ilhas ameaça sair por causa da portagem",
    ),
    "nl": (
        "De brug in de haven gaat maandag na elf maanden van werkzaamheden weer open voor het verkeer, zo maakte het "
        "stadsbestuur vrijdagavond laat bekend in een brief aan alle bewoners van de eilanden.",
        "Vijf dingen die u moet weten over de staking",
    ),
    "sv": (
        "Bron i hamnen öppnas igen för trafik på måndag efter elva månaders arbete, meddelade stadens styrelse sent på "
        "fredagen i ett brev som gick ut till alla som bor på öarna utanför kusten.",
        "Fem saker att veta om färjestrejken",
    ),
    "pl": (
        "Most w porcie zostanie ponownie otwarty dla ruchu w poniedziałek po jedenastu miesiącach prac, poinformowała "
        "rada miasta w komunikacie wysłanym późnym wieczorem w piątek do wszystkich mieszkańców wysp.",
        "Pięć rzeczy, które trzeba wiedzieć o strajku promów",
    ),
    "ru": (
        "Мост в гавани снова откроют для движения в понедельник после одиннадцати месяцев ремонта, сообщил городской "
        "совет в письме, которое было отправлено поздно вечером в пятницу всем жителям островов.",
        "Пять вещей, которые нужно знать о забастовке паромов",
    ),
    "el": (
        "Η γέφυρα του λιμανιού θα ανοίξει ξανά για την κυκλοφορία τη Δευτέρα μετά από έντεκα μήνες εργασιών, ανακοίνωσε"
        " το δημοτικό συμβούλιο σε επιστολή που έστειλε αργά την Παρασκευή σε όλους τους κατοίκους.",
        "Πέντε πράγματα για την απεργία των φέρι",
    ),
    "ar": (
        "سيعاد فتح جسر الميناء أمام حركة المرور يوم الاثنين بعد أحد عشر شهرا من أعمال الإصلاح، وفق ما أعلنه مجلس "
        "المدينة في بيان أرسله في وقت متأخر من مساء الجمعة إلى جميع سكان الجزر القريبة من الساحل.",
        "خمسة أشياء عن إضراب العبارات",
    ),
    "hi": (
        "बंदरगाह का पुल ग्यारह महीने की मरम्मत के बाद सोमवार को फिर से यातायात के लिए खोल दिया जाएगा, नगर परिषद ने शुक्रवार "
        "देर रात सभी द्वीपवासियों को भेजे गए एक पत्र में यह जानकारी दी और सभी को धन्यवाद दिया।",
        "हड़ताल के बारे में पाँच बातें",
    ),
    "zh": (
        "市议会周五晚间在寄给所有岛民的一封信中表示，港口大桥经过十一个月的维修后将于周一重新开放通车，议员感谢居民的耐心等待，"
        "并表示渡轮将继续按照夏季时刻表运行至九月底，届时卡车的通行费将按照春季的决定上调百分之十，大桥建于一九一一年，每天有一万一千辆汽车通过。",
        "关于渡轮罢工你需要知道的五件事",
    ),
}


def stripped(text: str, tools: StripTools | None = None, **changes: Any) -> StrippedDocument:
    result = strip(make_extracted(text=text, **changes), tools or strip_tools())
    assert isinstance(result, StrippedDocument), result
    return result


ARTICLE = "\n\n".join([*PROSE, *HEADLINES])


def test_headlines_of_other_stories_after_an_article_go_with_score_and_reason() -> None:
    result = stripped(ARTICLE, title="Harbour bridge reopens on Monday")
    assert result.text == "\n\n".join(PROSE)
    taken = [cut for cut in result.cuts if cut.evidence == "model"]
    assert len(taken) >= 2
    for cut in taken:
        assert cut.rule_id == f"model/{cut.kind}"
        assert cut.score is not None and cut.score > line_model().cut_above
        assert cut.reason.startswith(f"Looks like junk (score {cut.score:.1f}): ")
    assert all(cut.score is None for cut in result.cuts if cut.evidence != "model")
    assert restore(result.text, result.cuts) == ARTICLE


def test_short_lines_of_an_article_stay() -> None:
    lines = [line for pair in zip(PROSE, SHORT, strict=False) for line in pair]
    assert stripped("\n".join(lines)).cuts == ()


@pytest.fixture(scope="module")
def greedy() -> StripTools:
    """Tools whose model takes every line that it judges."""
    return dataclasses.replace(strip_tools(), model=dataclasses.replace(line_model(), cut_above=-100.0))


@pytest.mark.parametrize("line", ["Follow the Money", "Why it matters", "News from Kotka", "The ferrymen's answer"])
def test_a_sub_heading_between_two_paragraphs_stays_whatever_its_score(greedy: StripTools, line: str) -> None:
    text = "\n".join([*PROSE[:3], line, *PROSE[3:]])
    assert line in stripped(text, greedy).text


@pytest.mark.parametrize(
    "lines",
    [
        [*PROSE, "Follow the Money"],  # no paragraph below
        [*PROSE[:3], "Follow the Money", "Island Tolls", *PROSE[3:]],  # not alone
        [*PROSE[:3], "Follow: the Money", *PROSE[3:]],  # not plain words
        [*PROSE[:3], "follow the Money", *PROSE[3:]],  # begins as no heading does
        [*PROSE[:3], "Follow the Money of the Island Council", *PROSE[3:]],  # too many words
        [*PROSE[:3], "Follow the Money", "It rained.", *PROSE[3:]],  # a sentence, but no paragraph
    ],
)
def test_what_is_no_sub_heading_is_left_to_the_model(greedy: StripTools, lines: list[str]) -> None:
    assert "ollow" not in stripped("\n".join(lines), greedy).text


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_what_the_model_knows_nothing_of_stays(language: str) -> None:
    prose, headline = OTHER_LANGUAGES[language]
    text = "\n".join([f"{prose} {number}." for number in range(4)] + [headline, headline + " 2"])
    rules_alone = dataclasses.replace(strip_tools(), model=None)
    assert stripped(text) == stripped(text, rules_alone)
    assert not any(cut.evidence == "model" for cut in stripped(text).cuts)


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_a_line_in_words_that_the_model_has_not_met_stays_in_an_english_article(language: str) -> None:
    line = OTHER_LANGUAGES[language][1]
    assert line in stripped("\n".join([*PROSE, line])).text


def test_without_prose_to_compare_with_nothing_goes() -> None:
    text = "\n".join([PROSE[0], PROSE[1], *HEADLINES[:3]])
    assert stripped(text).text == text


parts = st.sampled_from(
    [*PROSE, *HEADLINES, *SHORT, "Advertisement", "By Ana Reyes", "READ MORE:", "", "© Harbour Post"]
)


@settings(max_examples=300)
@given(st.lists(parts, min_size=3, max_size=25), st.sampled_from([None, "Harbour bridge reopens on Monday"]))
def test_stripping_twice_changes_nothing(lines: list[str], title: str | None) -> None:
    text = "\n".join([*PROSE[:3], *lines])
    result = stripped(text, title=title)
    assert restore(result.text, result.cuts) == text
    again = stripped(result.text, title=title)
    assert (again.text, again.cuts) == (result.text, ())


def test_many_lines_take_a_bounded_number_of_looks() -> None:
    text = "\n".join([*PROSE, *(HEADLINES * 500)])
    result = stripped(text)
    assert MAX_LOOKS < 100
    assert restore(result.text, result.cuts) == text


def test_every_process_gives_the_same() -> None:
    script = (
        "import sys; from tests.transforms.junk.test_line_model import ARTICLE, stripped\n"
        "sys.stdout.write(repr([(cut.line_number, cut.score, cut.reason) for cut in stripped(ARTICLE).cuts]))"
    )
    root = Path(__file__).parent.parent.parent
    answers = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=root,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1
    assert b"Looks like junk" in answers.pop()


def arrays() -> dict[str, Any]:
    with np.load(data_file("line_model.npz")) as archive:
        return {name: archive[name] for name in archive.files}


HINTS = data_file("line_hints.toml").read_text("utf-8")


def test_a_model_made_for_other_hints_is_rejected() -> None:
    content = arrays()
    buffer = io.BytesIO()
    np.savez(buffer, **content | {"feature_names": content["feature_names"][:-1]})
    with pytest.raises(DataFileError, match=r"line model: .*other features.*bench\.train_lines"):
        parse_line_model(buffer.getvalue(), HINTS)


def test_the_model_holds_no_words_and_is_small() -> None:
    texts = {name for name, array in arrays().items() if array.dtype.kind in "USO"}
    assert texts == {"kind_names", "feature_names"}
    assert data_file("line_model.npz").stat().st_size < 300_000
