"""Bytes to clean text: character set, mojibake, control characters, line ends, Unicode form.

What the text says is not looked at here; markup is read only as far as an HTML page's declaration of its own
character set (:func:`page_charset`).
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

import charset_normalizer
import ftfy
import ftfy.fixes
import re2

from transforms.text.code_pages import CodePages

SAMPLE_BYTES = 8_192
"""Bytes of non-ASCII surroundings shown to the charset detector: its verdict no longer changes above a few KB, and it
costs milliseconds per KB."""

PAGE_HEAD_BYTES = 4_096
"""Where an HTML page may declare its character set; browsers look at 1,024 bytes, many news pages need more."""

BINARY_SAMPLE_BYTES = 65_536
"""Bytes in which control bytes are counted."""

BINARY_CONTROL_SHARE = 0.05
"""Text of any charset has next to no control bytes; compressed or numeric data has 10% and more."""

BINARY_CONTROLS = 3
"""Control bytes that even a short text may hold by accident."""

STRAY_BYTE_RATIO = 4
"""Valid multi-byte characters per invalid byte from which bytes are UTF-8 with strays, not another charset."""

DECLARED_CHAOS_BONUS = 0.05
"""How much messier (charset-normalizer's chaos, 0..1) text may look in its declared charset than in the best one.

Wrong charsets of the same family differ by 0.1 and more on a paragraph of news, right ones by 0.02 and less."""

EQUAL_CHAOS = 0.01
EQUAL_COHERENCE = 0.04
"""Differences below which charset-normalizer's measures (0..1) do not tell two charsets of one family apart."""

MOJIBAKE_SLICE = 2_000
"""Characters of one line handed to ftfy at once: more than most paragraphs, and bounded in one-line pages."""

NO_CODE_PAGES = CodePages()

_SIGNATURES = (
    b"%PDF-",
    b"\x89PNG\r\n",
    b"GIF87a",
    b"GIF89a",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a",
    b"\x7fELF",
    b"MZ\x90\x00",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"RIFF",
    b"OggS",
    b"ID3",
    b"SQLite format 3\x00",
    b"PAR1",
    b"\x00\x00\x01\x00",
    b"wOF2",
)
"""How files that are never text begin; a few of them hold enough ASCII to pass every other test."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32 before UTF-16: the little-endian mark of one begins with that of the other."""

_CONTROL_BYTES = bytes([*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])
"""Control bytes that text does not use. ESC is left out: ISO-2022 text is written with it."""

_CONTROL_CLASS = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff\ufeff\u00ad\u200b\u2060"
"""Controls, non-characters and byte order marks, which are never text, and what only tells a browser where a word may
be broken, as in pages: a word with it would not be found. VT, FF and NEL are line ends."""

_CONTROL_GATE = re2.compile(f"[{_CONTROL_CLASS}]")
_CONTROL_CHARACTERS = re.compile(f"[{_CONTROL_CLASS}\ud800-\udfff]+")

_LINE_ENDS = ("\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")

_SEVEN_BIT_CHARSETS = ("iso2022", "hz", "utf_7")
"""Charsets whose bytes are all ASCII and which are therefore valid, and wrong, as UTF-8."""

_SEVEN_BIT_MARKS = (b"\x1b", b"~{", b"+")

_WEB_LABELS = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}
"""What a declared charset really means on the web (WHATWG Encoding Standard, names and labels)."""

_DETECTABLE = [
    "cp1252",
    "cp1251",
    "gb18030",
    "cp932",
    "euc_jp",
    "cp949",
    "big5hkscs",
    "cp1250",
    "iso8859_2",
    "cp1256",
    "cp1254",
    "cp1253",
    "cp1255",
    "koi8_r",
    "cp1257",
    "cp874",
    "cp1258",
    "iso8859_5",
    "cp866",
    "koi8_u",
    "mac_roman",
]
"""Charsets that the web uses (WHATWG Encoding Standard), the commoner ones of each family first (W3Techs' ranking)."""

_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s{0,4}=\s{0,4}["']?\s{0,4}([A-Za-z0-9_:.-]{2,40})""", re.I)
_XML_CHARSET = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s{0,4}=\s{0,4}["']([A-Za-z0-9_:.-]{2,40})""", re.I)


def _continuation_class() -> str:
    """The bytes 0x80-0xBF as Windows-1252 and Latin-1 show them: what follows the first character in mojibake."""
    raw = bytes(range(0x80, 0xC0))
    shown = set(raw.decode("latin-1")) | set(raw.decode("cp1252", "ignore"))
    return "[" + re.escape("".join(sorted(shown))) + "]"


_CONTINUATION = _continuation_class()
_CYRILLIC_CONTINUATION = "[" + re.escape(bytes(range(0x80, 0xC0)).decode("cp1251", "ignore")) + "]"

_MAYBE_MOJIBAKE = re2.compile(
    f"[Â-ß]{_CONTINUATION}"  # two-byte sequence read as Windows-1252 or Latin-1
    f"|[à-ï]{_CONTINUATION}{{2}}"  # three-byte sequence
    f"|[ð-ô]{_CONTINUATION}{{3}}"  # four-byte sequence
    f"|(?:[РС]{_CYRILLIC_CONTINUATION}){{2}}|вЂ"  # read as Windows-1251; two in a row, as one is ordinary Ukrainian
    "|‚Ä|ΓÇ|√[©®†§¶¥]"  # quotation marks and accents read as Mac Roman or code page 437
    "|[a-z]Ã "  # à, whose second byte became a plain space
    "|[\u0080-\u0084\u0086-\u009f]"  # Windows-1252 punctuation read as Latin-1
)
"""Necessary for mojibake, not sufficient: ftfy decides, at a millisecond per article."""

_SLICES = re.compile(rf".{{1,{MOJIBAKE_SLICE}}}(?=\s|\Z)|.{{1,{MOJIBAKE_SLICE}}}", re.DOTALL)
"""At white space where there is any, as a character's bytes must stay together."""

_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_STRAY_BYTES = re.compile("[\udc80-\udcff]")
_STRAYS_AS_WINDOWS_1252 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}


@dataclass(frozen=True, slots=True)
class Decoded:
    """Clean text and what had to be mended to get it."""

    text: str
    """NFC, LF line ends, no control characters, no trailing white space on lines, no outer empty lines."""
    repairs: tuple[str, ...]
    """Everything that changed more than line ends and trailing white space, in the order it was done."""


def decode(content: bytes, declared: str | None = None, code_pages: CodePages = NO_CODE_PAGES) -> Decoded | None:
    """Text of a plain-text document.

    Args:
        content: the document's bytes, in any charset.
        declared: the charset that the input names; believed only where the bytes agree.
        code_pages: what tells single-byte code pages apart.

    Returns:
        The text with its repairs, or None where the bytes are not text at all.
    """
    found = read_characters(content, declared, code_pages)
    if found is None:
        return None
    return clean_text(found.text, found.repairs)


def read_characters(
    content: bytes, declared: str | None = None, code_pages: CodePages = NO_CODE_PAGES
) -> Decoded | None:
    """Bytes to characters, with nothing cleaned: a byte order mark, UTF-8, the declared charset, the detected one.

    UTF-8 comes before the declared charset because bytes of another charset are next to never valid UTF-8 by accident,
    while declarations are often wrong.
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            return _with_charset(content[len(mark) :].decode(name, "replace"), name, declared or name)
    charset = _codec(declared)
    unmarked = _unmarked_wide_charset(content)
    if unmarked:
        return _with_charset(content.decode(unmarked, "replace"), unmarked, charset)
    if content.startswith(_SIGNATURES) or (_is_binary(content) and not _is_wide(charset)):
        return None
    if charset and _passes_for_utf8(content, charset):
        text = _try_decode(content, charset)
        if text is not None:
            return Decoded(text, ())
    text = _try_decode(content, "utf-8")
    if text is None:
        return _from_other_charset(content, charset, code_pages)
    return _with_charset(text, "utf-8", charset if not text.isascii() else None)


def page_charset(content: bytes) -> str | None:
    """The charset that an HTML page declares for itself near its beginning, in ``meta`` or an XML declaration."""
    head = content[:PAGE_HEAD_BYTES]
    match = _META_CHARSET.search(head) or _XML_CHARSET.search(head)
    return match[1].decode("ascii") if match else None


def fix_mojibake(text: str) -> str:
    """Text with UTF-8 that was read as another charset put right, line by line and only where it may be."""
    if text.isascii() or not _MAYBE_MOJIBAKE.search(text.encode("utf-8", "replace")):
        return text
    return "\n".join([_fix_line(line) for line in text.split("\n")])


def clean_text(text: str, repairs: tuple[str, ...] = ()) -> Decoded:
    """Characters to clean text: mojibake, control characters, Unicode form, line ends and white space.

    Cleaning the result again changes nothing.
    """
    fixed = fix_mojibake(text)
    done = [*repairs, *["mojibake"] * (fixed != text)]
    text = fixed
    encoded = _encodable(text)
    if encoded is None or _CONTROL_GATE.search(encoded):
        cleaned = _CONTROL_CHARACTERS.sub("", text.removeprefix("\ufeff"))
        done += ["control characters"] * (len(cleaned) != len(text.removeprefix("\ufeff")))
        text = cleaned
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
        done.append("unicode form")
    return Decoded(tidy_lines(text), tuple(dict.fromkeys(done)))


def tidy_lines(text: str) -> str:
    """LF line ends, no trailing white space on lines, no leading or trailing empty line."""
    for mark in _LINE_ENDS:
        if mark in text:
            text = text.replace(mark, "\n")
    return "\n".join([line.rstrip() for line in text.split("\n")]).strip("\n")


def _encodable(text: str) -> bytes | None:
    """The text as UTF-8, which RE2 runs on; None where lone surrogates make it no text yet."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return None


def _codec(label: str | None) -> str | None:
    """Python's name of the text codec that a declared charset means; None where it is unknown or no text codec."""
    if not label:
        return None
    try:
        info = codecs.lookup(label.strip().strip("\"'"))
    except (LookupError, ValueError):
        return None
    if not info._is_text_encoding:
        return None
    return _WEB_LABELS.get(info.name, info.name)


def _try_decode(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except (UnicodeError, LookupError):
        return None


def _with_charset(text: str, used: str, expected: str | None) -> Decoded:
    """Decoded text; the charset is a repair where another one was expected."""
    same = expected is None or _codec(used) == _codec(expected) or _codec(expected) in ("utf-16", "utf-32")
    return Decoded(text, () if same else (f"charset {used}",))


def _is_wide(charset: str | None) -> bool:
    return charset is not None and charset.startswith(("utf-16", "utf-32"))


def _is_binary(content: bytes) -> bool:
    sample = content[:BINARY_SAMPLE_BYTES]
    controls = len(sample) - len(sample.translate(None, _CONTROL_BYTES))
    return controls > BINARY_CONTROLS + BINARY_CONTROL_SHARE * len(sample)


def _unmarked_wide_charset(content: bytes) -> str | None:
    """UTF-16 without a byte order mark, told by NUL in every other byte of mostly Latin text."""
    sample = content[:SAMPLE_BYTES]
    if b"\x00" not in sample or len(content) % 2:
        return None
    even, odd = sample[::2], sample[1::2]
    high = min(even.count(0), odd.count(0)) * 10
    if odd.count(0) > 0.5 * len(odd) and high < len(odd):
        return "utf-16-le"
    if even.count(0) > 0.5 * len(even) and high < len(even):
        return "utf-16-be"
    return None


def _passes_for_utf8(content: bytes, charset: str) -> bool:
    """Whether bytes in this charset could pass for UTF-8 and be wrong."""
    if _is_wide(charset):
        return b"\x00" in content[:SAMPLE_BYTES]
    seven_bit = charset.replace("-", "_").startswith(_SEVEN_BIT_CHARSETS)
    return seven_bit and any(mark in content for mark in _SEVEN_BIT_MARKS)


def _from_other_charset(content: bytes, declared: str | None, code_pages: CodePages) -> Decoded | None:
    """Bytes that are not valid UTF-8: UTF-8 with damage, the declared charset, or the detected one."""
    damaged = _damaged_utf8(content)
    if damaged is not None:
        return damaged
    if declared is not None and _is_wide(declared):
        text = _try_decode(content, declared)
        return None if text is None else Decoded(text, ())
    charset = _detect(_non_ascii_sample(content), declared, code_pages)
    text = content.decode(charset, "replace")
    repairs = [] if charset == declared else [f"charset {_public_name(charset)}"]
    if "\ufffd" in text:
        repairs.append("undecodable bytes")
    return Decoded(text, tuple(repairs))


def _damaged_utf8(content: bytes) -> Decoded | None:
    """UTF-8 cut in its last character, or with single bytes of Windows-1252 in it; None where it is neither."""
    try:
        text, _ = codecs.utf_8_decode(content, "strict", False)
    except UnicodeDecodeError:
        text = content.decode("utf-8", "surrogateescape")
    else:
        return Decoded(text, ("truncated character",))
    strays = len(_STRAY_BYTES.findall(text))
    others = len(text) - len(text.encode("ascii", "ignore")) - strays
    if others < STRAY_BYTE_RATIO * strays:
        return None
    return Decoded(text.translate(_STRAYS_AS_WINDOWS_1252), ("bytes that are not utf-8",))


def _non_ascii_sample(content: bytes) -> bytes:
    """Up to SAMPLE_BYTES of the lines that have other than ASCII in them; they alone tell charsets apart."""
    start = 0
    lines: list[bytes] = []
    size = 0
    while size < SAMPLE_BYTES and (match := _HIGH_BYTE.search(content, start)):
        begin = max(start, content.rfind(b"\n", start, match.start()) + 1, match.start() - SAMPLE_BYTES // 4)
        end = content.find(b"\n", match.start(), match.start() + SAMPLE_BYTES)
        end = end + 1 if end >= 0 else min(len(content), match.start() + SAMPLE_BYTES)
        lines.append(content[begin:end])
        size += end - begin
        start = end
    return b"".join(lines)[:SAMPLE_BYTES]


def _detect(sample: bytes, declared: str | None, code_pages: CodePages) -> str:
    """The sample's charset: the declared one unless another reads clearly better, Windows-1252 where nothing does.

    A language's letters and words go first. Where they say nothing, charset-normalizer tells the charsets of several
    bytes apart; the letters alone then tell single-byte ones.
    """
    if found := code_pages.most_likely(sample, declared):
        return found
    best = _most_likely(sample)
    if declared is not None:
        claim = charset_normalizer.from_bytes(sample, cp_isolation=[declared]).best()
        if claim is not None and (best is None or claim.chaos <= best.chaos + DECLARED_CHAOS_BONUS):
            return declared
    if best is None or best.encoding in code_pages.names:
        by_letters = code_pages.most_likely(sample, declared, by_words=False)
        return by_letters or (best.encoding if best is not None else "cp1252")
    return best.encoding


def _most_likely(sample: bytes) -> charset_normalizer.CharsetMatch | None:
    """The best of the web's charsets; among equally clean ones the commoner, unless another reads clearly better."""
    matches = list(charset_normalizer.from_bytes(sample, cp_isolation=_DETECTABLE))
    if not matches:
        return None
    equals = [match for match in matches if match.chaos <= matches[0].chaos + EQUAL_CHAOS]
    best = max(match.coherence for match in equals)
    likely = [match for match in equals if match.coherence >= best - EQUAL_COHERENCE]
    return min(likely, key=lambda match: _DETECTABLE.index(match.encoding))


def _public_name(charset: str) -> str:
    if charset.startswith("cp125"):
        return "windows-" + charset[2:]
    return charset.replace("iso8859", "iso-8859").replace("_", "-")


def _fix_line(line: str) -> str:
    """One line mended, in slices, so that an endless line costs little more than its mojibake."""
    return "".join([_fix_slice(piece) for piece in _SLICES.findall(line)])


def _fix_slice(piece: str) -> str:
    if not _MAYBE_MOJIBAKE.search(piece.encode("utf-8", "replace")):
        return piece
    return ftfy.fixes.fix_c1_controls(ftfy.fix_encoding(piece))
