"""The aggregates of the notifications service."""

from services.notifications.domain.base import COMPANY, AccountEvent
from services.notifications.domain.case import AlertCase
from services.notifications.domain.digest import Digest
from services.notifications.domain.preferences import Preferences
from services.notifications.domain.rulebook import AlertRules
from services.notifications.domain.webhook import WebHook

__all__ = ["COMPANY", "AccountEvent", "AlertCase", "AlertRules", "Digest", "Preferences", "WebHook"]
