"""The guard benchmark: guards that their authors wrote are taken away, and must be missed."""
