"""Rows for business intelligence, on the compacted topic `kam.bi.v1`; key = `<table>/<key of the row>`, null = gone.

This is state, not history: the newest row of a key counts. The same rows, with the same names and meanings, are tables
of the schema `bi` and Parquet files: these models are the only source of all three. Persons of the customer are
pseudonyms without attitudes or free text; our employees appear by CRM user id, as owners of accounts only.
"""

from shared.contracts.bi import activity, commerce, dimensions, figures, reviews, steering
from shared.contracts.bi.base import CHANNEL, BiRow, tables

__all__ = ["CHANNEL", "BiRow", "activity", "commerce", "dimensions", "figures", "reviews", "steering", "tables"]
