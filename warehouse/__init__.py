"""DuckDB, and nothing else touches it: migrations, named queries, loads, the published copy.

Judging documents does not belong here.
"""
