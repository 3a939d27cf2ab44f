"""Claims that hold for every vendor: each test of this folder runs over all of them."""
