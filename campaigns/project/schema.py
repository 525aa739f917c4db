"""
The structure of campaign files, as pydantic models: one model per document, one field per key.

Only form is checked here: which keys there are and how their values are written. Whether a unit or
an event exists, and what it all means, is found by `quanyi.campaigns.project.compile`.
"""

from quanyi.campaigns.kinds.recognise import model_of
from quanyi.campaigns.language.schema.mall import CatalogueFile, EventsFile, MallFile
from quanyi.campaigns.language.schema.structure import check_structure, read_model

__all__ = [
    "CatalogueFile",
    "EventsFile",
    "MallFile",
    "check_structure",
    "model_of",
    "read_model",
]
