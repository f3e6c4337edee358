"""What memory is used for, how full it is, and what would help: pure values in, values out."""
