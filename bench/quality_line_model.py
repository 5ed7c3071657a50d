"""How well junk lines are stripped, by rules, the line model and templates, on the labelled lines of ../shared.

Five folds by source: the model that an article is scored with (``bench/data/line_folds.npz``, written by
``train_lines``) learned no line, word or title of any source of its fold, and its threshold was chosen without it. The
rules are as they are in the repository; their authors have read labelled articles.

Templates are learned by a run over the unlabelled articles, those of the same source among them: what a user gets who
has loaded a source for some time. The figures without them are the ones for a source never seen.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from bench.line_data import FOLDS, fold_of, read_gold, source_of
from flows.run import run
from flows.settings import load_settings
from flows.tools import NO_TEMPLATES, build_tools, read_tool_parts
from transforms.junk.line_model import LineModel, parse_line_model
from transforms.junk.templates import Templates
from transforms.records import ExtractedDocument, Rejection
from transforms.strip import StripTools, strip
from warehouse import Warehouse

FOLD_MODELS = Path(__file__).parent / "data" / "line_folds.npz"
HINTS = Path(__file__).parent.parent / "transforms" / "junk" / "data" / "line_hints.toml"


def main(shared: Path, errors: int = 0) -> None:
    """Print the figures, or why there are none.

    Args:
        shared: folder with data/ and tools/.
        errors: how many of the remaining errors to show.
    """
    if not (shared / "data" / "lines" / "dev_gold.jsonl").is_file():
        print(f"skipped: no data in {shared}")
        return
    scorer = _load_scorer(shared)
    gold = read_gold(shared)
    tools = build_tools(read_tool_parts(load_settings(environment={}))).strip
    models = fold_models()
    without: list[LineModel | None] = [None] * FOLDS
    _show(scorer, "rules alone", gold, _stripped(gold, tools, without), 0)
    _show(scorer, "rules and line model (five folds by source)", gold, _stripped(gold, tools, models), errors)
    templates = _learned_templates(shared / "data" / "articles")
    _show(scorer, "rules and templates of the source", gold, _stripped(gold, tools, without, templates), 0)
    _show(scorer, "all three", gold, _stripped(gold, tools, models, templates), 0)


def fold_models() -> list[LineModel]:
    """The line models of all folds."""
    return [fold_model(fold) for fold in range(FOLDS)]


def fold_model(fold: int) -> LineModel:
    """The line model that knows nothing of one fold."""
    own = f"_{fold}"
    with np.load(FOLD_MODELS) as archive:
        arrays = {
            name.removesuffix(own): archive[name]
            for name in archive.files
            if name.endswith(own) or not name[-1].isdigit()
        }
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return parse_line_model(buffer.getvalue(), HINTS.read_text("utf-8"))


def _load_scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_lines", shared / "tools" / "score_lines.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with contextlib.suppress(SystemExit), contextlib.redirect_stderr(io.StringIO()):
        spec.loader.exec_module(module)  # it runs its command line when imported, and finds no arguments
    return module


def _learned_templates(articles: Path) -> Templates:
    """What a first run over unlabelled articles learns."""
    with tempfile.TemporaryDirectory() as temporary:
        databases = {"warehouse": Path(temporary) / "work.duckdb", "published": Path(temporary) / "published.duckdb"}
        settings = load_settings(databases, environment={})
        run(settings, [str(articles)])
        with Warehouse.open_published(settings.published) as warehouse:
            return Templates(warehouse.templates())


def _stripped(
    gold: Sequence[dict[str, Any]],
    tools: StripTools,
    models: Sequence[LineModel | None],
    templates: Templates = NO_TEMPLATES,
) -> dict[str, tuple[str, dict[int, str]]]:
    """Text and the evidence of each cut line, by document."""
    predictions: dict[str, tuple[str, dict[int, str]]] = {}
    for entry in gold:
        source = source_of(entry["domain"])
        of_fold = StripTools(tools.rulebook, tools.agencies, models[fold_of(source)])
        document = ExtractedDocument(
            doc_id=entry["doc"], text="\n".join(entry["lines"]), extractor="text", title=entry["title"]
        )
        result = strip(document, of_fold, templates.of(source))
        if isinstance(result, Rejection):
            predictions[entry["doc"]] = ("", {})
        else:
            cuts = {cut.line_number: cut.rule_id for cut in result.cuts}
            predictions[entry["doc"]] = (result.text, cuts)
    return predictions


def _show(
    scorer: ModuleType,
    title: str,
    gold: Sequence[dict[str, Any]],
    predictions: dict[str, tuple[str, dict[int, str]]],
    errors: int,
) -> None:
    texts = {doc: text for doc, (text, _) in predictions.items()}
    totals, kinds, wrong, documents = scorer.score(gold, texts)
    recall, lost, perfect = scorer.figures(documents)
    print(title)
    print(
        f"  junk recall {recall:.4f}   body lines lost {lost:.4%} ({totals['lost']} of {totals['keep']})   "
        f"perfect articles {perfect:.4f}   mixed lines right {totals['mixed_ok']}/{totals['mixed']}"
    )
    print("  " + "  ".join(f"{kind[2:]} {gone}/{there}" for kind, (gone, there) in sorted(kinds.items())))
    lost_by = Counter(predictions[doc][1].get(number, "?") for what, doc, number, _, _ in wrong if what == "LOST")
    print("  lost to: " + ", ".join(f"{rule} {count}" for rule, count in lost_by.most_common()))
    for what, doc, number, label, line in [one for one in wrong if one[0] != "LEFT"] + [
        one for one in wrong if one[0] == "LEFT"
    ][:errors]:
        if errors:
            print(f"    {what} {doc} {number} {label} {line[:150]!r}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--errors", type=int, default=0)
    options = parser.parse_args()
    main(options.shared, options.errors)
