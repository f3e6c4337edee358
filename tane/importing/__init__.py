"""Import: files of what was said become utterances, their splits and their jobs."""
