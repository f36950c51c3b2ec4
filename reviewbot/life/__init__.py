"""The life of a suggestion on a pull request, apart from any forge, clock and database: plain data in and out.

For each record, at each new head: ``carry`` sees where its text stands now (``carry_all`` for all of them, no two on
the same lines); ``answer`` sees whether a person answered; ``step`` takes both, gives the record as it is then, and
says what to do with its thread. For the review between: ``fresh`` cuts the change to what is new since the last one,
and ``select`` drops what was made before and names the rest.

Content decides, never a number: the map of lines only says where to look, and what reads otherwise is no place. A
record that loses its place keeps the last one and the head it holds for, so that a revert or a return to an old head
finds it again in the thread it had. A person's answer is final: the bot acts on their thread no more. Every function
gives the same for the same, so that work done twice is seen once.
"""
