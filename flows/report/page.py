"""The page around a report: templates, the style, and the policy that forbids a page to fetch anything.

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

_FILTERS = ("count", "things", "share", "megabytes", "duration", "day", "moment", "listed", "shown", "link", "language")


def rendered(template: str, **values: Any) -> str:
    """A whole page.

    Raises:
        jinja2.UndefinedError: the template asks for something that is not there, which is a defect.
    """
    style = _style()
    return _environment().get_template(template).render(style=Markup(style), policy=policy(style), **values)  # noqa: S704


def policy(style: str) -> str:
    """The Content-Security-Policy of a page: its own style and nothing else, no script, no address."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


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
def _style() -> str:
    """The style sheet; read from the package, it is ours and needs no escaping."""
    return (resources.files("flows.report") / "templates" / "report.css").read_text(encoding="utf-8")
