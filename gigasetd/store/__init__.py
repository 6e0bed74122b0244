"""
Persistence: spool, write-behind flush, migrations, SQLite.

Layer 0 (values).
"""
