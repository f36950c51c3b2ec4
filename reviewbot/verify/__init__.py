"""Proof: the sandbox, levels of evidence, and bandit, semgrep and ruff on before and after."""
