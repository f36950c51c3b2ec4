"""The command line. Thin: it reads options, calls the pipeline or a service, and prints."""

from reviewbot.cli.entry import main

__all__ = ["main"]
