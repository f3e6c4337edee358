"""What is found by words and by meaning."""
