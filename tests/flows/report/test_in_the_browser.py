"""Reports and Data Docs opened in a browser: silent, offline, in both modes, and not to be taken over."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from flows.report import overview_path
from tests.browsing import browser, visit
from tests.flows.report.warehouses import IMAGE, SCRIPT

_CONTRAST = """
() => {
  const channels = text => text.match(/[0-9.]+/g).map(Number);
  const light = rgb => {
    const linear = v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = rgb.slice(0, 3).map(v => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = element => {
    for (let each = element; each; each = each.parentElement) {
      const colour = channels(getComputedStyle(each).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.body.querySelectorAll('*')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own || element.classList.contains('skip') || element.closest('title, desc')) continue;
    const style = getComputedStyle(element);
    const ink = light(channels(element.closest('svg') ? style.fill : style.color)), paper = light(behind(element));
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (ratio < 4.5) poor.push([element.tagName, element.textContent.trim().slice(0, 40), ratio.toFixed(2)]);
  }
  return poor;
}
"""
"""Texts whose contrast with what is behind them is below WCAG's AA."""


pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as one:
        yield one


@pytest.mark.parametrize("name", ["days", "hostile", "nothing"])
def test_pages_ask_for_nothing_and_complain_of_nothing(opened: Browser, reports: dict[str, Path], name: str) -> None:
    pages = sorted(reports[name].rglob("*.html"))
    assert len(pages) >= 4
    for path in pages:
        seen = visit(opened, path)
        assert (path.name, seen.requests, seen.complaints) == (path.name, [], [])
        seen.page.close()


def test_hostile_titles_are_read_and_not_run(opened: Browser, reports: dict[str, Path]) -> None:
    for path in [overview_path(reports["hostile"]), *(reports["hostile"] / "runs").iterdir()]:
        seen = visit(opened, path)
        assert "taken" not in seen.page.title()
        assert SCRIPT in seen.page.inner_text("body")
        assert IMAGE in seen.page.inner_text("body")
        assert seen.page.locator("img, iframe").count() == 0
        assert seen.page.locator("script").count() == 1
        for target in seen.page.eval_on_selector_all("a", "all => all.map(one => one.protocol)"):
            assert target in {"file:", "https:", "http:"}
        seen.page.close()


@pytest.mark.parametrize("mode", [{"color_scheme": "light"}, {"color_scheme": "dark"}], ids=["light", "dark"])
def test_all_text_can_be_told_from_its_ground(opened: Browser, reports: dict[str, Path], mode: dict[str, Any]) -> None:
    for path in sorted(reports["days"].rglob("*.html")):
        seen = visit(opened, path, **mode)
        assert (path.name, seen.page.evaluate(_CONTRAST)) == (path.name, [])
        seen.page.close()


def test_plots_follow_the_page_into_the_dark(opened: Browser, reports: dict[str, Path]) -> None:
    inks = []
    for mode in ("light", "dark"):
        seen = visit(opened, overview_path(reports["days"]), color_scheme=mode)
        inks.append(seen.page.eval_on_selector("#volume svg text", "text => getComputedStyle(text).fill"))
        seen.page.close()
    assert inks[0] != inks[1]


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_no_page_is_wider_than_the_window(opened: Browser, reports: dict[str, Path], width: int) -> None:
    for path in sorted(reports["days"].rglob("*.html")):
        seen = visit(opened, path, viewport={"width": width, "height": 800})
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        seen.page.close()


def test_the_keyboard_skips_to_the_report(opened: Browser, reports: dict[str, Path]) -> None:
    seen = visit(opened, overview_path(reports["days"]))
    seen.page.keyboard.press("Tab")
    assert seen.page.evaluate("document.activeElement.className") == "skip"
    seen.page.keyboard.press("Enter")
    assert seen.page.evaluate("document.activeElement.id") == "main"
    seen.page.close()


def test_what_scrolls_on_the_screen_is_whole_in_print(opened: Browser, reports: dict[str, Path]) -> None:
    seen = visit(opened, overview_path(reports["days"]), viewport={"width": 700, "height": 800})
    seen.page.emulate_media(media="print")
    hidden = "all => all.filter(one => getComputedStyle(one).overflowX !== 'visible').length"
    assert seen.page.eval_on_selector_all(".scroll", hidden) == 0
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 700
    assert seen.page.locator("nav.contents").is_hidden()
    assert seen.page.pdf().startswith(b"%PDF")
    seen.page.close()
