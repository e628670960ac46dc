"""The tier of one account: events and state in `account_tier`, the commands in `decisions`."""

from services.accounts.domain.tier.account_tier import AccountTier

__all__ = ["AccountTier"]
