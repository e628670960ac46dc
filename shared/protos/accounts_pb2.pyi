from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListPortfolioRequest(_message.Message):
    __slots__ = ("as_of",)
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    def __init__(self, as_of: _Optional[str] = ...) -> None: ...

class ListPortfolioResponse(_message.Message):
    __slots__ = ("as_of", "rows", "totals")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    rows: _containers.RepeatedCompositeFieldContainer[AccountRow]
    totals: Totals
    def __init__(self, as_of: _Optional[str] = ..., rows: _Optional[_Iterable[_Union[AccountRow, _Mapping]]] = ..., totals: _Optional[_Union[Totals, _Mapping]] = ...) -> None: ...

class Totals(_message.Message):
    __slots__ = ("arr_minor", "currency", "accounts", "by_tier")
    class ByTierEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    ARR_MINOR_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    BY_TIER_FIELD_NUMBER: _ClassVar[int]
    arr_minor: int
    currency: str
    accounts: int
    by_tier: _containers.ScalarMap[str, int]
    def __init__(self, arr_minor: _Optional[int] = ..., currency: _Optional[str] = ..., accounts: _Optional[int] = ..., by_tier: _Optional[_Mapping[str, int]] = ...) -> None: ...

class AccountRow(_message.Message):
    __slots__ = ("account_id", "crm_id", "name", "parent_crm_id", "owner_id", "owner", "owner_active", "tier", "tier_score_bp", "completeness_bp", "arr_minor", "currency", "active_contracts", "next_notice_deadline", "next_renewal_on", "live_contacts", "last_meaningful_contact_at", "last_meaningful_contact_kind", "key_status", "tier_provisional", "tier_manual", "tier_before", "tier_since", "country", "industry", "lifecycle", "merged_into_crm_id", "evidence", "breaches", "contact_state")
    class EvidenceEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CRM_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PARENT_CRM_ID_FIELD_NUMBER: _ClassVar[int]
    OWNER_ID_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    OWNER_ACTIVE_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    TIER_SCORE_BP_FIELD_NUMBER: _ClassVar[int]
    COMPLETENESS_BP_FIELD_NUMBER: _ClassVar[int]
    ARR_MINOR_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_CONTRACTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_NOTICE_DEADLINE_FIELD_NUMBER: _ClassVar[int]
    NEXT_RENEWAL_ON_FIELD_NUMBER: _ClassVar[int]
    LIVE_CONTACTS_FIELD_NUMBER: _ClassVar[int]
    LAST_MEANINGFUL_CONTACT_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_MEANINGFUL_CONTACT_KIND_FIELD_NUMBER: _ClassVar[int]
    KEY_STATUS_FIELD_NUMBER: _ClassVar[int]
    TIER_PROVISIONAL_FIELD_NUMBER: _ClassVar[int]
    TIER_MANUAL_FIELD_NUMBER: _ClassVar[int]
    TIER_BEFORE_FIELD_NUMBER: _ClassVar[int]
    TIER_SINCE_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    INDUSTRY_FIELD_NUMBER: _ClassVar[int]
    LIFECYCLE_FIELD_NUMBER: _ClassVar[int]
    MERGED_INTO_CRM_ID_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    BREACHES_FIELD_NUMBER: _ClassVar[int]
    CONTACT_STATE_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    crm_id: str
    name: str
    parent_crm_id: str
    owner_id: str
    owner: str
    owner_active: bool
    tier: str
    tier_score_bp: int
    completeness_bp: int
    arr_minor: int
    currency: str
    active_contracts: int
    next_notice_deadline: str
    next_renewal_on: str
    live_contacts: int
    last_meaningful_contact_at: str
    last_meaningful_contact_kind: str
    key_status: str
    tier_provisional: bool
    tier_manual: bool
    tier_before: str
    tier_since: str
    country: str
    industry: str
    lifecycle: str
    merged_into_crm_id: str
    evidence: _containers.ScalarMap[str, str]
    breaches: _containers.RepeatedScalarFieldContainer[str]
    contact_state: str
    def __init__(self, account_id: _Optional[str] = ..., crm_id: _Optional[str] = ..., name: _Optional[str] = ..., parent_crm_id: _Optional[str] = ..., owner_id: _Optional[str] = ..., owner: _Optional[str] = ..., owner_active: _Optional[bool] = ..., tier: _Optional[str] = ..., tier_score_bp: _Optional[int] = ..., completeness_bp: _Optional[int] = ..., arr_minor: _Optional[int] = ..., currency: _Optional[str] = ..., active_contracts: _Optional[int] = ..., next_notice_deadline: _Optional[str] = ..., next_renewal_on: _Optional[str] = ..., live_contacts: _Optional[int] = ..., last_meaningful_contact_at: _Optional[str] = ..., last_meaningful_contact_kind: _Optional[str] = ..., key_status: _Optional[str] = ..., tier_provisional: _Optional[bool] = ..., tier_manual: _Optional[bool] = ..., tier_before: _Optional[str] = ..., tier_since: _Optional[str] = ..., country: _Optional[str] = ..., industry: _Optional[str] = ..., lifecycle: _Optional[str] = ..., merged_into_crm_id: _Optional[str] = ..., evidence: _Optional[_Mapping[str, str]] = ..., breaches: _Optional[_Iterable[str]] = ..., contact_state: _Optional[str] = ...) -> None: ...

class GetAccountRequest(_message.Message):
    __slots__ = ("crm_id", "account_id", "as_of")
    CRM_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    crm_id: str
    account_id: str
    as_of: str
    def __init__(self, crm_id: _Optional[str] = ..., account_id: _Optional[str] = ..., as_of: _Optional[str] = ...) -> None: ...

class GetAccountResponse(_message.Message):
    __slots__ = ("as_of", "account", "criteria", "tier", "team", "stakeholders", "contracts", "hierarchy", "timeline", "arr_history", "standards", "usage", "freshness", "aliases")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    CRITERIA_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    TEAM_FIELD_NUMBER: _ClassVar[int]
    STAKEHOLDERS_FIELD_NUMBER: _ClassVar[int]
    CONTRACTS_FIELD_NUMBER: _ClassVar[int]
    HIERARCHY_FIELD_NUMBER: _ClassVar[int]
    TIMELINE_FIELD_NUMBER: _ClassVar[int]
    ARR_HISTORY_FIELD_NUMBER: _ClassVar[int]
    STANDARDS_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    FRESHNESS_FIELD_NUMBER: _ClassVar[int]
    ALIASES_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    account: AccountRow
    criteria: _containers.RepeatedCompositeFieldContainer[Criterion]
    tier: TierExplanation
    team: _containers.RepeatedCompositeFieldContainer[ThemeOwner]
    stakeholders: _containers.RepeatedCompositeFieldContainer[Stakeholder]
    contracts: _containers.RepeatedCompositeFieldContainer[Contract]
    hierarchy: _containers.RepeatedCompositeFieldContainer[HierarchyNode]
    timeline: _containers.RepeatedCompositeFieldContainer[TimelineEntry]
    arr_history: _containers.RepeatedCompositeFieldContainer[ArrPoint]
    standards: _containers.RepeatedCompositeFieldContainer[Standard]
    usage: _containers.RepeatedCompositeFieldContainer[UsagePoint]
    freshness: Freshness
    aliases: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, as_of: _Optional[str] = ..., account: _Optional[_Union[AccountRow, _Mapping]] = ..., criteria: _Optional[_Iterable[_Union[Criterion, _Mapping]]] = ..., tier: _Optional[_Union[TierExplanation, _Mapping]] = ..., team: _Optional[_Iterable[_Union[ThemeOwner, _Mapping]]] = ..., stakeholders: _Optional[_Iterable[_Union[Stakeholder, _Mapping]]] = ..., contracts: _Optional[_Iterable[_Union[Contract, _Mapping]]] = ..., hierarchy: _Optional[_Iterable[_Union[HierarchyNode, _Mapping]]] = ..., timeline: _Optional[_Iterable[_Union[TimelineEntry, _Mapping]]] = ..., arr_history: _Optional[_Iterable[_Union[ArrPoint, _Mapping]]] = ..., standards: _Optional[_Iterable[_Union[Standard, _Mapping]]] = ..., usage: _Optional[_Iterable[_Union[UsagePoint, _Mapping]]] = ..., freshness: _Optional[_Union[Freshness, _Mapping]] = ..., aliases: _Optional[_Iterable[str]] = ...) -> None: ...

class Criterion(_message.Message):
    __slots__ = ("criterion", "weight_bp", "value_bp", "points_bp", "signals")
    CRITERION_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_BP_FIELD_NUMBER: _ClassVar[int]
    VALUE_BP_FIELD_NUMBER: _ClassVar[int]
    POINTS_BP_FIELD_NUMBER: _ClassVar[int]
    SIGNALS_FIELD_NUMBER: _ClassVar[int]
    criterion: str
    weight_bp: int
    value_bp: int
    points_bp: int
    signals: _containers.RepeatedCompositeFieldContainer[Signal]
    def __init__(self, criterion: _Optional[str] = ..., weight_bp: _Optional[int] = ..., value_bp: _Optional[int] = ..., points_bp: _Optional[int] = ..., signals: _Optional[_Iterable[_Union[Signal, _Mapping]]] = ...) -> None: ...

class Signal(_message.Message):
    __slots__ = ("signal", "weight_bp", "value_bp", "raw", "source", "event_ids", "why")
    SIGNAL_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_BP_FIELD_NUMBER: _ClassVar[int]
    VALUE_BP_FIELD_NUMBER: _ClassVar[int]
    RAW_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    EVENT_IDS_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    signal: str
    weight_bp: int
    value_bp: int
    raw: str
    source: str
    event_ids: _containers.RepeatedScalarFieldContainer[str]
    why: str
    def __init__(self, signal: _Optional[str] = ..., weight_bp: _Optional[int] = ..., value_bp: _Optional[int] = ..., raw: _Optional[str] = ..., source: _Optional[str] = ..., event_ids: _Optional[_Iterable[str]] = ..., why: _Optional[str] = ...) -> None: ...

class TierExplanation(_message.Message):
    __slots__ = ("tier", "raw_tier", "score_bp", "completeness_bp", "reason", "gates", "policy_version", "policy_signed_off", "assessed_at", "event_id", "thresholds", "history", "proposed", "next_review_on")
    TIER_FIELD_NUMBER: _ClassVar[int]
    RAW_TIER_FIELD_NUMBER: _ClassVar[int]
    SCORE_BP_FIELD_NUMBER: _ClassVar[int]
    COMPLETENESS_BP_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    GATES_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    POLICY_SIGNED_OFF_FIELD_NUMBER: _ClassVar[int]
    ASSESSED_AT_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    THRESHOLDS_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_FIELD_NUMBER: _ClassVar[int]
    NEXT_REVIEW_ON_FIELD_NUMBER: _ClassVar[int]
    tier: str
    raw_tier: str
    score_bp: int
    completeness_bp: int
    reason: str
    gates: _containers.RepeatedCompositeFieldContainer[Gate]
    policy_version: int
    policy_signed_off: bool
    assessed_at: str
    event_id: str
    thresholds: _containers.RepeatedCompositeFieldContainer[Threshold]
    history: _containers.RepeatedCompositeFieldContainer[TierStep]
    proposed: str
    next_review_on: str
    def __init__(self, tier: _Optional[str] = ..., raw_tier: _Optional[str] = ..., score_bp: _Optional[int] = ..., completeness_bp: _Optional[int] = ..., reason: _Optional[str] = ..., gates: _Optional[_Iterable[_Union[Gate, _Mapping]]] = ..., policy_version: _Optional[int] = ..., policy_signed_off: _Optional[bool] = ..., assessed_at: _Optional[str] = ..., event_id: _Optional[str] = ..., thresholds: _Optional[_Iterable[_Union[Threshold, _Mapping]]] = ..., history: _Optional[_Iterable[_Union[TierStep, _Mapping]]] = ..., proposed: _Optional[str] = ..., next_review_on: _Optional[str] = ...) -> None: ...

class Gate(_message.Message):
    __slots__ = ("gate", "passed", "why")
    GATE_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    gate: str
    passed: bool
    why: str
    def __init__(self, gate: _Optional[str] = ..., passed: _Optional[bool] = ..., why: _Optional[str] = ...) -> None: ...

class Threshold(_message.Message):
    __slots__ = ("tier", "line_bp")
    TIER_FIELD_NUMBER: _ClassVar[int]
    LINE_BP_FIELD_NUMBER: _ClassVar[int]
    tier: str
    line_bp: int
    def __init__(self, tier: _Optional[str] = ..., line_bp: _Optional[int] = ...) -> None: ...

class TierStep(_message.Message):
    __slots__ = ("at", "to", "reason", "event_id", "decided_by", "score_bp")
    AT_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    SCORE_BP_FIELD_NUMBER: _ClassVar[int]
    at: str
    to: str
    reason: str
    event_id: str
    decided_by: str
    score_bp: int
    def __init__(self, at: _Optional[str] = ..., to: _Optional[str] = ..., reason: _Optional[str] = ..., event_id: _Optional[str] = ..., decided_by: _Optional[str] = ..., score_bp: _Optional[int] = ..., **kwargs) -> None: ...

class ThemeOwner(_message.Message):
    __slots__ = ("theme", "user_id", "name", "active", "since", "deputy_id", "deputy", "required", "vacant_because", "event_id")
    THEME_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    DEPUTY_ID_FIELD_NUMBER: _ClassVar[int]
    DEPUTY_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    VACANT_BECAUSE_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    theme: str
    user_id: str
    name: str
    active: bool
    since: str
    deputy_id: str
    deputy: str
    required: bool
    vacant_because: str
    event_id: str
    def __init__(self, theme: _Optional[str] = ..., user_id: _Optional[str] = ..., name: _Optional[str] = ..., active: _Optional[bool] = ..., since: _Optional[str] = ..., deputy_id: _Optional[str] = ..., deputy: _Optional[str] = ..., required: _Optional[bool] = ..., vacant_because: _Optional[str] = ..., event_id: _Optional[str] = ...) -> None: ...

class Stakeholder(_message.Message):
    __slots__ = ("subject_id", "name", "title", "status", "roles", "influence", "interest", "attitude", "champion", "quadrant", "last_contact_at", "event_id", "blocker", "department")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    INFLUENCE_FIELD_NUMBER: _ClassVar[int]
    INTEREST_FIELD_NUMBER: _ClassVar[int]
    ATTITUDE_FIELD_NUMBER: _ClassVar[int]
    CHAMPION_FIELD_NUMBER: _ClassVar[int]
    QUADRANT_FIELD_NUMBER: _ClassVar[int]
    LAST_CONTACT_AT_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    BLOCKER_FIELD_NUMBER: _ClassVar[int]
    DEPARTMENT_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    name: str
    title: str
    status: str
    roles: _containers.RepeatedScalarFieldContainer[str]
    influence: int
    interest: int
    attitude: int
    champion: bool
    quadrant: str
    last_contact_at: str
    event_id: str
    blocker: bool
    department: str
    def __init__(self, subject_id: _Optional[str] = ..., name: _Optional[str] = ..., title: _Optional[str] = ..., status: _Optional[str] = ..., roles: _Optional[_Iterable[str]] = ..., influence: _Optional[int] = ..., interest: _Optional[int] = ..., attitude: _Optional[int] = ..., champion: _Optional[bool] = ..., quadrant: _Optional[str] = ..., last_contact_at: _Optional[str] = ..., event_id: _Optional[str] = ..., blocker: _Optional[bool] = ..., department: _Optional[str] = ...) -> None: ...

class Contract(_message.Message):
    __slots__ = ("crm_id", "name", "product", "state", "starts_on", "ends_on", "arr_minor", "currency", "seats", "notice_period_days", "auto_renew", "notice_deadline", "renewal_window_opens", "active", "event_id", "has_renewal_opportunity")
    CRM_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STARTS_ON_FIELD_NUMBER: _ClassVar[int]
    ENDS_ON_FIELD_NUMBER: _ClassVar[int]
    ARR_MINOR_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    SEATS_FIELD_NUMBER: _ClassVar[int]
    NOTICE_PERIOD_DAYS_FIELD_NUMBER: _ClassVar[int]
    AUTO_RENEW_FIELD_NUMBER: _ClassVar[int]
    NOTICE_DEADLINE_FIELD_NUMBER: _ClassVar[int]
    RENEWAL_WINDOW_OPENS_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    HAS_RENEWAL_OPPORTUNITY_FIELD_NUMBER: _ClassVar[int]
    crm_id: str
    name: str
    product: str
    state: str
    starts_on: str
    ends_on: str
    arr_minor: int
    currency: str
    seats: int
    notice_period_days: int
    auto_renew: bool
    notice_deadline: str
    renewal_window_opens: str
    active: bool
    event_id: str
    has_renewal_opportunity: bool
    def __init__(self, crm_id: _Optional[str] = ..., name: _Optional[str] = ..., product: _Optional[str] = ..., state: _Optional[str] = ..., starts_on: _Optional[str] = ..., ends_on: _Optional[str] = ..., arr_minor: _Optional[int] = ..., currency: _Optional[str] = ..., seats: _Optional[int] = ..., notice_period_days: _Optional[int] = ..., auto_renew: _Optional[bool] = ..., notice_deadline: _Optional[str] = ..., renewal_window_opens: _Optional[str] = ..., active: _Optional[bool] = ..., event_id: _Optional[str] = ..., has_renewal_opportunity: _Optional[bool] = ...) -> None: ...

class HierarchyNode(_message.Message):
    __slots__ = ("account_id", "crm_id", "name", "parent_crm_id", "tier", "arr_minor", "currency", "depth")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CRM_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PARENT_CRM_ID_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    ARR_MINOR_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    DEPTH_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    crm_id: str
    name: str
    parent_crm_id: str
    tier: str
    arr_minor: int
    currency: str
    depth: int
    def __init__(self, account_id: _Optional[str] = ..., crm_id: _Optional[str] = ..., name: _Optional[str] = ..., parent_crm_id: _Optional[str] = ..., tier: _Optional[str] = ..., arr_minor: _Optional[int] = ..., currency: _Optional[str] = ..., depth: _Optional[int] = ...) -> None: ...

class TimelineEntry(_message.Message):
    __slots__ = ("at", "kind", "what", "facts", "event_id", "meaningful", "recorded_at", "actor")
    class FactsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    AT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    WHAT_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    MEANINGFUL_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    at: str
    kind: str
    what: str
    facts: _containers.ScalarMap[str, str]
    event_id: str
    meaningful: bool
    recorded_at: str
    actor: str
    def __init__(self, at: _Optional[str] = ..., kind: _Optional[str] = ..., what: _Optional[str] = ..., facts: _Optional[_Mapping[str, str]] = ..., event_id: _Optional[str] = ..., meaningful: _Optional[bool] = ..., recorded_at: _Optional[str] = ..., actor: _Optional[str] = ...) -> None: ...

class ArrPoint(_message.Message):
    __slots__ = ("on", "arr_minor", "event_ids")
    ON_FIELD_NUMBER: _ClassVar[int]
    ARR_MINOR_FIELD_NUMBER: _ClassVar[int]
    EVENT_IDS_FIELD_NUMBER: _ClassVar[int]
    on: str
    arr_minor: int
    event_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, on: _Optional[str] = ..., arr_minor: _Optional[int] = ..., event_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class UsagePoint(_message.Message):
    __slots__ = ("product", "metric", "period_start", "value", "licensed", "event_id")
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    METRIC_FIELD_NUMBER: _ClassVar[int]
    PERIOD_START_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    LICENSED_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    product: str
    metric: str
    period_start: str
    value: int
    licensed: int
    event_id: str
    def __init__(self, product: _Optional[str] = ..., metric: _Optional[str] = ..., period_start: _Optional[str] = ..., value: _Optional[int] = ..., licensed: _Optional[int] = ..., event_id: _Optional[str] = ...) -> None: ...

class Standard(_message.Message):
    __slots__ = ("standard", "required", "actual", "kept", "since", "event_id", "judged_at")
    STANDARD_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    ACTUAL_FIELD_NUMBER: _ClassVar[int]
    KEPT_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    JUDGED_AT_FIELD_NUMBER: _ClassVar[int]
    standard: str
    required: str
    actual: str
    kept: bool
    since: str
    event_id: str
    judged_at: str
    def __init__(self, standard: _Optional[str] = ..., required: _Optional[str] = ..., actual: _Optional[str] = ..., kept: _Optional[bool] = ..., since: _Optional[str] = ..., event_id: _Optional[str] = ..., judged_at: _Optional[str] = ...) -> None: ...

class Freshness(_message.Message):
    __slots__ = ("crm_event_at", "received_at", "position", "caught_up")
    CRM_EVENT_AT_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    CAUGHT_UP_FIELD_NUMBER: _ClassVar[int]
    crm_event_at: str
    received_at: str
    position: int
    caught_up: bool
    def __init__(self, crm_event_at: _Optional[str] = ..., received_at: _Optional[str] = ..., position: _Optional[int] = ..., caught_up: _Optional[bool] = ...) -> None: ...

class GetEventRequest(_message.Message):
    __slots__ = ("event_id",)
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    def __init__(self, event_id: _Optional[str] = ...) -> None: ...

class GetEventResponse(_message.Message):
    __slots__ = ("event_id", "type", "stream_id", "version", "effective_at", "recorded_at", "actor", "command_id", "correlation_id", "causation_id", "source_json", "policy_refs_json", "data_json", "account_id", "crm_id")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STREAM_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    COMMAND_ID_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    CAUSATION_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_JSON_FIELD_NUMBER: _ClassVar[int]
    POLICY_REFS_JSON_FIELD_NUMBER: _ClassVar[int]
    DATA_JSON_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CRM_ID_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    type: str
    stream_id: str
    version: int
    effective_at: str
    recorded_at: str
    actor: str
    command_id: str
    correlation_id: str
    causation_id: str
    source_json: str
    policy_refs_json: str
    data_json: str
    account_id: str
    crm_id: str
    def __init__(self, event_id: _Optional[str] = ..., type: _Optional[str] = ..., stream_id: _Optional[str] = ..., version: _Optional[int] = ..., effective_at: _Optional[str] = ..., recorded_at: _Optional[str] = ..., actor: _Optional[str] = ..., command_id: _Optional[str] = ..., correlation_id: _Optional[str] = ..., causation_id: _Optional[str] = ..., source_json: _Optional[str] = ..., policy_refs_json: _Optional[str] = ..., data_json: _Optional[str] = ..., account_id: _Optional[str] = ..., crm_id: _Optional[str] = ...) -> None: ...

class GetTierPolicyRequest(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: int
    def __init__(self, version: _Optional[int] = ...) -> None: ...

class GetTierPolicyResponse(_message.Message):
    __slots__ = ("version", "status", "document_json", "signed_off_by", "effective_from", "event_id", "standards_json", "author", "versions")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_JSON_FIELD_NUMBER: _ClassVar[int]
    SIGNED_OFF_BY_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    STANDARDS_JSON_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    version: int
    status: str
    document_json: str
    signed_off_by: _containers.RepeatedScalarFieldContainer[str]
    effective_from: str
    event_id: str
    standards_json: str
    author: str
    versions: _containers.RepeatedCompositeFieldContainer[TierPolicyVersion]
    def __init__(self, version: _Optional[int] = ..., status: _Optional[str] = ..., document_json: _Optional[str] = ..., signed_off_by: _Optional[_Iterable[str]] = ..., effective_from: _Optional[str] = ..., event_id: _Optional[str] = ..., standards_json: _Optional[str] = ..., author: _Optional[str] = ..., versions: _Optional[_Iterable[_Union[TierPolicyVersion, _Mapping]]] = ...) -> None: ...

class TierPolicyVersion(_message.Message):
    __slots__ = ("version", "status", "author", "functions", "signers", "signed_off", "effective_from", "event_id", "drafted_at")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    FUNCTIONS_FIELD_NUMBER: _ClassVar[int]
    SIGNERS_FIELD_NUMBER: _ClassVar[int]
    SIGNED_OFF_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    DRAFTED_AT_FIELD_NUMBER: _ClassVar[int]
    version: int
    status: str
    author: str
    functions: _containers.RepeatedScalarFieldContainer[str]
    signers: _containers.RepeatedScalarFieldContainer[str]
    signed_off: bool
    effective_from: str
    event_id: str
    drafted_at: str
    def __init__(self, version: _Optional[int] = ..., status: _Optional[str] = ..., author: _Optional[str] = ..., functions: _Optional[_Iterable[str]] = ..., signers: _Optional[_Iterable[str]] = ..., signed_off: _Optional[bool] = ..., effective_from: _Optional[str] = ..., event_id: _Optional[str] = ..., drafted_at: _Optional[str] = ...) -> None: ...

class SearchPeopleRequest(_message.Message):
    __slots__ = ("query", "limit")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    query: str
    limit: int
    def __init__(self, query: _Optional[str] = ..., limit: _Optional[int] = ...) -> None: ...

class SearchPeopleResponse(_message.Message):
    __slots__ = ("found", "hits")
    FOUND_FIELD_NUMBER: _ClassVar[int]
    HITS_FIELD_NUMBER: _ClassVar[int]
    found: int
    hits: _containers.RepeatedCompositeFieldContainer[PersonHit]
    def __init__(self, found: _Optional[int] = ..., hits: _Optional[_Iterable[_Union[PersonHit, _Mapping]]] = ...) -> None: ...

class PersonHit(_message.Message):
    __slots__ = ("subject_id", "name", "title", "department", "status", "account_id", "crm_id", "account")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DEPARTMENT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CRM_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    name: str
    title: str
    department: str
    status: str
    account_id: str
    crm_id: str
    account: str
    def __init__(self, subject_id: _Optional[str] = ..., name: _Optional[str] = ..., title: _Optional[str] = ..., department: _Optional[str] = ..., status: _Optional[str] = ..., account_id: _Optional[str] = ..., crm_id: _Optional[str] = ..., account: _Optional[str] = ...) -> None: ...

class ListSensitiveTopicsRequest(_message.Message):
    __slots__ = ("account_id", "as_of")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    as_of: str
    def __init__(self, account_id: _Optional[str] = ..., as_of: _Optional[str] = ...) -> None: ...

class ListSensitiveTopicsResponse(_message.Message):
    __slots__ = ("as_of", "topics")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    topics: _containers.RepeatedCompositeFieldContainer[SensitiveTopic]
    def __init__(self, as_of: _Optional[str] = ..., topics: _Optional[_Iterable[_Union[SensitiveTopic, _Mapping]]] = ...) -> None: ...

class SensitiveTopic(_message.Message):
    __slots__ = ("topic_id", "text", "audience", "flagged_by", "flagged_at", "event_id", "lifted_at", "lifted_by", "lifted_event_id")
    TOPIC_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    FLAGGED_BY_FIELD_NUMBER: _ClassVar[int]
    FLAGGED_AT_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    LIFTED_AT_FIELD_NUMBER: _ClassVar[int]
    LIFTED_BY_FIELD_NUMBER: _ClassVar[int]
    LIFTED_EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    topic_id: str
    text: str
    audience: _containers.RepeatedCompositeFieldContainer[Employee]
    flagged_by: Employee
    flagged_at: str
    event_id: str
    lifted_at: str
    lifted_by: Employee
    lifted_event_id: str
    def __init__(self, topic_id: _Optional[str] = ..., text: _Optional[str] = ..., audience: _Optional[_Iterable[_Union[Employee, _Mapping]]] = ..., flagged_by: _Optional[_Union[Employee, _Mapping]] = ..., flagged_at: _Optional[str] = ..., event_id: _Optional[str] = ..., lifted_at: _Optional[str] = ..., lifted_by: _Optional[_Union[Employee, _Mapping]] = ..., lifted_event_id: _Optional[str] = ...) -> None: ...

class Employee(_message.Message):
    __slots__ = ("user_id", "name")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    name: str
    def __init__(self, user_id: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class ListEmployeesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListEmployeesResponse(_message.Message):
    __slots__ = ("employees",)
    EMPLOYEES_FIELD_NUMBER: _ClassVar[int]
    employees: _containers.RepeatedCompositeFieldContainer[Employee]
    def __init__(self, employees: _Optional[_Iterable[_Union[Employee, _Mapping]]] = ...) -> None: ...

class ListScopeRequest(_message.Message):
    __slots__ = ("user_id",)
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    def __init__(self, user_id: _Optional[str] = ...) -> None: ...

class ListScopeResponse(_message.Message):
    __slots__ = ("account_ids",)
    ACCOUNT_IDS_FIELD_NUMBER: _ClassVar[int]
    account_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, account_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ListHandoversRequest(_message.Message):
    __slots__ = ("crm_id", "account_id", "as_of")
    CRM_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    crm_id: str
    account_id: str
    as_of: str
    def __init__(self, crm_id: _Optional[str] = ..., account_id: _Optional[str] = ..., as_of: _Optional[str] = ...) -> None: ...

class ListHandoversResponse(_message.Message):
    __slots__ = ("as_of", "handovers")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    HANDOVERS_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    handovers: _containers.RepeatedCompositeFieldContainer[HandoverRow]
    def __init__(self, as_of: _Optional[str] = ..., handovers: _Optional[_Iterable[_Union[HandoverRow, _Mapping]]] = ...) -> None: ...

class HandoverRow(_message.Message):
    __slots__ = ("handover_id", "account_id", "theme", "state", "from_owner_id", "from_owner", "to_owner_id", "to_owner", "cause", "due_on", "started_at", "ended_at", "reason", "withdrawn_because", "event_id", "items", "confirmed", "topic_ids")
    HANDOVER_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    THEME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    FROM_OWNER_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_OWNER_FIELD_NUMBER: _ClassVar[int]
    TO_OWNER_ID_FIELD_NUMBER: _ClassVar[int]
    TO_OWNER_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    DUE_ON_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_BECAUSE_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_FIELD_NUMBER: _ClassVar[int]
    TOPIC_IDS_FIELD_NUMBER: _ClassVar[int]
    handover_id: str
    account_id: str
    theme: str
    state: str
    from_owner_id: str
    from_owner: str
    to_owner_id: str
    to_owner: str
    cause: str
    due_on: str
    started_at: str
    ended_at: str
    reason: str
    withdrawn_because: str
    event_id: str
    items: _containers.RepeatedCompositeFieldContainer[HandoverItem]
    confirmed: int
    topic_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, handover_id: _Optional[str] = ..., account_id: _Optional[str] = ..., theme: _Optional[str] = ..., state: _Optional[str] = ..., from_owner_id: _Optional[str] = ..., from_owner: _Optional[str] = ..., to_owner_id: _Optional[str] = ..., to_owner: _Optional[str] = ..., cause: _Optional[str] = ..., due_on: _Optional[str] = ..., started_at: _Optional[str] = ..., ended_at: _Optional[str] = ..., reason: _Optional[str] = ..., withdrawn_because: _Optional[str] = ..., event_id: _Optional[str] = ..., items: _Optional[_Iterable[_Union[HandoverItem, _Mapping]]] = ..., confirmed: _Optional[int] = ..., topic_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class HandoverItem(_message.Message):
    __slots__ = ("item_id", "kind", "ref", "what", "label", "name", "due_on", "confirmed_at", "note", "event_id")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REF_FIELD_NUMBER: _ClassVar[int]
    WHAT_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DUE_ON_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_AT_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    item_id: str
    kind: str
    ref: str
    what: str
    label: str
    name: str
    due_on: str
    confirmed_at: str
    note: str
    event_id: str
    def __init__(self, item_id: _Optional[str] = ..., kind: _Optional[str] = ..., ref: _Optional[str] = ..., what: _Optional[str] = ..., label: _Optional[str] = ..., name: _Optional[str] = ..., due_on: _Optional[str] = ..., confirmed_at: _Optional[str] = ..., note: _Optional[str] = ..., event_id: _Optional[str] = ...) -> None: ...

class GetStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetStatusResponse(_message.Message):
    __slots__ = ("freshness", "events", "accounts", "armed_timers", "dead_letters")
    FRESHNESS_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    ARMED_TIMERS_FIELD_NUMBER: _ClassVar[int]
    DEAD_LETTERS_FIELD_NUMBER: _ClassVar[int]
    freshness: Freshness
    events: int
    accounts: int
    armed_timers: int
    dead_letters: int
    def __init__(self, freshness: _Optional[_Union[Freshness, _Mapping]] = ..., events: _Optional[int] = ..., accounts: _Optional[int] = ..., armed_timers: _Optional[int] = ..., dead_letters: _Optional[int] = ...) -> None: ...

class CommandMeta(_message.Message):
    __slots__ = ("command_id", "user_id", "roles", "effective_at", "correlation_id", "expected_version")
    COMMAND_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    command_id: str
    user_id: str
    roles: _containers.RepeatedScalarFieldContainer[str]
    effective_at: str
    correlation_id: str
    expected_version: int
    def __init__(self, command_id: _Optional[str] = ..., user_id: _Optional[str] = ..., roles: _Optional[_Iterable[str]] = ..., effective_at: _Optional[str] = ..., correlation_id: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class CommandResult(_message.Message):
    __slots__ = ("event_ids", "repeated", "id")
    EVENT_IDS_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    event_ids: _containers.RepeatedScalarFieldContainer[str]
    repeated: bool
    id: str
    def __init__(self, event_ids: _Optional[_Iterable[str]] = ..., repeated: _Optional[bool] = ..., id: _Optional[str] = ...) -> None: ...

class RateTierCriterionRequest(_message.Message):
    __slots__ = ("meta", "account_id", "criterion", "value_bp", "note", "evidence")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CRITERION_FIELD_NUMBER: _ClassVar[int]
    VALUE_BP_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    criterion: str
    value_bp: int
    note: str
    evidence: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., criterion: _Optional[str] = ..., value_bp: _Optional[int] = ..., note: _Optional[str] = ..., evidence: _Optional[_Iterable[str]] = ...) -> None: ...

class AssessTierRequest(_message.Message):
    __slots__ = ("meta", "account_id")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ...) -> None: ...

class ApproveTierChangeRequest(_message.Message):
    __slots__ = ("meta", "account_id", "strategic_reason", "second_signer")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    STRATEGIC_REASON_FIELD_NUMBER: _ClassVar[int]
    SECOND_SIGNER_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    strategic_reason: str
    second_signer: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., strategic_reason: _Optional[str] = ..., second_signer: _Optional[str] = ...) -> None: ...

class RejectTierChangeRequest(_message.Message):
    __slots__ = ("meta", "account_id", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    reason: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ReaffirmTierRequest(_message.Message):
    __slots__ = ("meta", "account_id")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ...) -> None: ...

class OverrideTierRequest(_message.Message):
    __slots__ = ("meta", "account_id", "to", "reason", "until")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    to: str
    reason: str
    until: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., to: _Optional[str] = ..., reason: _Optional[str] = ..., until: _Optional[str] = ...) -> None: ...

class LiftTierOverrideRequest(_message.Message):
    __slots__ = ("meta", "account_id")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ...) -> None: ...

class DraftTierPolicyRequest(_message.Message):
    __slots__ = ("meta", "document_json")
    META_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_JSON_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    document_json: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., document_json: _Optional[str] = ...) -> None: ...

class TierPolicyRequest(_message.Message):
    __slots__ = ("meta", "version")
    META_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    version: int
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class SignOffTierPolicyRequest(_message.Message):
    __slots__ = ("meta", "version", "function")
    META_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FUNCTION_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    version: int
    function: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., version: _Optional[int] = ..., function: _Optional[str] = ...) -> None: ...

class RejectTierPolicyRequest(_message.Message):
    __slots__ = ("meta", "version", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    version: int
    reason: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., version: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class ActivateTierPolicyRequest(_message.Message):
    __slots__ = ("meta", "version", "effective_from")
    META_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    version: int
    effective_from: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., version: _Optional[int] = ..., effective_from: _Optional[str] = ...) -> None: ...

class AccountReasonRequest(_message.Message):
    __slots__ = ("meta", "account_id", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    reason: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class EndAccountRequest(_message.Message):
    __slots__ = ("meta", "account_id", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    reason: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ChangeAccountTimeZoneRequest(_message.Message):
    __slots__ = ("meta", "account_id", "time_zone")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    time_zone: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., time_zone: _Optional[str] = ...) -> None: ...

class AssignThemeOwnerRequest(_message.Message):
    __slots__ = ("meta", "account_id", "theme", "owner_id")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    THEME_FIELD_NUMBER: _ClassVar[int]
    OWNER_ID_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    theme: str
    owner_id: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., theme: _Optional[str] = ..., owner_id: _Optional[str] = ...) -> None: ...

class RemoveThemeOwnerRequest(_message.Message):
    __slots__ = ("meta", "account_id", "theme", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    THEME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    theme: str
    reason: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., theme: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class AppointDeputyRequest(_message.Message):
    __slots__ = ("meta", "account_id", "theme", "deputy_id")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    THEME_FIELD_NUMBER: _ClassVar[int]
    DEPUTY_ID_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    theme: str
    deputy_id: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., theme: _Optional[str] = ..., deputy_id: _Optional[str] = ...) -> None: ...

class RecordAbsenceRequest(_message.Message):
    __slots__ = ("meta", "account_id", "user_id", "until")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    user_id: str
    until: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., user_id: _Optional[str] = ..., until: _Optional[str] = ..., **kwargs) -> None: ...

class StakeholderRequest(_message.Message):
    __slots__ = ("meta", "account_id", "subject_id")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    subject_id: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., subject_id: _Optional[str] = ...) -> None: ...

class DismissSuggestionRequest(_message.Message):
    __slots__ = ("meta", "account_id", "subject_id", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    subject_id: str
    reason: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., subject_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class AssignRolesRequest(_message.Message):
    __slots__ = ("meta", "account_id", "subject_id", "roles")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    subject_id: str
    roles: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., subject_id: _Optional[str] = ..., roles: _Optional[_Iterable[str]] = ...) -> None: ...

class AssessInfluenceRequest(_message.Message):
    __slots__ = ("meta", "account_id", "subject_id", "power", "interest", "evidence")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    POWER_FIELD_NUMBER: _ClassVar[int]
    INTEREST_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    subject_id: str
    power: int
    interest: int
    evidence: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., subject_id: _Optional[str] = ..., power: _Optional[int] = ..., interest: _Optional[int] = ..., evidence: _Optional[_Iterable[str]] = ...) -> None: ...

class AssessAttitudeRequest(_message.Message):
    __slots__ = ("meta", "account_id", "subject_id", "value", "evidence")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    subject_id: str
    value: int
    evidence: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., subject_id: _Optional[str] = ..., value: _Optional[int] = ..., evidence: _Optional[_Iterable[str]] = ...) -> None: ...

class NameSuccessorRequest(_message.Message):
    __slots__ = ("meta", "account_id", "subject_id", "successor_id")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    SUCCESSOR_ID_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    subject_id: str
    successor_id: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., subject_id: _Optional[str] = ..., successor_id: _Optional[str] = ...) -> None: ...

class SetReportingLineRequest(_message.Message):
    __slots__ = ("meta", "account_id", "subject_id", "manager_id")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    MANAGER_ID_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    subject_id: str
    manager_id: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., subject_id: _Optional[str] = ..., manager_id: _Optional[str] = ...) -> None: ...

class DrawInfluenceRequest(_message.Message):
    __slots__ = ("meta", "account_id", "subject_id", "to_subject_id", "line", "weight")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    TO_SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    subject_id: str
    to_subject_id: str
    line: str
    weight: int
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., subject_id: _Optional[str] = ..., to_subject_id: _Optional[str] = ..., line: _Optional[str] = ..., weight: _Optional[int] = ...) -> None: ...

class RemoveInfluenceRequest(_message.Message):
    __slots__ = ("meta", "account_id", "subject_id", "to_subject_id", "line")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    TO_SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    subject_id: str
    to_subject_id: str
    line: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., subject_id: _Optional[str] = ..., to_subject_id: _Optional[str] = ..., line: _Optional[str] = ...) -> None: ...

class RateRelationshipRequest(_message.Message):
    __slots__ = ("meta", "account_id", "subject_id", "member_id", "value")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    MEMBER_ID_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    subject_id: str
    member_id: str
    value: int
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., subject_id: _Optional[str] = ..., member_id: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...

class FlagSensitiveTopicRequest(_message.Message):
    __slots__ = ("meta", "account_id", "text", "audience")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    text: str
    audience: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., text: _Optional[str] = ..., audience: _Optional[_Iterable[str]] = ...) -> None: ...

class LiftSensitiveTopicRequest(_message.Message):
    __slots__ = ("meta", "account_id", "topic_id")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    TOPIC_ID_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    topic_id: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., topic_id: _Optional[str] = ...) -> None: ...

class StartHandoverRequest(_message.Message):
    __slots__ = ("meta", "account_id", "theme", "to_owner_id")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    THEME_FIELD_NUMBER: _ClassVar[int]
    TO_OWNER_ID_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    theme: str
    to_owner_id: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., theme: _Optional[str] = ..., to_owner_id: _Optional[str] = ...) -> None: ...

class ConfirmHandoverItemRequest(_message.Message):
    __slots__ = ("meta", "account_id", "handover_id", "item_id", "note")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    HANDOVER_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    handover_id: str
    item_id: str
    note: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., handover_id: _Optional[str] = ..., item_id: _Optional[str] = ..., note: _Optional[str] = ...) -> None: ...

class HandoverRequest(_message.Message):
    __slots__ = ("meta", "account_id", "handover_id")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    HANDOVER_ID_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    handover_id: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., handover_id: _Optional[str] = ...) -> None: ...

class DeclineHandoverRequest(_message.Message):
    __slots__ = ("meta", "account_id", "handover_id", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    HANDOVER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: CommandMeta
    account_id: str
    handover_id: str
    reason: str
    def __init__(self, meta: _Optional[_Union[CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., handover_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...
