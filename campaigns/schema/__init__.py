"""
The structure of campaign files, as pydantic models: one model per document, one field per key.

Only form is checked here: which keys there are and how their values are written. Whether a unit or
an event exists, and what it all means, is found by `quanyi.campaigns.compile`.
"""

from quanyi.campaigns.schema.campaign import CampaignFile, OfferFile, RewardFile
from quanyi.campaigns.schema.kinds import model_of
from quanyi.campaigns.schema.mall import CatalogueFile, EventsFile, MallFile
from quanyi.campaigns.schema.structure import check_structure, read_model

__all__ = [
    "CampaignFile",
    "CatalogueFile",
    "EventsFile",
    "MallFile",
    "OfferFile",
    "RewardFile",
    "check_structure",
    "model_of",
    "read_model",
]
