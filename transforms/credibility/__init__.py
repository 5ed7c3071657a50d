"""The credibility wing: sources, their ratings, and the signals that are measured of how they write."""
