"""The answers in English."""

from reviewbot.commands.grammar import Fault, Name
from reviewbot.commands.rights import Why
from reviewbot.commands.sentences import Sentences
from reviewbot.domain.conversation import Permission
from reviewbot.domain.record import Outcome
from reviewbot.domain.tone import Tone

EN = Sentences(
    tone=Tone.EN,
    help_title="Write a command at the beginning of a line, in a comment or in a reply:",
    help_header="| command | what it does | who may |",
    helps={
        Name.FIX: (
            "Proposes a fix of the line or thread that it is written on. Words after it, or the comment that it "
            "replies to, say what is wrong. With `--commit` the suggestion is pushed to the head branch."
        ),
        Name.TEST: "Proposes a test of the line or thread that it is written on.",
        Name.REVIEW: "Reviews what is new on the pull request; with `--full`, everything again.",
        Name.REJECT: "Takes the suggestion of the thread back; it is not made again on this pull request.",
        Name.EXPLAIN: "Says why the suggestion of the thread was made, and how it was checked.",
        Name.REVIEWED: (
            "Tells the gate that you reviewed the AI-written lines: all of them, a file's, or those of the thread that "
            "it is written in. It counts as far as your approval would."
        ),
        Name.OVERRIDE: "Lifts the gate for this head, for the reason given; for those whom the policy names.",
        Name.PAUSE: "Stops reviews of this pull request; commands are still answered.",
        Name.RESUME: "Reviews this pull request again.",
        Name.HELP: "Shows this.",
        Name.STATUS: "Says what was reviewed, what stands, and whether reviews are paused.",
    },
    needs={
        Permission.READ: "who may read the repository",
        Permission.WRITE: "who may write to the repository",
    },
    needs_review="who may write to the repository, and the author of a pull request from a fork",
    help_places="Lines in quotes and in code blocks are no commands. A comment may hold five.",
    refusals={
        Why.TOO_OFTEN: "You gave {limit:number} commands in an hour, which is all that one person may: wait a while.",
        Why.NEEDS_WRITE: "This command is for people who may write to the repository: ask one of them.",
        Why.NEEDS_READ: "This command is for people who may read the repository: ask one of them.",
        Why.ONLY_REVIEW: (
            "This command is for people who may write to the repository; as the author of a pull request from a fork "
            "you may ask for `/seed review`."
        ),
    },
    mistakes={
        Fault.UNKNOWN_NAME: "There is no command {word:code}.",
        Fault.UNKNOWN_OPTION: "There is no option {word:code} here.",
        Fault.NEEDLESS_WORDS: "{command:code} takes no words such as {word:code}: write it alone.",
        Fault.PATH: "A command works where it is written and takes no path such as {word:code}: write it on the line.",
        Fault.TOO_MANY: "A comment may hold five commands: the ones from {line:code} on were left out.",
    },
    nearest="Did you mean {nearest:code}?",
    all_commands="`/seed help` shows them all.",
    no_place="There is no place to work on: reply on a line of the diff.",
    not_mine="There is no suggestion of mine in this thread: reply to the one that you mean.",
    not_open="The pull request is not open, so there is nothing to do.",
    failed="This could not be done, for a reason that is not yours: whoever runs this bot finds it in its log.",
    stands_already="The fix that I have for these lines is suggested here already.",
    lines_changed="These lines are not as they were when the thread began: ask on a line of the diff as it is now.",
    nothing_to_fix="Nothing to fix here: no call on these lines is known to fail without being handled.",
    nothing_to_fix_since="Nothing to fix here that could be proven: {reason:prose}",
    fixed_on_line="A fix is suggested in {path:code}, on line {start:number}.",
    fixed_on_lines="A fix is suggested in {path:code}, on lines {start:number} to {end:number}.",
    gate_is_off="There is no gate here that this could be told: `[ai]` in `.reviewbot.toml` of the base branch is off.",
    edited_by_another="Somebody else edited this comment, so it counts for nobody: write one of your own.",
    not_seen=(
        "It cannot be told that you have seen {sha:code}, which is the head now: look at it, and write the command "
        "again in ten seconds or more."
    ),
    no_such_lines=(
        "At {sha:code} there is nothing that {words:code} names: write a path of the repository, and lines that the "
        "file has, such as `src/app.py:3-9`."
    ),
    name_the_lines="It cannot be told which lines are meant here: name them, such as `/seed reviewed src/app.py:3-9`.",
    no_overrider="By the policy on the base branch only {named:codes} may lift the gate.",
    nobody_overrides="By the policy on the base branch nobody may lift the gate: `override` in `[ai]` names people.",
    no_reason="Say why, in some words: `/seed override the hotfix cannot wait, review follows in #12`.",
    no_tests_yet="This version writes no tests yet.",
    committed="Committed as {sha:code}.",
    head_moved="The head moved since, so nothing was done: ask again.",
    fork_forbids="This fork does not let maintainers push to its branch: apply the suggestion on the page instead.",
    branch_protected="The branch {branch:code} is protected, and nothing is pushed to such a branch.",
    push_refused="The forge refused the push: apply the suggestion on the page instead.",
    rejected="Taken back; it is not suggested again on this pull request.",
    paused="Reviews of this pull request are paused; `/seed resume` goes on.",
    resumed="Reviews of this pull request go on.",
    nothing_found="{sha:code} was reviewed, and there is nothing to say.",
    explained="Made by the rule {rule:code}, for {exceptions:codes}; {percent:number} % sure.",
    never_reviewed="Not reviewed yet.",
    reviewed_now="Reviewed: {sha:code}, the head as it is now.",
    reviewed_before="Last reviewed: {sha:code}; the head is another by now.",
    standing="Suggestions that stand: {count:number}",
    outcomes={
        Outcome.APPLIED: "Applied as suggested: {count:number}",
        Outcome.FIXED: "Fixed in another way: {count:number}",
        Outcome.REMOVED: "Gone with their lines: {count:number}",
        Outcome.WITHDRAWN: "Withdrawn, since their lines changed: {count:number}",
        Outcome.REJECTED: "Rejected: {count:number}",
        Outcome.LEFT: "Left when the pull request was closed: {count:number}",
    },
    paused_by="Reviews are paused, by {login:code}; `/seed resume` goes on.",
)
"""English."""
