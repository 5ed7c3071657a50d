"""Language: right answers, ``und`` with its reason, and answers that depend on the text alone."""

# ruff: noqa: E501 - one text a line; terminals show some scripts at double width, and ruff counts so

import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import TEXT, describe_tools
from tests.transforms.text.rights import RIGHTS
from transforms.text.language import (
    FAST_MIN_LENGTH,
    NOT_FAST,
    SAMPLE_LENGTH,
    LanguageAnswer,
    LanguageIdentifiers,
    fast_languages,
    identify_language,
)

TEXTS = {
    "ar": "أعلنت بلدية المدينة يوم الاثنين أن الجسر القديم سيفتح أمام حركة المرور الأسبوع المقبل بعد أشهر من أعمال الصيانة.",
    "bg": "Общината съобщи в понеделник, че старият мост ще бъде отворен за движение следващата седмица след дълъг ремонт.",
    "bn": "শহর কর্তৃপক্ষ সোমবার জানিয়েছে যে কয়েক মাস মেরামতের পর পুরোনো সেতুটি আগামী সপ্তাহে যান চলাচলের জন্য খুলে দেওয়া হবে।",
    "cs": "Městská rada v pondělí oznámila, že starý most bude po dlouhé opravě příští týden znovu otevřen pro všechna auta.",
    "de": "Der Stadtrat teilte am Montag mit, dass die alte Brücke nach monatelangen Arbeiten nächste Woche wieder geöffnet wird.",
    "el": "Ο δήμος ανακοίνωσε τη Δευτέρα ότι η παλιά γέφυρα θα ανοίξει ξανά την επόμενη εβδομάδα μετά από πολύμηνες εργασίες.",
    "en": "The city council said on Monday that the old bridge would open to traffic again next week after months of repairs.",
    "es": "El ayuntamiento anunció el lunes que el viejo puente volverá a abrirse al tráfico la próxima semana tras las obras.",
    "fi": "Kaupunginhallitus kertoi maanantaina, että vanha silta avataan jälleen liikenteelle ensi viikolla pitkän remontin jälkeen.",
    "fr": "La mairie a annoncé lundi que le vieux pont serait rouvert à la circulation la semaine prochaine après des mois de travaux.",
    "he": "העירייה הודיעה ביום שני כי הגשר הישן ייפתח מחדש לתנועה בשבוע הבא לאחר חודשים ארוכים של עבודות שיפוץ.",
    "hi": "नगर परिषद ने सोमवार को कहा कि पुराना पुल कई महीनों की मरम्मत के बाद अगले सप्ताह यातायात के लिए फिर से खोल दिया जाएगा।",
    "hu": "A városi tanács hétfőn közölte, hogy a régi hidat a hónapokig tartó felújítás után jövő héten újra megnyitják.",
    "it": "Il comune ha annunciato lunedì che il vecchio ponte sarà riaperto al traffico la prossima settimana dopo mesi di lavori.",
    "ja": "市は月曜日、数か月にわたる補修工事を終えて、古い橋を来週から再び通行できるようにすると発表した。",
    "ko": "시 당국은 월요일 오래된 다리가 몇 달간의 보수 공사를 마치고 다음 주부터 다시 통행이 가능해진다고 발표했다.",
    "nl": "De gemeenteraad zei maandag dat de oude brug na maandenlange werkzaamheden volgende week weer open gaat voor het verkeer.",
    "pl": "Rada miasta poinformowała w poniedziałek, że stary most zostanie otwarty w przyszłym tygodniu po wielu miesiącach prac.",
    "pt": "A prefeitura anunciou na segunda-feira que a velha ponte será reaberta ao trânsito na próxima semana após as obras.",
    "ru": "Городской совет сообщил в понедельник, что старый мост снова откроют для движения на следующей неделе после ремонта.",
    "sv": "Kommunen meddelade på måndagen att den gamla bron öppnas för trafik igen nästa vecka efter flera månaders arbete.",
    "th": "สภาเมืองแถลงเมื่อวันจันทร์ว่าสะพานเก่าจะเปิดให้รถสัญจรอีกครั้งในสัปดาห์หน้าหลังจากซ่อมแซมมาหลายเดือน",
    "tr": "Belediye pazartesi günü yaptığı açıklamada eski köprünün aylar süren onarımın ardından haftaya yeniden açılacağını bildirdi.",
    "uk": "Міська рада повідомила в понеділок, що старий міст знову відкриють для руху наступного тижня після тривалого ремонту.",
    "vi": "Hội đồng thành phố cho biết hôm thứ Hai rằng cây cầu cũ sẽ được mở lại cho xe cộ vào tuần tới sau nhiều tháng sửa chữa.",
    "zh-cn": "市政府星期一宣布，经过几个月的维修，这座旧桥将于下周重新开放通车，居民对此表示欢迎，渡轮时间表保持不变。",
}


@pytest.fixture(scope="module")
def identifiers() -> LanguageIdentifiers:
    return describe_tools().identifiers


@pytest.mark.parametrize("language", TEXTS)
def test_languages_of_the_world(identifiers: LanguageIdentifiers, language: str) -> None:
    short = identify_language(TEXTS[language], identifiers)
    long = identify_language("\n".join([TEXTS[language]] * 4), identifiers)
    assert (short.language, short.reason) == (language, None)
    assert (long.language, long.reason) == (language, None)


UNDECIDED: dict[str, set[str]] = {"bs": {"und", "hr"}, "id": {"und"}, "ms": {"und"}, "xh": {"und"}, "zu": {"und"}}
"""Languages so near to another one that two sentences leave it open; Bosnian's are Croatian but for a word."""


@pytest.mark.parametrize("language", RIGHTS)
def test_more_languages_of_the_world(identifiers: LanguageIdentifiers, language: str) -> None:
    right = {language} | UNDECIDED.get(language, set())
    assert identify_language(RIGHTS[language][:110], identifiers).language in right
    assert identify_language("\n".join([RIGHTS[language]] * 3), identifiers).language in right


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "苹果公司星期二发布了新款iPhone 17 Pro和MacBook Air，并宣布与OpenAI和Google合作，在iOS系统中引入Gemini与ChatGPT功能。",
            "zh-cn",
        ),
        (
            "蘋果公司星期二發表新款iPhone 17 Pro與MacBook Air，並宣布與OpenAI和Google合作，在iOS系統中加入Gemini與ChatGPT功能。",
            "zh-tw",
        ),
        (
            "アップルは火曜日、新型のiPhone 17 ProとMacBook Airを発表し、OpenAIやGoogleと提携してGeminiを導入すると述べた。",
            "ja",
        ),
        (
            "The word 国会 means parliament in Japanese, said the professor, who teaches at the University of Dorn.",
            "en",
        ),
        ("Газета The New York Times сообщила, что Apple и Google договорились о совместной работе над Gemini.", "ru"),
        ("Влада је у понедељак саопштила да ће стари мост бити поново отворен за саобраћај следеће недеље.", "sr"),
        (
            "Владата соопшти во понеделникот дека стариот мост ќе биде повторно отворен за сообраќај следната недела.",
            "mk",
        ),
        (
            "Rada miasta ogłosiła w poniedziałek, że most zostanie otwarty, a także że już w maju każdy może z niego korzystać.",
            "pl",
        ),
    ],
)
def test_script_and_letters_go_first(identifiers: LanguageIdentifiers, text: str, language: str) -> None:
    assert identify_language(text, identifiers).language == language


def test_letters_of_no_known_alphabet_are_undetermined(identifiers: LanguageIdentifiers) -> None:
    chukchi = "Ӄол ԓьуԓӄыԓ нытваӄэн ӄоԓычыӈэн ӈэԓвыԓ гамга ԓьуԓӄыԓ ӈинӄэй ӄол ԓьуԓӄыԓ ӄоԓычыӈэн"
    answer = identify_language(chukchi, identifiers)
    assert (answer.language, answer.by) == ("und", "script")
    assert answer.reason == "its letters are of no cyrillic alphabet that is known"


def test_the_fast_identifier_answers_long_texts_and_langdetect_the_rest(identifiers: LanguageIdentifiers) -> None:
    assert identify_language(TEXT, identifiers).by == "py3langid"
    assert identify_language(TEXT[: FAST_MIN_LENGTH - 1], identifiers).by == "langdetect"
    assert identify_language(TEXTS["zh-cn"] * 8, identifiers).by == "script"


def test_langdetect_has_the_last_word_where_the_fast_one_is_unsure(identifiers: LanguageIdentifiers) -> None:
    class Unsure:
        def classify(self, text: str) -> tuple[str, float]:
            return "de", 0.96

    unsure = LanguageIdentifiers(identifiers.langdetect, Unsure(), identifiers.fast_languages)
    answer = identify_language(TEXT, unsure)
    assert (answer.language, answer.by) == ("en", "langdetect")


def test_the_fast_identifier_answers_only_with_codes_that_mean_the_same_to_both(
    identifiers: LanguageIdentifiers,
) -> None:
    assert identifiers.fast_languages.isdisjoint(NOT_FAST)
    assert identifiers.fast_languages >= {"en", "de", "fr", "es", "pl", "ru", "ko"}
    assert fast_languages(["en", "zh-cn", "hr"], ["en", "zh", "hr", "sr"]) == {"en"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "too short: 0 letters"),
        ("ok", "too short: 2 letters"),
        ("12:30 1-0 2-1 " * 50, "too short: 0 letters"),
        ("🎉🎊🥳 " * 100, "too short: 0 letters"),
        ("ߞߏߣߏ " * 30, "no letters that langdetect knows"),
    ],
)
def test_undetermined_with_a_reason(identifiers: LanguageIdentifiers, text: str, reason: str) -> None:
    assert identify_language(text, identifiers) == LanguageAnswer("und", None, "none", reason)


def test_an_unsure_langdetect_is_no_answer(identifiers: LanguageIdentifiers) -> None:
    answer = identify_language("Kaffee Theater Museum Restaurant Hotel Taxi Bank Radio Video", identifiers)
    assert answer.language == "und"
    assert answer.reason and answer.reason.startswith(("langdetect is unsure", "short and contradicted"))


def test_short_texts_on_which_the_two_differ_are_undetermined(identifiers: LanguageIdentifiers) -> None:
    class Contradicting:
        def classify(self, text: str) -> tuple[str, float]:
            return "fr", 0.3

    contradicting = LanguageIdentifiers(identifiers.langdetect, Contradicting(), identifiers.fast_languages)
    answer = identify_language(TEXTS["en"], contradicting)
    assert (answer.language, answer.by) == ("und", "langdetect")
    assert answer.reason == "short and contradicted: en to langdetect, fr to py3langid"
    assert identify_language(TEXT * 5, contradicting).language == "en"


def test_no_profile_likely(identifiers: LanguageIdentifiers) -> None:
    class Undecided:
        def append(self, text: str) -> None: ...

        def get_probabilities(self) -> list[object]:
            return []

        def create(self) -> "Undecided":
            return self

    undecided = LanguageIdentifiers(Undecided(), identifiers.fast, identifiers.fast_languages)
    assert identify_language(TEXTS["en"], undecided).reason == "langdetect finds no language likely"


def test_only_the_sample_counts(identifiers: LanguageIdentifiers) -> None:
    text = (TEXT + "\n") * 5
    assert len(text) > SAMPLE_LENGTH
    assert identify_language(text, identifiers) == identify_language(
        text[:SAMPLE_LENGTH] + TEXTS["el"] * 99, identifiers
    )


def test_a_text_that_changes_its_language_makes_the_fast_one_unsure(identifiers: LanguageIdentifiers) -> None:
    mixed = TEXTS["en"] * 4 + TEXTS["de"] * 5
    assert identify_language(mixed, identifiers).by != "py3langid"


def test_answers_do_not_depend_on_the_order_of_texts(identifiers: LanguageIdentifiers) -> None:
    texts = [*TEXTS.values(), TEXT, "Hotel Taxi Bank Radio", TEXTS["en"] + TEXTS["fr"]]
    first = {text: identify_language(text, identifiers) for text in texts}
    shuffled = texts * 2
    random.Random(7).shuffle(shuffled)
    assert all(identify_language(text, identifiers) == first[text] for text in shuffled)


def test_answers_do_not_depend_on_the_process(identifiers: LanguageIdentifiers) -> None:
    script = (
        "import random; random.seed()\n"
        "from tests.transforms.text.test_language import TEXTS\n"
        "from transforms.text.language import identify_language, load_identifiers\n"
        "tools = load_identifiers()\n"
        "for text in TEXTS.values():\n"
        "    print(ascii(identify_language(text, tools)))"
    )
    here = [ascii(identify_language(text, identifiers)) for text in TEXTS.values()]
    root = Path(__file__).parents[3]
    for seed in ("1", "2"):
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        command = [sys.executable, "-c", script]
        there = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=root)
        assert there.stdout.splitlines() == here


@settings(max_examples=150)
@given(st.text(max_size=1500))
def test_any_text_is_answered_the_same_twice(text: str) -> None:
    identifiers = describe_tools().identifiers
    answer = identify_language(text, identifiers)
    assert answer == identify_language(text, identifiers)
    assert (answer.language == "und") == (answer.reason is not None)
    assert answer.confidence is None or 0 <= answer.confidence <= 1
