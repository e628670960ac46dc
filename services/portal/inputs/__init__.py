"""What a person or a program says with a command."""

from __future__ import annotations

from services.portal.inputs.alerts import ALERT_STEPS, PREFERENCE_STEPS
from services.portal.inputs.base import Input, Widget, said, widget
from services.portal.inputs.confidential import TOPIC_STEPS
from services.portal.inputs.growth import PLAN_STEPS
from services.portal.inputs.handovers import HANDOVER_STEPS
from services.portal.inputs.people import PEOPLE_STEPS
from services.portal.inputs.qbr import QBR_STEPS, SERIES_STEPS
from services.portal.inputs.reviews import REVIEW_STEPS
from services.portal.inputs.risk import ESCALATION_STEPS, RISK_STEPS
from services.portal.inputs.step import Actor, Step

__all__ = [
    "ALERT_STEPS",
    "ESCALATION_STEPS",
    "HANDOVER_STEPS",
    "PEOPLE_STEPS",
    "PLAN_STEPS",
    "PREFERENCE_STEPS",
    "QBR_STEPS",
    "REVIEW_STEPS",
    "RISK_STEPS",
    "SERIES_STEPS",
    "TOPIC_STEPS",
    "Actor",
    "Input",
    "Step",
    "Widget",
    "said",
    "widget",
]
