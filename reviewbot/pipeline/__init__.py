"""The steps of a review, each on plain data; ``reviewbot.review`` puts them in order."""
