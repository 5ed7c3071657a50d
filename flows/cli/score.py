"""``copydesk score``."""

from __future__ import annotations

from flows.cli.output import AsJson, Config, PublishedPath, WarehousePath, out, print_json, require_warehouse
from flows.plural import things


def score(
    config: Config = None,
    warehouse: WarehousePath = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Count signals in new articles, and score the sources that changed.

    Costs what is new: an article is measured once, and a source is scored when an article, a rating or the content
    model changed. Corrections of the override file (setting overrides) are read anew.
    """
    from flows.score import rescore
    from flows.settings import load_settings

    settings = load_settings({"warehouse": warehouse, "published": published}, config_file=config)
    require_warehouse(settings)
    result = rescore(settings)
    if as_json:
        print_json(result)
        return
    out.print(
        f"{things(result.articles_measured, 'article')} measured, {things(result.sources_examined, 'source')} looked "
        f"at, {things(result.scores_changed, 'score')} changed"
    )
    out.print("See them: copydesk sources")
