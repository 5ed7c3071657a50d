"""The contract as Great Expectations suites, and the one place that imports and runs Great Expectations.

It is imported inside functions: the import takes seconds and 250 MB, and most commands never validate. What the
answers mean for a document is decided in validate.py.
"""

from __future__ import annotations

import functools
import html
import importlib
import sys
import threading
import types
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expectations.facts import ROW
from expectations.thresholds import Expectation, ExpectationType
from transforms.errors import CopydeskError

if TYPE_CHECKING:
    import great_expectations as gx
    import pandas as pd
    from great_expectations.core.batch_definition import BatchDefinition

_ONE_AT_A_TIME = threading.Lock()
"""Great Expectations keeps its context in module state, and the first import may come from a warm-up thread."""

_SELDOM_USED = ("scipy.stats", "altair")
"""What Great Expectations imports for one expectation that no contract of ours has: a third of its import's time."""

_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [ROW],
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}
"""Names every failing row, and copies no value of it."""


class ContractError(CopydeskError):
    """An expectation could not be judged: the contract or the frame is broken, not the documents."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Great Expectations says about one expectation."""

    expectation: Expectation
    success: bool
    checked: int
    """Rows with a value to judge."""
    failing_rows: tuple[int, ...]


def judge(frame: pd.DataFrame, name: str, expectations: Iterable[Expectation]) -> list[Verdict]:
    """What each expectation says about a frame, in one validation, in the order given.

    Raises:
        ContractError: an expectation ended with an error, or without an answer.
    """
    expectations = list(expectations)
    if not expectations:
        return []
    with _ONE_AT_A_TIME:
        batch = _frames().get_batch({"dataframe": frame})
        answer = batch.validate(suite(name, expectations), result_format=_RESULT_FORMAT)
    return _verdicts(answer.results, expectations)


def suite(name: str, expectations: Iterable[Expectation]) -> gx.ExpectationSuite:
    """The Great Expectations suite of some expectations; ``meta`` carries each one's name."""
    import_great_expectations()
    from great_expectations import ExpectationSuite

    return ExpectationSuite(name=name, expectations=[_translate(expectation) for expectation in expectations])


@functools.cache
def _frames() -> BatchDefinition[Any]:
    """Where frames are handed in: one context for the process, which keeps nothing but the last frame."""
    import_great_expectations()
    from great_expectations import get_context
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frames")
    return asset.add_batch_definition_whole_dataframe("frames")


@functools.cache
def import_great_expectations() -> None:
    """Import it, without its warnings about itself; calling it again costs nothing."""
    # Two standard modules that it imports are deprecated. The filters are set for good and not for the moment of the
    # import: warnings.catch_warnings is not safe where another thread does the same.
    for module in ("sre_constants", "sre_parse"):
        warnings.filterwarnings("ignore", f"module '{module}' is deprecated", DeprecationWarning)
    for module in _SELDOM_USED:
        sys.modules.setdefault(module, _Postponed(module))
    import great_expectations  # noqa: F401


class _Postponed(types.ModuleType):
    """Stands in for a module until something is taken from it: what ``importlib.util.LazyLoader`` is meant for, which
    before Python 3.12 loads a module as soon as another one imports it."""

    _giving_way = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        with self._giving_way:
            if sys.modules.get(self.__name__) is self:
                del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def _translate(expectation: Expectation) -> Any:
    from great_expectations.expectations.metadata_types import FailureSeverity

    return _classes()[expectation.type](
        column=expectation.column,
        mostly=expectation.mostly,
        severity=FailureSeverity(expectation.severity),
        meta={"name": expectation.name},
        description=_described(expectation),
        **_bounds(expectation),
    )


def _described(expectation: Expectation) -> str:
    """What Data Docs say of it, which take the text for HTML."""
    asked = f"{expectation.name} ({expectation.severity}): asks for {expectation.bound}. {expectation.reason}"
    return html.escape(asked, quote=False)


@functools.cache
def _classes() -> dict[ExpectationType, Any]:
    """The class of each type of expectation: Great Expectations' own, made to settle its configuration once."""
    from great_expectations import expectations as gxe

    return {
        "not_null": _settled(gxe.ExpectColumnValuesToNotBeNull),
        "unique": _settled(gxe.ExpectColumnValuesToBeUnique),
        "between": _settled(gxe.ExpectColumnValuesToBeBetween),
        "regex": _settled(gxe.ExpectColumnValuesToMatchRegex),
        "not_regex": _settled(gxe.ExpectColumnValuesToNotMatchRegex),
        "in_set": _settled(gxe.ExpectColumnValuesToBeInSet),
        "not_in_set": _settled(gxe.ExpectColumnValuesToNotBeInSet),
    }


def _settled(base: Any) -> Any:
    """A custom expectation that differs from its base in building its configuration once, not at each look.

    A validation looks at it 150 times for each expectation, which is a third of what the whole contract costs. The
    expectations made here are never changed after they are made.
    """
    from great_expectations.compatibility.pydantic import PrivateAttr

    def configuration(self: Any) -> Any:
        if self._settled is None:
            self._settled = base.configuration.fget(self)
        return self._settled

    members = {"_settled": PrivateAttr(None), "configuration": property(configuration), "__module__": __name__}
    return type(base)(base.__name__.replace("ColumnValues", "FactValues"), (base,), members)


def _bounds(expectation: Expectation) -> dict[str, Any]:
    match expectation.type:
        case "between":
            bounds = {"min_value": expectation.minimum, "max_value": expectation.maximum}
            return {key: value for key, value in bounds.items() if value is not None}
        case "regex" | "not_regex":
            return {"regex": expectation.pattern}
        case "in_set" | "not_in_set":
            return {"value_set": list(expectation.values)}
        case "not_null" | "unique":
            return {}


def _verdicts(results: Iterable[Any], expectations: list[Expectation]) -> list[Verdict]:
    answers = {result.expectation_config.meta["name"]: result for result in results}
    return [_verdict(expectation, answers.get(expectation.name)) for expectation in expectations]


def _verdict(expectation: Expectation, answer: Any) -> Verdict:
    if answer is None:
        raise ContractError(f"expectation {expectation.name!r} got no answer from Great Expectations")
    error = _error_of(answer.exception_info)
    if error is not None:
        raise ContractError(
            f"expectation {expectation.name!r} ({expectation.type} on {expectation.column}) ended with an error: "
            f"{error}; correct its entry in thresholds.toml or the column"
        )
    result = answer.result
    rows = [row for group in result.get("unexpected_index_list") or [] for row in group[ROW]]
    return Verdict(
        expectation=expectation,
        success=bool(answer.success),
        checked=int(result["element_count"]) - int(result.get("missing_count", 0)),
        failing_rows=tuple(sorted(int(row) for row in rows)),
    )


def _error_of(exception_info: dict[str, Any]) -> str | None:
    """The message of an expectation's error, which comes flat or once for every metric that it needed."""
    infos = [exception_info] if "raised_exception" in exception_info else list(exception_info.values())
    messages = [str(info["exception_message"]) for info in infos if info["raised_exception"]]
    return "; ".join(messages) or None
