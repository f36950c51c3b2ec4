"""Reading Python: syntax, names, types, and what callables are known to raise."""
