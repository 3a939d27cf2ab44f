"""Documents → the desired state: reading, checking, and the places of what is wrong."""
