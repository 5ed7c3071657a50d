"""What waits for a person, in words: what it is, and what to do about it.

Asking what waits is the warehouse's work.
"""

from __future__ import annotations

from warehouse import Waiting


def sentence(waiting: Waiting) -> str:
    """What waits and why: ``70 documents of run 2026... are held: "too much in quarantine".``"""
    documents = f"{waiting.documents:,} document{'s' if waiting.documents != 1 else ''}"
    reason = waiting.message or "why is not known"
    if waiting.state == "held":
        return f"{documents} of run {waiting.run_id} {'are' if waiting.documents != 1 else 'is'} held: {reason}."
    ended = "failed" if waiting.state == "failed" else "was interrupted"
    return f"Run {waiting.run_id} {ended} after {documents}: {reason}."


def next_step(waiting: Waiting) -> str:
    """What somebody can do about it, with the commands."""
    dismiss = f'copydesk dismiss {waiting.run_id} --reason "..."'
    if waiting.state == "held":
        return (
            f"Look at them (copydesk quarantine list --run {waiting.run_id}); load them all the same (copydesk "
            f"quarantine retry --run {waiting.run_id} --held --accept-batch), or leave them out ({dismiss})."
        )
    return f"Run the same inputs again, which finishes what is missing, or decide that nothing is ({dismiss})."
