"""What can be wrong with an installation, each with its cause and its remedy."""
