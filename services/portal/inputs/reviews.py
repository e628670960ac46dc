"""What a person says about a review of data quality."""

from __future__ import annotations

from services.portal.inputs.base import Id, Input, said
from services.portal.inputs.step import Step, table
from shared.protos import insights_pb2 as pb


class CompleteReview(Input):
    """The findings were looked at and what follows is agreed."""

    review_id: Id


REVIEW_STEPS = table(
    Step("complete-review", "CompleteReview", pb.CompleteReviewRequest, CompleteReview, "", said),
)
"""What is done with a review."""
