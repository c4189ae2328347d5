"""Longer proofs, one module each: its docstring's first line says what it shows, `main()` shows it.

`main()` prints its figures in its last line and raises, or exits with a status, when the proof fails.
"""
