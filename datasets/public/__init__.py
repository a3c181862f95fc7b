"""Real public data of who liked what, as a community that the service can serve."""

from datasets.public.folder import PublicData, public_folder

__all__ = ["PublicData", "public_folder"]
