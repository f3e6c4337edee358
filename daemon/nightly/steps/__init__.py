"""The steps of the night, one file each: reading, grouping, linking, mapping, publishing, settling."""
