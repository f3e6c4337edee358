"""Settings: what there are, where each comes from, and how their file is written."""
