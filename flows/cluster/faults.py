"""What can go wrong with a cluster that is no document's fault: the run fails, what was loaded before stays."""

from transforms.errors import CopydeskError


class ClusterFault(CopydeskError):
    """The cluster cannot be used; run the same command again when it can."""


class ClusterLost(ClusterFault):
    """The cluster gave a parcel up."""


class NodeDiffers(ClusterFault):
    """A node would come to other results than the machine that writes them."""


class DamagedParcel(ClusterFault):
    """A processed parcel does not account for every document once; nothing of it is loaded."""
