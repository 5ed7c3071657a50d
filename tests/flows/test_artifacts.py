"""What comes from outside is text in Prefect's artifacts, never markup."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from flows.reading import Fruitless
from flows.run import RunResult
from flows.settings import load_settings
from flows.summary import as_code, summary_markdown
from transforms.records import RunSummary
from warehouse import Waiting

HOSTILE = (
    "404 [Sign in](https://evil.example/) ![x](https://evil.example/p.png) <img src=x> `` ` http://a.example\n# a|b"
)


def parsed(markdown: str) -> list[Token]:
    """All tokens of a text, those inside of paragraphs and cells too."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    return [one for token in tokens for one in (token, *(token.children or ()))]


@pytest.mark.parametrize("text", [HOSTILE, "`", "``", "a`", "`a", " ", "", "\x00", "a\r\n\r\nb", "\u2028# x"])
def test_text_from_outside_is_code(text: str) -> None:
    kinds = {token.type for token in parsed(f"- {as_code(text)}") if token.level > 2 or token.type == "inline"}
    assert not {kind for kind in kinds if "link" in kind or "html" in kind or kind in ("image", "heading_open")}


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60) | st.text(alphabet="`[]() <>a|\\\n", max_size=30))
def test_a_code_span_ends_where_it_should(text: str) -> None:
    inline = [token for token in parsed(f"before {as_code(text)} after") if token.type == "inline"]
    assert len(inline) == 1
    kinds = [child.type for child in inline[0].children or ()]
    assert kinds in (["text", "code_inline", "text"], ["text"])


def test_a_status_phrase_of_a_feed_is_no_link_in_the_summary() -> None:
    now = dt.datetime(2026, 1, 31, tzinfo=dt.UTC)
    fields: dict[str, object] = {field.name: 0 for field in dataclasses.fields(RunSummary)}
    fields |= {"run_id": "20260131T081500-9f3a1c", "state": "finished", "message": None, "inputs": ("a",)}
    fields |= {"rules_version": "1", "started_at": now, "finished_at": now}
    summary = RunSummary(**fields)  # type: ignore[arg-type]
    waiting = Waiting("20260131T081500-9f3a1c", now, "failed", 3, HOSTILE)
    result = RunResult(
        summary, held=(HOSTILE,), waiting=(waiting,), fruitless=(Fruitless("feed", HOSTILE),), notes=(HOSTILE,)
    )
    kinds = {token.type for token in parsed(summary_markdown(result, load_settings({}, environment={})))}
    assert not {kind for kind in kinds if "link" in kind or "html" in kind or kind == "image"}
    assert "code_inline" in kinds
