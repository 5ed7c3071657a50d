"""The stories wing: near-duplicates, and which articles report the same event."""
