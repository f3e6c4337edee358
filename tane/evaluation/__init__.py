"""How good the answers of the configured models are, measured on labelled text; no database is touched."""
