"""Measurements of speed and quality, against floors, peers and gold; figures for people, never assertions in tests."""
