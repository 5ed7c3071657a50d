"""Pure functions and the records they pass on: same input, same output.

No file, network, clock, environment, database or log belongs here.
"""
