"""Great Expectations Data Docs of what was judged: pages that need no network and call nobody.

Made from the contract and the stored answers, by Great Expectations' own renderers; nothing is validated again. Stored
are the counts of each expectation by batch, so the pages show counts, and no failing value: those are in quarantine.
What its own page template would fetch (17 resources of CDNs, a logo whose address carries the time) and every script is
left out. Writing files does not belong here.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import jinja2
from lxml import html  # type: ignore[import-untyped]
from markupsafe import Markup

from expectations import suites
from expectations.thresholds import Contract, Suite
from transforms.records import ContractResult

INDEX = "index.html"
SUITES: tuple[Suite, ...] = get_args(Suite)

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_KEPT_ATTRIBUTES = frozenset({"id", "class", "href", "colspan", "rowspan", "scope"})
_SECTION = re.compile(r"section-[0-9]+")
_GONE = ("script", "link", "img", "style", "iframe", "object", "form", "input", "button")
_SIGNS = {
    "fa-check-circle": ("met", "\u2713 met"),
    "fa-times": ("unmet", "\u2717 not met"),
    "fa-exclamation-triangle": ("unmet", "! error"),
}
"""What icons of a font say, which is not there."""


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """The contract's answers about one run, added up over its batches."""

    run_id: str
    judged_at: dt.datetime
    results: tuple[ContractResult, ...]

    def of(self, suite: str) -> list[ContractResult]:
        """The answers of one suite."""
        return [result for result in self.results if result.suite == suite]

    @property
    def suites(self) -> list[Suite]:
        """The suites that were asked."""
        return [suite for suite in SUITES if self.of(suite)]


def suite_pages(contract: Contract) -> dict[str, str]:
    """A page for each suite of the contract, by file name."""
    renderer = _renderers().ExpectationSuitePageRenderer()
    return {
        suite_page(name): _page(renderer.render(suites.suite(name, contract.of(name))), f"Suite {name}")
        for name in SUITES
        if contract.of(name)
    }


def run_pages(contract: Contract, run: JudgedRun) -> dict[str, str]:
    """A page for each suite that judged a run, by file name.

    Answers to expectations that the contract no longer has are left out: what they asked is not stored.
    """
    renderer = _renderers().ValidationResultsPageRenderer(run_info_at_end=True)
    return {
        run_page(run.run_id, name): _page(
            renderer.render(_validation(contract, run, name)), f"Suite {name}, run {run.run_id}"
        )
        for name in run.suites
    }


def index_page(contract: Contract, runs: Sequence[JudgedRun], there: Iterable[str], back: str) -> str:
    """The page that leads to the others.

    Args:
        runs: newest first.
        there: names of the files that can be linked.
        back: address of the page that all this belongs to.
    """
    return _template("data_docs_index.html.j2").render(
        policy=_POLICY,
        back=back,
        runs=runs,
        there=frozenset(there),
        run_page=run_page,
        suite_pages=[(name, suite_page(name), len(contract.of(name))) for name in SUITES],
    )


def suite_page(suite: str) -> str:
    """File name of a suite's page."""
    return f"suite-{suite}.html"


def run_page(run_id: str, suite: str) -> str:
    """File name of the page about a run and a suite."""
    return f"run-{run_id}-{suite}.html"


def _validation(contract: Contract, run: JudgedRun, suite: Suite) -> Any:
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.core.run_identifier import RunIdentifier

    answers = {result.expectation: result for result in run.of(suite)}
    asked = [expectation for expectation in contract.of(suite) if expectation.name in answers]
    built = suites.suite(suite, asked).expectations
    results = [
        _validation_result(made, answers[expectation.name]) for made, expectation in zip(built, asked, strict=True)
    ]
    met = sum(result.success for result in results)
    return ExpectationSuiteValidationResult(
        success=met == len(results),
        results=results,
        suite_name=suite,
        suite_parameters={},
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": met,
            "unsuccessful_expectations": len(results) - met,
            "success_percent": 100 * met / len(results) if results else None,
        },
        meta={"run_id": RunIdentifier(run.run_id, run.judged_at)},
    )


def _validation_result(made: Any, answer: ContractResult) -> Any:
    from great_expectations.core import ExpectationValidationResult

    counts: dict[str, Any] = {"element_count": answer.checked, "unexpected_count": answer.failed}
    if answer.checked:
        counts["unexpected_percent"] = 100 * answer.failed / answer.checked
    if answer.observed is not None:
        counts["observed_value"] = answer.observed
    return ExpectationValidationResult(
        success=answer.success,
        expectation_config=made.configuration,
        result=counts,
        meta={},
        exception_info={"raised_exception": False, "exception_message": None, "exception_traceback": None},
    )


@functools.cache
def _renderers() -> Any:
    suites.import_great_expectations()
    from great_expectations.render.renderer import page_renderer

    return page_renderer


@functools.cache
def _environment() -> jinja2.Environment:
    """Great Expectations' templates for the parts of a page, ours for the page around them."""
    from great_expectations.render.view import DefaultJinjaPageView

    environment: jinja2.Environment = DefaultJinjaPageView().env
    environment.loader = jinja2.ChoiceLoader(
        [jinja2.PackageLoader("expectations"), environment.loader or _own_loader()]
    )
    return environment


def _page(document: Any, title: str) -> str:
    rendered = _environment().get_template("data_docs_sections.html.j2").render(document.to_json_dict())
    return _template("data_docs_page.html.j2").render(policy=_POLICY, title=title, body=Markup(_cleaned(rendered)))  # noqa: S704


@functools.cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(loader=_own_loader(), autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.get_template(name)


def _own_loader() -> jinja2.BaseLoader:
    return jinja2.PackageLoader("expectations")


def _cleaned(rendered: str) -> str:
    """The parts of a page without anything that runs, fetches or looks different without a style of its own.

    Great Expectations does not escape everything in its templates; only elements that show text are left here, with
    attributes that do nothing.
    """
    root = html.fragment_fromstring(rendered, create_parent="div")
    for element in list(root.iter(*_GONE)):
        element.drop_tree()
    for toggle in root.xpath(".//a[@data-toggle]"):
        toggle.drop_tree()
    for icon in root.iter("i"):
        for name, (kind, words) in _SIGNS.items():
            if name in icon.get("class", ""):
                icon.tag, icon.text = "b", words
                icon.set("class", kind)
    for element in root.iter(html.etree.Element):
        _tame(element)
    return str(html.tostring(root, encoding="unicode"))


def _tame(element: Any) -> None:
    for name in set(element.attrib) - _KEPT_ATTRIBUTES:
        del element.attrib[name]
    if "id" in element.attrib and not _SECTION.fullmatch(element.get("id")):
        del element.attrib["id"]
    target = element.attrib.pop("href", "")
    if target.startswith("#"):
        element.set("href", target)
    elif "/expectations/" in target and target.startswith("../"):
        element.set("href", suite_page(target.rpartition("/")[2].removesuffix(".html")))
