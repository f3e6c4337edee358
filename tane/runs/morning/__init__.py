"""Morning editions as runs: the first steps are a recap's."""
