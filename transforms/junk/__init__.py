"""The junk wing: which lines of a text are junk, on what evidence, and what they say before they are cut."""
