"""``python -m reviewbot``: the same as the console script."""

from reviewbot.cli import main

main()
