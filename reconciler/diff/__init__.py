"""Pure comparison: declared and observed values in, pairs and field changes out."""
