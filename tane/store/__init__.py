"""PostgreSQL and nothing else: SQL in files, one typed function per statement, `conn` first."""
