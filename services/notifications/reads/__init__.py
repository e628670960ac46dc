"""Queries of the notifications service."""
