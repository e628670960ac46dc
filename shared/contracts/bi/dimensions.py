"""Dimensions: histories with two times."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.bi.base import Sourced, Versioned


class DimAccount(Versioned):
    """Master data, life and group of each account."""

    TABLE: ClassVar[str] = "dim_account"
    KEY: ClassVar[tuple[str, ...]] = ("account_id", "valid_from", "known_from")
    crm_id: str | None = Field(description="Id of the account in the CRM")
    name: str | None = Field(description="Name of the account")
    industry: str | None = Field(description="The CRM's industry")
    country: str | None = Field(description="Country of the billing address")
    currency: str | None = Field(description="ISO 4217 code of the account's amounts")
    parent_account_id: UUID | None = Field(description="Account above it in the group")
    merged_into: UUID | None = Field(description="Account that absorbed it; null: it stands alone")
    life: str | None = Field(description="registered, active, ended or archived")
    key_status: str | None = Field(description="not_key, nominated, key or declassified")


class DimTier(Versioned):
    """The tier of each account."""

    TABLE: ClassVar[str] = "dim_tier"
    KEY: ClassVar[tuple[str, ...]] = ("account_id", "valid_from", "known_from")
    tier: str | None = Field(description="A, B, C or N (none); null: not decided")
    basis: str | None = Field(description="decided, provisional (by policy) or override (by a person, for a time)")
    policy_version: int | None = Field(description="Tier policy that it was decided under; null: by a person")


class DimOwner(Versioned):
    """Who owns which theme of an account."""

    TABLE: ClassVar[str] = "dim_owner"
    KEY: ClassVar[tuple[str, ...]] = ("account_id", "theme", "valid_from", "known_from")
    theme: str = Field(description="COMMERCIAL, TECHNICAL, SERVICE, EXEC_SPONSOR …")
    owner_id: str | None = Field(description="CRM user id of the owner; null: vacant")


class DimStakeholder(Versioned):
    """Persons of the customer by pseudonym, without attitudes and words."""

    TABLE: ClassVar[str] = "dim_stakeholder"
    KEY: ClassVar[tuple[str, ...]] = ("account_id", "subject_id", "valid_from", "known_from")
    subject_id: UUID = Field(description="Pseudonym of the person")
    status: str | None = Field(description="suggested, dismissed, mapped, confirmed, stale or departed")
    roles: tuple[str, ...] | None = Field(description="Buying roles; null: none assigned")
    power: int | None = Field(description="Influence on decisions, 1 to 5; null: not assessed")
    interest: int | None = Field(description="Interest in us, 1 to 5; null: not assessed")


class DimContract(Sourced):
    """Terms of each contract as they are known today. ARR of a day = sum of `arr_minor` over rows that are signed and
    not withdrawn with `starts_on <= day` and `ends_on` null or `>= day`."""

    TABLE: ClassVar[str] = "dim_contract"
    KEY: ClassVar[tuple[str, ...]] = ("contract_id",)
    contract_id: UUID = Field(description="The contract")
    holder_id: UUID = Field(description="Account whose ARR it is: the survivor of a merge")
    product: str | None = Field(description="Product")
    signed: bool = Field(description="Whether it is signed")
    withdrawn: bool = Field(description="Whether the CRM deleted it: then it counts at no time")
    starts_on: date | None = Field(description="First day")
    ends_on: date | None = Field(description="Last day; null: open-ended")
    arr_minor: int = Field(description="A year's value, minor units")
    currency: str = Field(description="ISO 4217 code")
    notice_period_days: int | None = Field(description="Days before the end by which notice is given")
    notice_deadline: date | None = Field(description="Last day on which notice can be given")
    notice_received_on: date | None = Field(description="Day on which the customer gave notice")
    auto_renew: bool | None = Field(description="Whether it renews by itself")
    outcome: str | None = Field(description="renewed, renewed_late, lapsed or terminated; null: runs or not known")
    successor_id: UUID | None = Field(description="Contract that renews it")
    renewed_at: datetime | None = Field(description="When the renewal became true (instant, UTC)")
