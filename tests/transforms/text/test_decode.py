"""Bytes to clean text: charsets, repairs, and what is not text."""

from __future__ import annotations

import codecs
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.text.decode import MOJIBAKE_SLICE, SAMPLE_BYTES, Decoded, clean_text, decode, fix_mojibake, page_charset

RUSSIAN = "Мост через гавань откроют в понедельник, сообщил городской совет. Ремонт длился одиннадцать месяцев."
FRENCH = "Le pont du port rouvrira lundi après onze mois de travaux, a annoncé la mairie. « Où étiez-vous cet été ? »"
POLISH = "Most w porcie zostanie otwarty w poniedziałek. Źródła podają, że żegluga wróci później."
JAPANESE = "港の橋は十一か月の修理を経て月曜日に再び開通すると市議会が発表した。"
CHINESE = "市议会宣布，港口大桥经过十一个月的维修后将于星期一重新开放。记者从现场了解到，工程已经全部完成。"
KOREAN = "시의회는 항구 다리가 열한 달의 수리를 마치고 월요일에 다시 열린다고 발표했다."
GREEK = "Η γέφυρα του λιμανιού θα ανοίξει ξανά τη Δευτέρα μετά από έντεκα μήνες επισκευών."


def misread(text: str, charset: str = "cp1252") -> str:
    """UTF-8 bytes shown in another charset; bytes that it lacks as the controls of the same number."""
    shown = [bytes([byte]).decode(charset, "ignore") or chr(byte) for byte in text.encode()]
    return "".join(shown)


def test_clean_utf8_comes_back_unchanged_and_without_repairs() -> None:
    assert decode(f"{FRENCH}\n\n{RUSSIAN}".encode()) == Decoded(f"{FRENCH}\n\n{RUSSIAN}", ())


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (FRENCH, "cp1252"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "iso-2022-jp"),
        (CHINESE, "gb18030"),
        (CHINESE, "big5"),
        (KOREAN, "euc_kr"),
        (GREEK, "cp1253"),
        (RUSSIAN, "utf-16-le"),
        (JAPANESE, "utf-16-be"),
    ],
)
def test_a_right_declaration_is_believed(text: str, charset: str) -> None:
    written = text.encode(charset, "ignore")
    assert decode(written, charset) == Decoded(written.decode(charset), ())


@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "no-such-charset", "", "base64", "\x00"])
@pytest.mark.parametrize(
    ("text", "charset", "name"),
    [
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (JAPANESE, "shift_jis", "cp932"),
        (CHINESE, "gb18030", "gb18030"),
        (KOREAN, "euc_kr", "cp949"),
        (GREEK, "cp1253", "windows-1253"),
    ],
)
def test_a_wrong_or_missing_declaration_is_repaired(text: str, charset: str, name: str, declared: str | None) -> None:
    assert decode(text.encode(charset), declared) == Decoded(text, (f"charset {name}",))


def test_latin_text_without_a_declaration_is_windows_1252() -> None:
    assert decode(FRENCH.encode("cp1252")) == Decoded(FRENCH, ("charset windows-1252",))
    assert decode(FRENCH.encode("cp1252"), "iso-8859-1") == Decoded(FRENCH, ())


def test_utf8_declared_as_something_else_is_a_repair_and_ascii_is_none() -> None:
    assert decode(FRENCH.encode(), "windows-1252") == Decoded(FRENCH, ("charset utf-8",))
    assert decode(b"plain", "windows-1252") == Decoded("plain", ())


@pytest.mark.parametrize(
    ("mark", "charset"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_decides(mark: bytes, charset: str) -> None:
    assert decode(mark + JAPANESE.encode(charset)) == Decoded(JAPANESE, ())
    assert decode(mark + JAPANESE.encode(charset), "windows-1252") == Decoded(JAPANESE, (f"charset {charset}",))


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_seen(charset: str) -> None:
    assert decode("The harbour bridge".encode(charset)) == Decoded("The harbour bridge", ())


def test_a_character_cut_off_at_the_end_is_dropped() -> None:
    assert decode("fermé".encode()[:-1]) == Decoded("ferm", ("truncated character",))


def test_single_windows_bytes_in_utf8_are_put_right() -> None:
    content = ("é à ü ö ñ " * 3).encode() + b"it\x92s"
    assert decode(content) == Decoded("é à ü ö ñ " * 3 + "it’s", ("bytes that are not utf-8",))


def test_only_a_bounded_sample_is_looked_at() -> None:
    content = (b"x" * 50 + "Où étaient les élèves ?\n".encode("cp1252")) * 2_000
    assert len(content) > 10 * SAMPLE_BYTES
    found = decode(content)
    assert found is not None
    assert found.repairs == ("charset windows-1252",)
    endless = decode(("é" * 4 * SAMPLE_BYTES).encode("cp1252"))
    assert endless is not None
    assert len(endless.text) == 4 * SAMPLE_BYTES


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7 text", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04rest", b"\x1f\x8b\x08", bytes(range(256)) * 20, bytes(1_000)],
)
def test_what_is_not_text_is_none(content: bytes) -> None:
    assert decode(content) is None


def test_nothing_is_empty_text() -> None:
    assert decode(b"") == Decoded("", ())
    assert decode(b" \n\t\r\n") == Decoded("", ())


@pytest.mark.parametrize(
    "text",
    [
        "It’s a “test” of café food.",
        "Президент подписал указ",
        "Zsófia’s garden – “impossible”",
        "voilà",
    ],
)
def test_mojibake_is_put_right_and_named(text: str) -> None:
    assert decode(misread(text).encode()) == Decoded(text, ("mojibake",))


def test_mojibake_of_other_charsets_is_put_right() -> None:
    assert fix_mojibake(misread("Президент страны", "cp1251")) == "Президент страны"
    assert fix_mojibake("It‚Äôs fine here") == "It’s fine here"
    assert fix_mojibake("voilÃ  le travail") == "voilà le travail"
    assert fix_mojibake("it\x92s fine") == "it’s fine"


@pytest.mark.parametrize(
    "text",
    [
        "L’été à “Paris”… Qu’à cela ne tienne É”",
        "Різний український текст, її їжа",
        "ÅÄÖ: Ålands Ö",
        "SÃO PAULO É…",
        "“Straight \"and' curly’ quotes”, ﬁ ligatures and ＦＵＬＬ width &amp; entities stay",
        "한국어 텍스트 “인용” 日本語「引用」",
    ],
)
def test_sound_text_is_left_alone(text: str) -> None:
    assert decode(text.encode()) == Decoded(text, ())


def test_mojibake_is_mended_within_an_endless_line() -> None:
    line = "x " * MOJIBAKE_SLICE + misread("café ") * MOJIBAKE_SLICE
    assert fix_mojibake(line) == "x " * MOJIBAKE_SLICE + "café " * MOJIBAKE_SLICE


def test_control_characters_go_and_are_named() -> None:
    assert decode(b"a\x00b\x1f c\xef\xbb\xbf") == Decoded("ab c", ("control characters",))
    assert clean_text("a\ud800b\ufffec") == Decoded("abc", ("control characters",))
    assert clean_text("\ufefftext") == Decoded("text", ())


def test_line_ends_and_trailing_white_space_are_no_repairs() -> None:
    assert decode("\r\n\n a \t\r\nb\rc\x0bd\x0ce\u2028f\u2029g\u00a0\x85h\n\n".encode()) == Decoded(
        " a\nb\nc\nd\ne\nf\ng\nh", ()
    )


def test_characters_are_composed() -> None:
    assert decode("cafe\u0301".encode()) == Decoded("café", ("unicode form",))


@pytest.mark.parametrize(
    ("page", "charset"),
    [
        (b'<html><head><meta charset="windows-1251">', "windows-1251"),
        (b"<META HTTP-EQUIV=Content-Type CONTENT='text/html; charset=Shift_JIS'>", "Shift_JIS"),
        (b'<?xml version="1.0" encoding="iso-8859-2"?><html>', "iso-8859-2"),
        (b"<html><p>charset=utf-8</p>", None),
    ],
)
def test_a_page_declares_its_charset(page: bytes, charset: str | None) -> None:
    assert page_charset(page) == charset


@given(
    st.binary(max_size=400), st.sampled_from([None, "utf-8", "latin-1", "utf-16", "iso-2022-jp", "utf-7", "hz", "idna"])
)
def test_any_bytes_give_clean_text_or_none(content: bytes, declared: str | None) -> None:
    found = decode(content, declared)
    if found is not None:
        assert_clean(found.text)


@given(st.text(max_size=300))
def test_any_text_comes_out_clean(text: str) -> None:
    assert_clean(clean_text(text).text)


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=300))
def test_what_is_not_named_as_repair_changes_only_white_space(text: str) -> None:
    found = decode(text.encode())
    assert found is not None
    if not found.repairs:
        assert "".join(found.text.split()) == "".join(text.split())


def assert_clean(text: str) -> None:
    text.encode()
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text)
    assert all(line == line.rstrip() for line in text.split("\n"))
    assert text == text.strip("\n")
