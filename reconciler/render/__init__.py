"""Values -> text and JSON. Nothing is decided here: what there is to say comes in with the values."""
