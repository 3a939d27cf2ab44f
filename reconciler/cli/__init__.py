"""The commands: each reads its options, composes the stations once, shows what they give, and says how it ended."""
