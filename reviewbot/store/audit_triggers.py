"""Triggers by which the database itself lets the audit log only grow, one record behind the other.

Who may drop them can still change a row; ``reviewbot audit verify`` finds it. On SQLite the trigger on ``INSERT`` also
stops ``INSERT OR REPLACE``, which deletes without firing a trigger (https://www.sqlite.org/lang_conflict.html).
A migration uses these, so they are changed only by another one.
"""

from __future__ import annotations

NAMES = ("audit_grows", "audit_no_delete", "audit_no_update")
"""The triggers that both databases have."""

_ONLY_GROWS = "the audit log only grows: nothing in it is changed or removed"
_BEHIND = "a record goes behind the last one of the audit log"
_NEXT = "(SELECT coalesce(max(seq), 0) + 1 FROM audit)"
_LAST_HASH = f"coalesce((SELECT hash FROM audit WHERE seq = NEW.seq - 1), '{'0' * 64}')"

SQLITE = (
    f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, '{_ONLY_GROWS}'); END",
    f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, '{_ONLY_GROWS}'); END",
    f"CREATE TRIGGER audit_grows BEFORE INSERT ON audit WHEN NEW.seq IS NOT {_NEXT} OR NEW.previous IS NOT {_LAST_HASH}"
    f" BEGIN SELECT RAISE(ABORT, '{_BEHIND}'); END",
)

_REFUSE = "CREATE TRIGGER {} BEFORE {} ON audit FOR EACH {} EXECUTE FUNCTION audit_refuse()"
POSTGRESQL = (
    f"CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{_ONLY_GROWS}'; "
    "END $$",
    f"CREATE FUNCTION audit_check() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.seq IS DISTINCT FROM {_NEXT} "
    f"OR NEW.previous IS DISTINCT FROM {_LAST_HASH} THEN RAISE EXCEPTION '{_BEHIND}'; END IF; RETURN NEW; END $$",
    _REFUSE.format("audit_no_update", "UPDATE", "ROW"),
    _REFUSE.format("audit_no_delete", "DELETE", "ROW"),
    _REFUSE.format("audit_no_truncate", "TRUNCATE", "STATEMENT"),
    "CREATE TRIGGER audit_grows BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_check()",
)
POSTGRESQL_DROP = "DROP FUNCTION audit_refuse, audit_check"
