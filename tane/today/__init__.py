"""What the owner asks of the data, answered by quotations."""
