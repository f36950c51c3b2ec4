"""Everything that knows a syntax, behind one protocol. A new language is a new folder here plus its rules."""
