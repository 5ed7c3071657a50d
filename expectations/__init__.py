"""The data contracts: Great Expectations suites, their thresholds with reasons, and the gate that applies them.

Databases, files and the measuring of texts do not belong here.
"""
