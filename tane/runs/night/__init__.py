"""The night, which makes clusters, edges and maps anew: one file for each step, named as the step."""
