"""The API under /api/v1: JSON for the map page and for any other program."""
