"""Input and output edges, composition, Prefect flows and the command line: the only place that knows everything.

Rules about text, contracts and SQL do not belong here.
"""
