"""The gate on a forge: what people said there, the verdict on a head, and what is shown of it.

``look.look_at`` is the one way in for a pull request, ``heads.attend`` for a commit or a branch, ``patrol.patrol`` for
what no webhook told. What is decided is decided in ``policy``; it knows no queue.
"""
