"""Pure: pairs become changes, changes are judged and ordered, and the whole becomes a plan."""
