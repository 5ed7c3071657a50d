"""``python -m flows.cli``: the command where it is not on the path."""

from flows.cli import main

main()
