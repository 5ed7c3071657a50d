"""Every language in every legacy code page of its own, at several lengths; what no language explains stays open."""

# ruff: noqa: E501 - one text a line

from __future__ import annotations

import pytest

from tests.builders import data_file
from tests.transforms.text.rights import RIGHTS
from tests.transforms.text.test_language import TEXTS
from transforms.text.code_pages import CodePageError, CodePages, parse_code_pages
from transforms.text.decode import decode

DATA = data_file("code_pages.toml").read_text("utf-8")
CODE_PAGES = parse_code_pages(DATA)
NORTH = {
    "cs": "Učitelé v přístavu ukončili stávku po devíti dnech. Vedení kraje jim nabídlo o šest procent víc a menší třídy, řekl mluvčí odborů.",
    "hu": "A kikötői tanács kedden kilenc szavazattal négy ellenében döntött a második hídról, és ezzel tíz év vitája zárult le.",
    "pl": "Mieszkańcy wyspy dowiedzieli się o cięciach z ogłoszenia na przystani. Spółka twierdzi, że zimą promy pływają prawie puste.",
    "ro": "Locuitorii insulei au aflat despre reducere dintr-un anunţ de pe ponton. Compania spune că iarna vasele circulă aproape goale.",
    "hr": "Otočani su za ukidanje linije saznali s oglasa na molu. Tvrtka kaže da su brodovi prošle zime plovili gotovo prazni, što se već čulo.",
    "sk": "Učitelia v prístave ukončili štrajk po deviatich dňoch. Kraj im ponúkol o šesť percent viac a menšie triedy, povedal hovorca.",
    "sl": "Učitelji v pristanišču so končali stavko po devetih dneh. Občina jim je ponudila šest odstotkov več in manjše razrede, je dejal.",
    "tr": "Adalılar kısıtlamayı iskeledeki bir duyurudan öğrendi. Şirket geçen kış gemilerin neredeyse boş gittiğini söylüyor ve bu çok pahalı.",
    "fi": "Saaren asukkaat saivat tietää leikkauksesta laiturilla olleesta ilmoituksesta. Yhtiö sanoo, että laivat ovat talvella lähes tyhjiä.",
    "lt": "Salos gyventojai apie tai sužinojo iš skelbimo prieplaukoje. Bendrovė sako, kad žiemą laivai plaukioja beveik tušti ir nuostolingi.",
    "lv": "Salas iedzīvotāji par to uzzināja no paziņojuma piestātnē. Uzņēmums saka, ka ziemā kuģi kursē gandrīz tukši un nes zaudējumus.",
    "sr": "Острвљани су за укидање линије сазнали са огласа на молу. Предузеће каже да су бродови прошле зиме пловили готово празни.",
}
"""A second paragraph where the letters are those that code pages differ in."""
COMMAS = str.maketrans("şţŞŢ", "șțȘȚ")
"""Romanian's commas and cedillas have the same places in Latin-10 and Latin-2."""
PAIRS = [
    (language.code, page)
    for language in CODE_PAGES.languages
    for page in language.code_pages
    if language.code in {**TEXTS, **RIGHTS}
]


def paragraphs(language: str, count: int) -> str:
    own = [text for text in ({**TEXTS, **RIGHTS}.get(language), NORTH.get(language)) if text]
    return "\n\n".join((own * count)[:count])


def written(text: str, page: str) -> bytes:
    """The text as a program of the time wrote it: what the code page lacks is left out."""
    if page != "iso8859_16":
        text = text.translate({new: old for old, new in COMMAS.items()})
    return text.encode(page, "ignore")


@pytest.mark.parametrize("count", [1, 3, 5, 8])
@pytest.mark.parametrize(("language", "page"), dict.fromkeys(PAIRS))
def test_every_language_in_its_code_pages(language: str, page: str, count: int) -> None:
    content = written(paragraphs(language, count), page)
    decoded = decode(content, None, CODE_PAGES)
    assert decoded is not None
    expected = decode(content.decode(page).encode(), None)
    assert expected is not None
    assert decoded.text.translate(COMMAS) == expected.text.translate(COMMAS)


@pytest.mark.parametrize("language", sorted(NORTH.keys() - {"fi"}))
def test_a_wrong_declaration_is_not_believed(language: str) -> None:
    page = next(each.code_pages[0] for each in CODE_PAGES.languages if each.code == language)
    content = written(NORTH[language], page)
    for declared in ("iso-8859-1", "windows-1252", "us-ascii"):
        decoded = decode(content, declared, CODE_PAGES)
        assert decoded is not None
        assert decoded.text == content.decode(page)


def test_a_declaration_is_kept_where_it_is_as_good() -> None:
    content = TEXTS["de"].encode("iso8859_15")
    assert CODE_PAGES.most_likely(content, "iso8859_15") == "iso8859_15"
    assert CODE_PAGES.most_likely(content) == "cp1252"


@pytest.mark.parametrize(
    ("language", "charset"), [("zh-cn", "gb18030"), ("ja", "cp932"), ("ja", "euc_jp"), ("ko", "cp949")]
)
def test_charsets_of_several_bytes_are_left_to_the_detector(language: str, charset: str) -> None:
    content = TEXTS[language].encode(charset)
    assert CODE_PAGES.most_likely(content) is None
    decoded = decode(content, None, CODE_PAGES)
    assert decoded is not None and decoded.text == TEXTS[language]


def test_without_data_nothing_is_decided() -> None:
    assert CodePages().most_likely(TEXTS["cs"].encode("cp1250")) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('name = "western"', 'name = western"'), "not valid TOML"),
        (('group = "western"\nletters', 'group = "eastern"\nletters'), "of the unknown group 'eastern'"),
        (('letters = "éè', 'letters = "жéè'), "'ж' of language 'fr' is in none of cp1252"),
        (('name = "western"\n', ""), "must have the keys code_pages, name, reason"),
    ],
)
def test_wrong_data_names_the_entry(change: tuple[str, str], message: str) -> None:
    with pytest.raises(CodePageError, match=message):
        parse_code_pages(DATA.replace(*change, 1))
