"""Articles as schema.org's NewsArticle in JSON-LD, one object a line.

A fact that is not known is left out. Which articles, and where the file goes, is decided by the export.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa

from transforms.page.rights import Statement, statement_of
from transforms.records import Article, arrow_schema
from warehouse.errors import ExportError

if TYPE_CHECKING:
    from warehouse.reader import PublishedWarehouse

CONTEXT = "https://schema.org"
REQUIRED = ("doc_id", "text")

_UNKNOWN_LANGUAGE = "und"
_WEB = ("http://", "https://")


def write_jsonld(warehouse: PublishedWarehouse, sql: str, file: Path) -> int:
    """Write an object for each row of a query, from those of the columns of ``articles`` that it has.

    Returns:
        The number of rows.

    Raises:
        ExportError: the rows have no ``doc_id`` or no ``text``, or a column is of another type than in ``articles``.
        QueryError: DuckDB refused the query, or it is not one query.
        OSError: the file cannot be written.
    """
    columns = warehouse.columns_of(sql)
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise ExportError(f"JSON-LD is written from the columns {' and '.join(REQUIRED)}; {missing[0]} is missing.")
    origins = warehouse.copy_origins()
    answer = warehouse.answer(sql)
    _check_types(answer.schema)
    count = 0
    with file.open("xb") as opened:
        for batch in answer.batches:
            for row in batch.to_pylist():
                opened.write(_line(news_article(row, origins.get(row["doc_id"]))))
                count += 1
    return count


def news_article(row: Mapping[str, Any], based_on: str | None = None) -> dict[str, Any]:
    """One article as a schema.org object.

    Args:
        row: values by the names of the columns of ``articles``; columns may be missing.
        based_on: address of the article that this one is a copy of.
    """
    kind = _kind(row)
    facts = {
        "@context": CONTEXT,
        "@type": kind,
        "identifier": row.get("doc_id"),
        "url": row.get("url"),
        "mainEntityOfPage": row.get("url"),
        "headline": row.get("title"),
        "description": row.get("standfirst"),
        "articleBody": row.get("text"),
        "articleSection": row.get("section"),
        "keywords": row.get("tags"),
        "wordCount": row.get("word_count"),
        "dateline": row.get("dateline") if kind.endswith("NewsArticle") else None,
        "inLanguage": None if row.get("language") == _UNKNOWN_LANGUAGE else row.get("language"),
        "author": [*_named("Person", row.get("authors")), *_named("Organization", row.get("organisation_authors"))],
        "datePublished": _date(row.get("published_at"), row.get("published_on")),
        "dateModified": _date(row.get("modified_at"), row.get("modified_on")),
        "publisher": _publisher(row),
        "sourceOrganization": next(_named("Organization", [row.get("agency")]), None),
        "isBasedOn": based_on,
        "isAccessibleForFree": None if row.get("is_paywalled") is None else not row["is_paywalled"],
        **_rights(row.get("rights")),
    }
    return _known(facts)


def _check_types(schema: pa.Schema) -> None:
    """A query may name its columns as it likes; a list of authors that is a text would be read letter by letter."""
    stored = arrow_schema(Article)
    for field in schema:
        if field.name in stored.names and field.type != (wanted := stored.field(field.name).type):
            raise ExportError(f"the column {field.name} is {field.type}; JSON-LD needs {wanted}, as in articles.")


def _line(article: Mapping[str, Any]) -> bytes:
    # With "<" as an escape, a line can be put into a script element of a page as it is, whatever the text holds.
    return orjson.dumps(article).replace(b"<", b"\\u003c") + b"\n"


def _kind(row: Mapping[str, Any]) -> str:
    """The narrowest type that the page's own word supports."""
    if row.get("is_sponsored"):
        return "AdvertiserContentArticle"
    if row.get("is_article") is False:
        return "Article"
    return "OpinionNewsArticle" if row.get("is_opinion") else "NewsArticle"


def _named(kind: str, names: list[str | None] | None) -> Iterator[dict[str, str]]:
    return ({"@type": kind, "name": name} for name in names or () if name)


def _publisher(row: Mapping[str, Any]) -> dict[str, str] | None:
    known = _known({"name": row.get("publisher"), "identifier": row.get("domain")})
    return {"@type": "Organization", **known} if known else None


def _date(moment: dt.datetime | None, day: dt.date | None) -> str | None:
    """The moment in UTC where it is known, else the day as the page writes it."""
    if moment is not None:
        return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return None if day is None else day.isoformat()


def _rights(text: str | None) -> dict[str, list[Any]]:
    """Licences and the terms of use by their addresses, every other statement in its words."""
    statements = [found for line in (text or "").splitlines() if (found := statement_of(line))]
    licences = [each for each in statements if each.name == "license" and each.value.startswith(_WEB)]
    return {
        "license": list(dict.fromkeys(each.value for each in licences)),
        "usageInfo": [_usage(each) for each in statements if each not in licences],
    }


def _usage(statement: Statement) -> str | dict[str, str]:
    if statement.name == "tdm-policy" and statement.value.startswith(_WEB):
        return statement.value
    return {"@type": "CreativeWork", "text": str(statement)}


def _known(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value not in (None, "", [])}
