"""The slim frames that contracts judge: measured facts about articles and batches instead of their texts.

Great Expectations hashes and copies what it is given, so no text goes in: lengths, shares, flags and bounded strings
do. Which values are good is not decided here but in thresholds.toml.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.records import BatchFacts

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

Kind = Literal["text", "number", "flag"]

ROW = "row"
"""Name of the frames' index: the row in the judged table, from 0."""

URL_CHARACTERS = 300
"""Characters of a web address that are judged: scheme and host stand at its start, and input decides its length."""

TITLE_CHARACTERS = 200
"""Characters of a title that are judged; ``title_length`` has the whole of it."""

AUTHORS_CHARACTERS = 500
"""Characters of the joined author names that are judged."""

CAPITALS_CHARACTERS = 400
"""Characters at the start of a text that tell whether it is set in capitals."""

DAMAGE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{FFFD}ÃÐ]|â€"
"""One pass over all texts for anything that the three counts below count; most texts have none of it."""

CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
"""Control characters other than tab, line feed and carriage return."""

MOJIBAKE = r"Ã[\x{80}-\x{BF}ŠŒŽšœžŸƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|â€|Ð[\x{80}-\x{BF}]"
"""UTF-8 read as windows-1252: a lead byte's letter before what can only be a continuation byte."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One column of a frame: its kind, what it means, and the article's or batch's column that explains its value."""

    kind: Kind
    meaning: str
    explained_by: str | None = None


ARTICLE_FACTS: Mapping[str, Fact] = {
    "doc_id": Fact("text", "the document's id"),
    "has_text": Fact("flag", "whether the text has any visible character"),
    "text_length": Fact("number", "characters of the text"),
    "word_count": Fact("number", "words of the text"),
    "words_per_sentence": Fact("number", "words of the text divided by its sentences"),
    "characters_per_word": Fact("number", "characters of the text divided by its words"),
    "is_article": Fact("flag", "whether the document is news text", explained_by="article_reason"),
    "text_sha256": Fact("text", "hex digest of the normalised text"),
    "minhash_length": Fact("number", "bytes of the MinHash signature"),
    "replacement_share": Fact("number", "share of U+FFFD, the mark of a lost character, in the text, 0..1"),
    "control_share": Fact("number", "share of control characters (not tab or line ends) in the text, 0..1"),
    "mojibake_share": Fact("number", "share of UTF-8 read as windows-1252 in the text, 0..1"),
    "in_capitals": Fact("flag", f"whether the first {CAPITALS_CHARACTERS} characters have capital letters only"),
    "stripped_share": Fact("number", "characters cut as junk, as a share of the extracted text, 0..1"),
    "extraction_confidence": Fact("number", "chance that the main text of a page is nearly right, 0..1"),
    "language": Fact("text", "language code, or und", explained_by="language_reason"),
    "url": Fact("text", f"web address, its first {URL_CHARACTERS} characters"),
    "domain": Fact("text", "registered domain of the source"),
    "title": Fact("text", f"title, its first {TITLE_CHARACTERS} characters"),
    "title_length": Fact("number", "characters of the title"),
    "title_uses": Fact("number", "articles of the batch with this title and domain"),
    "authors": Fact("text", "authors, joined with '; '"),
    "longest_credit": Fact("number", "characters of the longest of agency, publisher and dateline"),
    "published_on": Fact("text", "publication date as year-month-day"),
    "published_year": Fact("number", "year of the publication date"),
    "days_ahead": Fact("number", "days from the day of the run to the publication date; negative for the past"),
    "days_to_modification": Fact("number", "days from publication to the last modification"),
}
"""The columns of the frame that the article contract judges."""

BATCH_FACTS: Mapping[str, Fact] = {
    "document_count": Fact("number", "documents that were new in the batch"),
    "article_count": Fact("number", "those that passed every stage and every critical expectation"),
    "quarantine_share": Fact("number", "share of the documents that left the way, 0..1"),
    "undetermined_share": Fact("number", "share of the articles without a known language, 0..1"),
    "language_shift": Fact("number", "distance between the batch's language mix and the usual one, 0..1"),
    "median_word_count": Fact("number", "median of the articles' word counts"),
    "confidence_drop": Fact(
        "number",
        "how far a source's mean extraction confidence is below its usual one, of the source where that is most, -1..1",
        explained_by="confidence_drop_source",
    ),
}
"""The columns of the frame that the batch contract judges: fields of ``BatchFacts``."""


def article_facts(articles: pa.Table, today: dt.date) -> pd.DataFrame:
    """The facts of a table of ``Article`` rows: a column per entry of ``ARTICLE_FACTS``, indexed by row from 0.

    Numbers are float64 with NaN for what is not known, texts are Arrow-backed strings with missing values.
    """
    import pandas as pd

    length = pc.cast(pc.utf8_length(articles["text"]), pa.float64())
    columns = _text_facts(articles, length) | _title_facts(articles) | _date_facts(articles, today)
    columns |= _plain_facts(articles, length)
    series = {name: _series(columns[name], fact.kind) for name, fact in ARTICLE_FACTS.items()}
    return pd.DataFrame(series, index=pd.RangeIndex(articles.num_rows, name=ROW))


def batch_facts(facts: BatchFacts) -> pd.DataFrame:
    """The one row that the batch contract judges: a column per entry of ``BATCH_FACTS``; None becomes NaN."""
    import pandas as pd

    values = dataclasses.asdict(facts)
    columns = {name: [np.nan if values[name] is None else float(values[name])] for name in BATCH_FACTS}
    return pd.DataFrame(columns, index=pd.RangeIndex(1, name=ROW))


def _plain_facts(articles: pa.Table, length: pa.ChunkedArray) -> dict[str, Any]:
    cut = pc.cast(articles["stripped_char_count"], pa.float64())
    credits = [pc.utf8_length(articles[name]) for name in ("agency", "publisher", "dateline")]
    return {
        **{
            name: articles[name]
            for name in (
                "doc_id",
                "word_count",
                "is_article",
                "text_sha256",
                "language",
                "domain",
                "extraction_confidence",
            )
        },
        "minhash_length": pc.binary_length(articles["minhash"]),
        "stripped_share": _ratio(cut, pc.add(cut, length)),
        "url": pc.utf8_slice_codeunits(articles["url"], 0, URL_CHARACTERS),
        "authors": pc.utf8_slice_codeunits(pc.binary_join(articles["authors"], "; "), 0, AUTHORS_CHARACTERS),
        "longest_credit": pc.max_element_wise(*credits),
    }


def _text_facts(articles: pa.Table, length: pa.ChunkedArray) -> dict[str, Any]:
    text = articles["text"]
    replaced, controls, mojibake = _damage_counts(text)
    return {
        "has_text": pc.match_substring_regex(text, r"[^\s\pZ\pC]"),
        "text_length": length,
        "words_per_sentence": _ratio(articles["word_count"], articles["sentence_count"]),
        "characters_per_word": _ratio(length, articles["word_count"]),
        "replacement_share": _ratio(replaced, length),
        "control_share": _ratio(controls, length),
        "mojibake_share": _ratio(mojibake, length),
        "in_capitals": pc.utf8_is_upper(pc.utf8_slice_codeunits(text, 0, CAPITALS_CHARACTERS)),
    }


def _damage_counts(text: pa.ChunkedArray) -> tuple[pa.Array, pa.Array, pa.Array]:
    """How many lost characters, control characters and mojibake characters each text has, found in one pass over all.

    The counting passes see only texts that have any: three of them over every text cost as much as the whole contract.
    """
    suspects = np.flatnonzero(pc.match_substring_regex(text, DAMAGE).to_numpy())
    some = text.take(pa.array(suspects))
    found = (
        pc.count_substring(some, "\N{REPLACEMENT CHARACTER}"),
        pc.count_substring_regex(some, CONTROLS),
        pc.multiply(pc.count_substring_regex(some, MOJIBAKE), 2),
    )
    replaced, controls, mojibake = (_scatter(counts, suspects, len(text)) for counts in found)
    return replaced, controls, mojibake


def _scatter(counts: pa.ChunkedArray, rows: NDArray[np.int64], length: int) -> pa.Array:
    spread = np.zeros(length)
    spread[rows] = counts.to_numpy()
    return pa.array(spread)


def _title_facts(articles: pa.Table) -> dict[str, Any]:
    title = pc.if_else(pc.equal(articles["title"], ""), None, articles["title"])
    key = pc.binary_join_element_wise(pc.fill_null(articles["domain"], ""), title, "\n")
    code = key.combine_chunks().dictionary_encode().indices
    uses = pa.array(np.bincount(code.drop_null().to_numpy()))
    return {
        "title": pc.utf8_slice_codeunits(title, 0, TITLE_CHARACTERS),
        "title_length": pc.utf8_length(title),
        "title_uses": uses.take(code),
    }


def _date_facts(articles: pa.Table, today: dt.date) -> dict[str, Any]:
    published = articles["published_on"]
    return {
        "published_on": pc.cast(published, pa.string()),
        "published_year": pc.year(published),
        "days_ahead": pc.days_between(pa.scalar(today, pa.date32()), published),
        "days_to_modification": pc.days_between(published, articles["modified_on"]),
    }


def _ratio(part: pa.ChunkedArray, whole: pa.ChunkedArray) -> pa.ChunkedArray:
    """``part / whole`` as float64; null where the whole is nothing."""
    whole = pc.cast(whole, pa.float64())
    return pc.divide(pc.cast(part, pa.float64()), pc.if_else(pc.equal(whole, 0.0), None, whole))


def _series(column: pa.ChunkedArray, kind: Kind) -> pd.Series[Any]:
    import pandas as pd

    if kind == "text":
        return pd.Series(column.to_pandas(), dtype="str")
    if kind == "flag":
        return pd.Series(column.to_numpy(zero_copy_only=False))
    return pd.Series(pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False))
