"""The account as its facts tell it at one instant: a plain fold, no clock, no database."""

from services.qbr.pack.state.fold import State, fold

__all__ = ["State", "fold"]
