"""The text wing: characters, words, languages, names and addresses; the other wings build on it."""
