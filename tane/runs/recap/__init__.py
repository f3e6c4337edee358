"""The run `recap`: one file for each of its steps, named as the step."""
