"""
The tables that stand beside the books: no booking depends on them.
"""

from __future__ import annotations

from quanyi.adapters.sql.figure_tables import figure, showing
from quanyi.adapters.sql.key_table import api_key
from quanyi.adapters.sql.proposal_table import proposal
from quanyi.adapters.sql.trial_table import trial
from quanyi.adapters.sql.webhook_table import webhook

__all__ = ["BESIDE"]

BESIDE = (api_key, webhook, figure, showing, proposal, trial)
"""What makes each of them."""
