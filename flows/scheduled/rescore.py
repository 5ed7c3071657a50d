"""The flow ``rescore``: copies and stories among what is new, then the scores of the sources that changed.

What relating and scoring do belongs to :mod:`flows.relate` and :mod:`flows.score`; each publishes when it is done.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from prefect import flow

from flows.relate import relate
from flows.scheduled.notify import tell_of_end
from flows.scheduled.parameters import RescoreParameters
from flows.scheduled.tasks import io_task, one_writer
from flows.score import rescore as score

_RELATE = io_task("relate", relate)
_SCORE = io_task("score", score)
_DEFAULTS = RescoreParameters()


@flow(name="rescore", on_failure=[tell_of_end], on_crashed=[tell_of_end])
def rescore(parameters: RescoreParameters = _DEFAULTS) -> dict[str, Any]:
    """Relate what is new, then score the sources that changed; returns the counts of both."""
    settings = parameters.settings()
    with one_writer():
        related = _RELATE(settings, anew=parameters.anew)
        scored = _SCORE(settings)
    return dataclasses.asdict(related) | dataclasses.asdict(scored)
