"""The page around a report: templates, style, script, and the policy that forbids a page to fetch anything.

What a page says is decided in the other modules of this package.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from flows.report import words

_FILTERS = (
    *("count", "things", "share", "megabytes", "duration", "day", "moment"),
    *("listed", "row", "shown", "link", "language"),
)


def rendered(template: str, **values: Any) -> str:
    """A whole page.

    Raises:
        jinja2.UndefinedError: the template asks for something that is not there, which is a defect.
    """
    style, script = _ours("report.css"), _ours("tables.js")
    page = _environment().get_template(template)
    return page.render(style=Markup(style), script=Markup(script), policy=policy(style, script), **values)  # noqa: S704


def fragment(template: str, macro: str, value: object) -> str:
    """What a macro of a template makes of a value, escaped, to be shown in a page that is not ours.

    Raises:
        jinja2.UndefinedError: the template asks for something that is not there, which is a defect.
    """
    return str(getattr(_environment().get_template(template).module, macro)(value))


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy of a page: its own style, its own script and nothing else, no address."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("flows.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {name: getattr(words, name) for name in _FILTERS}
    environment.globals |= {"part": words.part, "grouped": words.grouped, "first": words.first}
    return environment


@functools.cache
def _ours(name: str) -> str:
    """The style sheet or the script; read from the package, it is ours and needs no escaping."""
    return (resources.files("flows.report") / "templates" / name).read_text(encoding="utf-8")
