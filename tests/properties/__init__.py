"""Properties that hold for any input, over the whole program and the sandbox."""
