"""A headless browser for tests of pages: Debian's chromium, told to call nobody. Tests skip where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Visit:
    """A page that is open, with what it asked for and said."""

    page: Page
    requests: list[str] = field(default_factory=list)
    """Addresses beyond the page itself."""
    complaints: list[str] = field(default_factory=list)
    """Errors and warnings of the console, and dialogs."""


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser for some visits."""
    if CHROMIUM is None:
        pytest.skip("no chromium on PATH")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        try:
            yield opened
        finally:
            opened.close()


def visit(opened: Browser, path: Path, **context: Any) -> Visit:
    """Open a file as a person would, and write down what it does."""
    page = opened.new_context(**context).new_page()
    seen = Visit(page)
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("console", lambda message: seen.complaints.append(message.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("dialog", lambda dialog: (seen.complaints.append(dialog.message), dialog.dismiss()))
    page.goto(path.resolve().as_uri())
    seen.requests.remove(path.resolve().as_uri())
    return seen
