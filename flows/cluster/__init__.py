"""The pure stages on several machines: Ray through Prefect's own task runner, shards as Parquet on shared storage.

:mod:`flows.cluster.driver` stands in for the local worker processes, :mod:`flows.cluster.node` is what a node does,
:mod:`flows.cluster.parcels` the files that pass between them. Validating and loading stay with the run, which is the
single writer. Nothing here is imported by a run on one machine, and only the driver knows Ray and Prefect.
"""
