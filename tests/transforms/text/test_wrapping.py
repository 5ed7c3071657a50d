"""Hard-wrapped text: joined at any margin and form of paragraph, and nothing else is."""

# ruff: noqa: E501 - one paragraph a line

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.text.wrapping import unwrap

PARAGRAPHS = [
    "The harbour bridge will reopen to traffic on Monday after eleven months of repairs, the city council said, although"
    " the old lifting gear, which dates from 1931, has not passed its last inspection yet.",
    "Engineers replaced forty of the steel hangers and laid a new road surface over the whole length of the span; the"
    " county pays a third of the bill, and the rest comes from a toll on lorries that carry more than twelve tonnes.",
    '"We counted every bolt," said Ada Marsh, who has run the works since March. "Some of them were older than my'
    ' grandfather, and he helped to put them in."',
    "Ferries keep their summer timetable until the end of September, and the operator says that it has sold half as many"
    " season tickets as last year.",
]
SPANISH = [
    "El ayuntamiento anunció el lunes que el viejo puente volverá a abrirse al tráfico la próxima semana, después de once"
    " meses de obras que han costado el doble de lo previsto en el primer presupuesto.",
    "Los vecinos del barrio de pescadores, que llevan un año dando un rodeo de siete kilómetros, celebraron la noticia con"
    " una cena en el muelle, aunque temen que el peaje de los camiones encarezca el pescado.",
]
ARABIC = [
    "أعلنت بلدية المدينة يوم الاثنين أن الجسر القديم سيفتح أمام حركة المرور الأسبوع المقبل بعد أشهر من أعمال الصيانة التي"
    " كلفت ضعف المبلغ المقرر في الميزانية الأولى.",
    "ورحب سكان الحي القديم بالقرار لكنهم يخشون أن تؤدي رسوم الشاحنات إلى ارتفاع أسعار السمك في السوق المجاورة للميناء"
    " خلال الشهور المقبلة.",
]
CHINESE = [
    "市政府星期五宣布，港口大桥经过十一个月的维修后将于星期一重新开放，渡轮时刻表保持不变，居民对此表示欢迎，但也有人担心卡车过桥费会推高鱼价。",
    "工程师更换了四十根钢吊杆，并在整个桥面铺设了新的路面，费用的三分之一由县政府承担，其余部分将在二十五年内由过桥费偿还。",
]
THAI = [
    "สะพานข้ามอ่าวเปิดใช้อีกครั้งวันจันทร์",
    "สภาเมืองอนุมัติงบประมาณซ่อมสะพานด้วยคะแนนเก้าต่อสี่เมื่อวันอังคาร",
    "วิศวกรเปลี่ยนลวดแขวนสี่สิบเส้นและปูผิวถนนใหม่ตลอดทั้งสะพาน",
    "ชาวประมงบ่นเรื่องค่าผ่านทาง",
    "เรือข้ามฟากจะวิ่งตามตารางฤดูร้อนจนถึงสิ้นเดือนกันยายนและบริษัทบอกว่าขายตั๋วรายเดือนได้เพียงครึ่งหนึ่งของปีที่แล้ว",
    "พิพิธภัณฑ์ท่าเรือเปิดให้เข้าชมฟรีตลอดสัปดาห์แรก",
]
POEM = """The tide is a clerk who counts our shoes
and writes them down in a water-stained book
and has no use
for one of them, though he takes a look,
and we who were left on the slip with the dogs
stand counting the boats and the gulls and the fogs
as if a number could bring them in,
as if a name
were more than the wind in a biscuit tin
or less than the flame
that Okafor keeps in the window all night
for nobody's sake and in nobody's sight"""
LIST = "\n".join(
    f"{place}. {name}, {points} points from eighteen matches"
    for place, (name, points) in enumerate(
        [("Marlowe", 41), ("Sayan", 39), ("Dorn", 30), ("Carrow Point", 28), ("Lower Sayan", 22), ("Orsel", 9)], 1
    )
)


def wrapped(paragraphs: list[str], width: int, between: str = "\n\n", **how: str) -> str:
    return between.join(textwrap.fill(each, width, break_long_words=False, **how) for each in paragraphs)  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [60, 65, 72, 76, 80, 100])
@pytest.mark.parametrize("paragraphs", [PARAGRAPHS, SPANISH * 2, ARABIC * 2])
def test_paragraphs_between_empty_lines_come_back(paragraphs: list[str], width: int) -> None:
    assert unwrap(wrapped(paragraphs, width)) == "\n\n".join(paragraphs)


@pytest.mark.parametrize("width", [29, 33, 38, 43])
def test_the_narrow_columns_of_newspapers_come_back(width: int) -> None:
    headline = "Council approves second harbour bridge"
    assert unwrap(f"{headline}\n\n{wrapped(PARAGRAPHS, width)}") == "\n\n".join([headline, *PARAGRAPHS])
    assert unwrap(wrapped(SPANISH * 2, width)) == "\n\n".join(SPANISH * 2)


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_sentences_in_a_script_without_spaces_and_full_stops_stay_paragraphs(between: str) -> None:
    text = between.join(THAI)
    assert unwrap(text) == text


@pytest.mark.parametrize("width", [60, 65, 72])
def test_a_last_line_that_is_short_ends_a_paragraph_without_an_empty_line(width: int) -> None:
    assert unwrap(wrapped(PARAGRAPHS, width, "\n")) == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize("width", [60, 72, 80])
def test_an_indent_begins_a_paragraph(width: int) -> None:
    text = wrapped(PARAGRAPHS, width, "\n", initial_indent="    ")
    assert [line.strip() for line in unwrap(text).split("\n")] == PARAGRAPHS


def test_an_empty_line_after_every_line() -> None:
    text = wrapped(PARAGRAPHS, 65, "\n").replace("\n", "\n\n")
    assert unwrap(text) == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize("width", [24, 30, 40])
def test_scripts_without_spaces_are_joined_without_one(width: int) -> None:
    lines = ["\n".join(each[at : at + width] for at in range(0, len(each), width)) for each in CHINESE * 2]
    assert unwrap("\n\n".join(lines)) == "\n\n".join(CHINESE * 2)


def test_headline_junk_and_list_keep_their_lines() -> None:
    headline = "Council approves second harbour bridge"
    junk = "READ ALSO: Ferry fares to rise in spring and summer, says the company that runs the boats"
    items = "* Tolls begin in May\n* Ferries stay until September\n* The museum opens on the pier"
    text = f"{headline}\nBy Ada Marsh\n\n{wrapped([*PARAGRAPHS, junk], 66)}\n\n{items}"
    expected = "\n\n".join([*PARAGRAPHS, junk])
    assert unwrap(text) == f"{headline}\nBy Ada Marsh\n\n{expected}\n\n{items}"


def test_a_sentence_that_is_broken_before_the_margin_is_joined_where_the_text_is_wrapped() -> None:
    junk = "READ ALSO: Ferry fares to rise in spring and\nsummer, says the company"
    verse = "the tide is a clerk\nwho counts our shoes"
    text = f"{wrapped(PARAGRAPHS, 72)}\n\n{junk}\n\n{verse}"
    assert unwrap(text).endswith(junk.replace("\n", " ") + "\n\n" + verse)
    assert unwrap(f"One paragraph on a line.\n\n{junk}") == f"One paragraph on a line.\n\n{junk}"


def test_a_long_address_is_no_margin() -> None:
    address = "https://harbourpost.example/" + "a" * 70
    text = wrapped([*PARAGRAPHS, *SPANISH], 64) + f"\n\nThe report is to be found here:\n{address}\nand in the library."
    assert unwrap(text).startswith("\n\n".join([*PARAGRAPHS, *SPANISH]))
    assert f"\n\nThe report is to be found here: {address}" in unwrap(text)


def test_words_broken_at_their_hyphen_keep_it() -> None:
    text = wrapped(["The long-term contract for the twenty-five-year-old ferry ended on Monday. " * 6], 50)
    assert "long-term" in unwrap(text) and "twenty-five-year-old" in unwrap(text)
    assert "- " not in unwrap(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "One line.",
        "\n\n".join(PARAGRAPHS),
        "\n".join(PARAGRAPHS),
        POEM,
        POEM.replace("\n", "\n\n"),
        LIST,
        f"{LIST}\n{POEM}",
    ],
)
def test_other_texts_stay(text: str) -> None:
    assert unwrap(text) == text


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="aB. \n-漢字，ê", max_size=600))
def test_nothing_but_white_space_changes_and_only_once(text: str) -> None:
    text = "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
    once = unwrap(text)
    assert "".join(once.split()) == "".join(text.split())
