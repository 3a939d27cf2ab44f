"""What can go wrong, as values and as exceptions."""
