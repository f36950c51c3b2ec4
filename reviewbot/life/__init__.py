"""The life of a suggestion on a pull request, apart from any forge and any clock: plain data in, plain data out."""
