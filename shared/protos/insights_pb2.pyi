from shared.protos import accounts_pb2 as _accounts_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListKpisRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListKpisResponse(_message.Message):
    __slots__ = ("kpis", "version")
    KPIS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    kpis: _containers.RepeatedCompositeFieldContainer[KpiDefinition]
    version: int
    def __init__(self, kpis: _Optional[_Iterable[_Union[KpiDefinition, _Mapping]]] = ..., version: _Optional[int] = ...) -> None: ...

class KpiDefinition(_message.Message):
    __slots__ = ("kpi", "version", "kind", "unit", "window", "better", "title_de", "title_en", "formula", "of", "least")
    KPI_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    BETTER_FIELD_NUMBER: _ClassVar[int]
    TITLE_DE_FIELD_NUMBER: _ClassVar[int]
    TITLE_EN_FIELD_NUMBER: _ClassVar[int]
    FORMULA_FIELD_NUMBER: _ClassVar[int]
    OF_FIELD_NUMBER: _ClassVar[int]
    LEAST_FIELD_NUMBER: _ClassVar[int]
    kpi: str
    version: int
    kind: str
    unit: str
    window: str
    better: str
    title_de: str
    title_en: str
    formula: str
    of: str
    least: int
    def __init__(self, kpi: _Optional[str] = ..., version: _Optional[int] = ..., kind: _Optional[str] = ..., unit: _Optional[str] = ..., window: _Optional[str] = ..., better: _Optional[str] = ..., title_de: _Optional[str] = ..., title_en: _Optional[str] = ..., formula: _Optional[str] = ..., of: _Optional[str] = ..., least: _Optional[int] = ...) -> None: ...

class GetDashboardRequest(_message.Message):
    __slots__ = ("scope", "as_of", "known_at", "every")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    EVERY_FIELD_NUMBER: _ClassVar[int]
    scope: str
    as_of: str
    known_at: str
    every: bool
    def __init__(self, scope: _Optional[str] = ..., as_of: _Optional[str] = ..., known_at: _Optional[str] = ..., every: _Optional[bool] = ...) -> None: ...

class GetDashboardResponse(_message.Message):
    __slots__ = ("scope", "as_of", "figures", "currency", "freshness", "others")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    FRESHNESS_FIELD_NUMBER: _ClassVar[int]
    OTHERS_FIELD_NUMBER: _ClassVar[int]
    scope: str
    as_of: str
    figures: _containers.RepeatedCompositeFieldContainer[Figure]
    currency: str
    freshness: Freshness
    others: _containers.RepeatedCompositeFieldContainer[Figure]
    def __init__(self, scope: _Optional[str] = ..., as_of: _Optional[str] = ..., figures: _Optional[_Iterable[_Union[Figure, _Mapping]]] = ..., currency: _Optional[str] = ..., freshness: _Optional[_Union[Freshness, _Mapping]] = ..., others: _Optional[_Iterable[_Union[Figure, _Mapping]]] = ...) -> None: ...

class Figure(_message.Message):
    __slots__ = ("definition", "value", "numerator", "denominator", "accounts", "apart", "trend")
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    NUMERATOR_FIELD_NUMBER: _ClassVar[int]
    DENOMINATOR_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    APART_FIELD_NUMBER: _ClassVar[int]
    TREND_FIELD_NUMBER: _ClassVar[int]
    definition: KpiDefinition
    value: int
    numerator: int
    denominator: int
    accounts: int
    apart: int
    trend: _containers.RepeatedCompositeFieldContainer[Point]
    def __init__(self, definition: _Optional[_Union[KpiDefinition, _Mapping]] = ..., value: _Optional[int] = ..., numerator: _Optional[int] = ..., denominator: _Optional[int] = ..., accounts: _Optional[int] = ..., apart: _Optional[int] = ..., trend: _Optional[_Iterable[_Union[Point, _Mapping]]] = ...) -> None: ...

class Point(_message.Message):
    __slots__ = ("as_of", "value", "restated", "first_value", "event_id")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    RESTATED_FIELD_NUMBER: _ClassVar[int]
    FIRST_VALUE_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    value: int
    restated: bool
    first_value: int
    event_id: str
    def __init__(self, as_of: _Optional[str] = ..., value: _Optional[int] = ..., restated: _Optional[bool] = ..., first_value: _Optional[int] = ..., event_id: _Optional[str] = ...) -> None: ...

class GetKpiRequest(_message.Message):
    __slots__ = ("kpi", "scope", "as_of", "known_at")
    KPI_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    kpi: str
    scope: str
    as_of: str
    known_at: str
    def __init__(self, kpi: _Optional[str] = ..., scope: _Optional[str] = ..., as_of: _Optional[str] = ..., known_at: _Optional[str] = ...) -> None: ...

class GetKpiResponse(_message.Message):
    __slots__ = ("figure", "scope", "period_start", "as_of", "currency", "parts", "restatements")
    FIGURE_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    PERIOD_START_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    RESTATEMENTS_FIELD_NUMBER: _ClassVar[int]
    figure: Figure
    scope: str
    period_start: str
    as_of: str
    currency: str
    parts: _containers.RepeatedCompositeFieldContainer[KpiPart]
    restatements: _containers.RepeatedCompositeFieldContainer[Restatement]
    def __init__(self, figure: _Optional[_Union[Figure, _Mapping]] = ..., scope: _Optional[str] = ..., period_start: _Optional[str] = ..., as_of: _Optional[str] = ..., currency: _Optional[str] = ..., parts: _Optional[_Iterable[_Union[KpiPart, _Mapping]]] = ..., restatements: _Optional[_Iterable[_Union[Restatement, _Mapping]]] = ...) -> None: ...

class KpiPart(_message.Message):
    __slots__ = ("account_id", "crm_id", "name", "tier", "numerator", "denominator", "values", "running", "apart", "event_ids")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CRM_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    NUMERATOR_FIELD_NUMBER: _ClassVar[int]
    DENOMINATOR_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    APART_FIELD_NUMBER: _ClassVar[int]
    EVENT_IDS_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    crm_id: str
    name: str
    tier: str
    numerator: int
    denominator: int
    values: _containers.RepeatedScalarFieldContainer[int]
    running: _containers.RepeatedScalarFieldContainer[int]
    apart: str
    event_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, account_id: _Optional[str] = ..., crm_id: _Optional[str] = ..., name: _Optional[str] = ..., tier: _Optional[str] = ..., numerator: _Optional[int] = ..., denominator: _Optional[int] = ..., values: _Optional[_Iterable[int]] = ..., running: _Optional[_Iterable[int]] = ..., apart: _Optional[str] = ..., event_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class Restatement(_message.Message):
    __slots__ = ("as_of", "scope", "old", "new", "known_at", "causes", "account_ids", "event_id", "restates")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    OLD_FIELD_NUMBER: _ClassVar[int]
    NEW_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    CAUSES_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_IDS_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    RESTATES_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    scope: str
    old: int
    new: int
    known_at: str
    causes: _containers.RepeatedScalarFieldContainer[str]
    account_ids: _containers.RepeatedScalarFieldContainer[str]
    event_id: str
    restates: str
    def __init__(self, as_of: _Optional[str] = ..., scope: _Optional[str] = ..., old: _Optional[int] = ..., new: _Optional[int] = ..., known_at: _Optional[str] = ..., causes: _Optional[_Iterable[str]] = ..., account_ids: _Optional[_Iterable[str]] = ..., event_id: _Optional[str] = ..., restates: _Optional[str] = ...) -> None: ...

class GetInsightRequest(_message.Message):
    __slots__ = ("account_id", "crm_id", "as_of", "known_at")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CRM_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    crm_id: str
    as_of: str
    known_at: str
    def __init__(self, account_id: _Optional[str] = ..., crm_id: _Optional[str] = ..., as_of: _Optional[str] = ..., known_at: _Optional[str] = ...) -> None: ...

class ListInsightsRequest(_message.Message):
    __slots__ = ("as_of", "known_at", "tier", "owner_id")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    OWNER_ID_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    known_at: str
    tier: str
    owner_id: str
    def __init__(self, as_of: _Optional[str] = ..., known_at: _Optional[str] = ..., tier: _Optional[str] = ..., owner_id: _Optional[str] = ...) -> None: ...

class ListInsightsResponse(_message.Message):
    __slots__ = ("as_of", "known_at", "accounts", "currency", "arr_minor", "by_tier", "by_colour", "first_at")
    class ByTierEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class ByColourEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    ARR_MINOR_FIELD_NUMBER: _ClassVar[int]
    BY_TIER_FIELD_NUMBER: _ClassVar[int]
    BY_COLOUR_FIELD_NUMBER: _ClassVar[int]
    FIRST_AT_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    known_at: str
    accounts: _containers.RepeatedCompositeFieldContainer[AccountInsight]
    currency: str
    arr_minor: int
    by_tier: _containers.ScalarMap[str, int]
    by_colour: _containers.ScalarMap[str, int]
    first_at: str
    def __init__(self, as_of: _Optional[str] = ..., known_at: _Optional[str] = ..., accounts: _Optional[_Iterable[_Union[AccountInsight, _Mapping]]] = ..., currency: _Optional[str] = ..., arr_minor: _Optional[int] = ..., by_tier: _Optional[_Mapping[str, int]] = ..., by_colour: _Optional[_Mapping[str, int]] = ..., first_at: _Optional[str] = ...) -> None: ...

class AccountInsight(_message.Message):
    __slots__ = ("account_id", "crm_id", "name", "life", "key_status", "tier", "tier_basis", "tier_event", "colour", "colour_why", "colour_since", "colour_event", "arr_minor", "arr_events", "arr_history", "next_notice_deadline", "owners", "last_contact_at", "last_contact_event", "next_qbr_due", "last_qbr_at", "plan_state", "plan_progress_bp", "open_actions", "overdue_milestones", "open_risks", "escalation", "broken_standards", "people", "facts", "as_of", "known_at", "absorbed", "parent_id", "first_at")
    class OwnersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CRM_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    LIFE_FIELD_NUMBER: _ClassVar[int]
    KEY_STATUS_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    TIER_BASIS_FIELD_NUMBER: _ClassVar[int]
    TIER_EVENT_FIELD_NUMBER: _ClassVar[int]
    COLOUR_FIELD_NUMBER: _ClassVar[int]
    COLOUR_WHY_FIELD_NUMBER: _ClassVar[int]
    COLOUR_SINCE_FIELD_NUMBER: _ClassVar[int]
    COLOUR_EVENT_FIELD_NUMBER: _ClassVar[int]
    ARR_MINOR_FIELD_NUMBER: _ClassVar[int]
    ARR_EVENTS_FIELD_NUMBER: _ClassVar[int]
    ARR_HISTORY_FIELD_NUMBER: _ClassVar[int]
    NEXT_NOTICE_DEADLINE_FIELD_NUMBER: _ClassVar[int]
    OWNERS_FIELD_NUMBER: _ClassVar[int]
    LAST_CONTACT_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_CONTACT_EVENT_FIELD_NUMBER: _ClassVar[int]
    NEXT_QBR_DUE_FIELD_NUMBER: _ClassVar[int]
    LAST_QBR_AT_FIELD_NUMBER: _ClassVar[int]
    PLAN_STATE_FIELD_NUMBER: _ClassVar[int]
    PLAN_PROGRESS_BP_FIELD_NUMBER: _ClassVar[int]
    OPEN_ACTIONS_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_MILESTONES_FIELD_NUMBER: _ClassVar[int]
    OPEN_RISKS_FIELD_NUMBER: _ClassVar[int]
    ESCALATION_FIELD_NUMBER: _ClassVar[int]
    BROKEN_STANDARDS_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    ABSORBED_FIELD_NUMBER: _ClassVar[int]
    PARENT_ID_FIELD_NUMBER: _ClassVar[int]
    FIRST_AT_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    crm_id: str
    name: str
    life: str
    key_status: str
    tier: str
    tier_basis: str
    tier_event: str
    colour: str
    colour_why: str
    colour_since: str
    colour_event: str
    arr_minor: int
    arr_events: _containers.RepeatedScalarFieldContainer[str]
    arr_history: _containers.RepeatedCompositeFieldContainer[ArrPoint]
    next_notice_deadline: str
    owners: _containers.ScalarMap[str, str]
    last_contact_at: str
    last_contact_event: str
    next_qbr_due: str
    last_qbr_at: str
    plan_state: str
    plan_progress_bp: int
    open_actions: int
    overdue_milestones: int
    open_risks: int
    escalation: str
    broken_standards: _containers.RepeatedScalarFieldContainer[str]
    people: int
    facts: int
    as_of: str
    known_at: str
    absorbed: _containers.RepeatedScalarFieldContainer[str]
    parent_id: str
    first_at: str
    def __init__(self, account_id: _Optional[str] = ..., crm_id: _Optional[str] = ..., name: _Optional[str] = ..., life: _Optional[str] = ..., key_status: _Optional[str] = ..., tier: _Optional[str] = ..., tier_basis: _Optional[str] = ..., tier_event: _Optional[str] = ..., colour: _Optional[str] = ..., colour_why: _Optional[str] = ..., colour_since: _Optional[str] = ..., colour_event: _Optional[str] = ..., arr_minor: _Optional[int] = ..., arr_events: _Optional[_Iterable[str]] = ..., arr_history: _Optional[_Iterable[_Union[ArrPoint, _Mapping]]] = ..., next_notice_deadline: _Optional[str] = ..., owners: _Optional[_Mapping[str, str]] = ..., last_contact_at: _Optional[str] = ..., last_contact_event: _Optional[str] = ..., next_qbr_due: _Optional[str] = ..., last_qbr_at: _Optional[str] = ..., plan_state: _Optional[str] = ..., plan_progress_bp: _Optional[int] = ..., open_actions: _Optional[int] = ..., overdue_milestones: _Optional[int] = ..., open_risks: _Optional[int] = ..., escalation: _Optional[str] = ..., broken_standards: _Optional[_Iterable[str]] = ..., people: _Optional[int] = ..., facts: _Optional[int] = ..., as_of: _Optional[str] = ..., known_at: _Optional[str] = ..., absorbed: _Optional[_Iterable[str]] = ..., parent_id: _Optional[str] = ..., first_at: _Optional[str] = ...) -> None: ...

class ArrPoint(_message.Message):
    __slots__ = ("on", "arr_minor")
    ON_FIELD_NUMBER: _ClassVar[int]
    ARR_MINOR_FIELD_NUMBER: _ClassVar[int]
    on: str
    arr_minor: int
    def __init__(self, on: _Optional[str] = ..., arr_minor: _Optional[int] = ...) -> None: ...

class GetTimelineRequest(_message.Message):
    __slots__ = ("account_id", "crm_id", "as_of", "known_at", "limit", "before", "services", "types")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CRM_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    TYPES_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    crm_id: str
    as_of: str
    known_at: str
    limit: int
    before: str
    services: _containers.RepeatedScalarFieldContainer[str]
    types: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, account_id: _Optional[str] = ..., crm_id: _Optional[str] = ..., as_of: _Optional[str] = ..., known_at: _Optional[str] = ..., limit: _Optional[int] = ..., before: _Optional[str] = ..., services: _Optional[_Iterable[str]] = ..., types: _Optional[_Iterable[str]] = ...) -> None: ...

class GetTimelineResponse(_message.Message):
    __slots__ = ("groups", "next_before", "by_service", "by_type", "as_of", "known_at", "first_at")
    class ByServiceEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class ByTypeEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    NEXT_BEFORE_FIELD_NUMBER: _ClassVar[int]
    BY_SERVICE_FIELD_NUMBER: _ClassVar[int]
    BY_TYPE_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    FIRST_AT_FIELD_NUMBER: _ClassVar[int]
    groups: _containers.RepeatedCompositeFieldContainer[TimelineGroup]
    next_before: str
    by_service: _containers.ScalarMap[str, int]
    by_type: _containers.ScalarMap[str, int]
    as_of: str
    known_at: str
    first_at: str
    def __init__(self, groups: _Optional[_Iterable[_Union[TimelineGroup, _Mapping]]] = ..., next_before: _Optional[str] = ..., by_service: _Optional[_Mapping[str, int]] = ..., by_type: _Optional[_Mapping[str, int]] = ..., as_of: _Optional[str] = ..., known_at: _Optional[str] = ..., first_at: _Optional[str] = ...) -> None: ...

class TimelineGroup(_message.Message):
    __slots__ = ("at", "until", "actor", "cause", "entries", "folded")
    AT_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    FOLDED_FIELD_NUMBER: _ClassVar[int]
    at: str
    until: str
    actor: str
    cause: str
    entries: _containers.RepeatedCompositeFieldContainer[TimelineEntry]
    folded: int
    def __init__(self, at: _Optional[str] = ..., until: _Optional[str] = ..., actor: _Optional[str] = ..., cause: _Optional[str] = ..., entries: _Optional[_Iterable[_Union[TimelineEntry, _Mapping]]] = ..., folded: _Optional[int] = ...) -> None: ...

class TimelineEntry(_message.Message):
    __slots__ = ("event_id", "type", "at", "recorded_at", "actor", "count", "data_json")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    DATA_JSON_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    type: str
    at: str
    recorded_at: str
    actor: str
    count: int
    data_json: str
    def __init__(self, event_id: _Optional[str] = ..., type: _Optional[str] = ..., at: _Optional[str] = ..., recorded_at: _Optional[str] = ..., actor: _Optional[str] = ..., count: _Optional[int] = ..., data_json: _Optional[str] = ...) -> None: ...

class StakeholderMap(_message.Message):
    __slots__ = ("account_id", "as_of", "gaps", "people", "lines", "members")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    GAPS_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    as_of: str
    gaps: _containers.RepeatedCompositeFieldContainer[Gap]
    people: _containers.RepeatedCompositeFieldContainer[MapPerson]
    lines: _containers.RepeatedCompositeFieldContainer[MapLine]
    members: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, account_id: _Optional[str] = ..., as_of: _Optional[str] = ..., gaps: _Optional[_Iterable[_Union[Gap, _Mapping]]] = ..., people: _Optional[_Iterable[_Union[MapPerson, _Mapping]]] = ..., lines: _Optional[_Iterable[_Union[MapLine, _Mapping]]] = ..., members: _Optional[_Iterable[str]] = ...) -> None: ...

class Gap(_message.Message):
    __slots__ = ("role", "why", "event_ids")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    EVENT_IDS_FIELD_NUMBER: _ClassVar[int]
    role: str
    why: str
    event_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, role: _Optional[str] = ..., why: _Optional[str] = ..., event_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class MapPerson(_message.Message):
    __slots__ = ("subject_id", "status", "roles", "power", "interest", "attitude", "quadrant", "blocker", "confirmed_at", "fresh", "last_contact_at", "reports_to", "successor", "relations", "event_ids", "org_unit")
    class RelationsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    POWER_FIELD_NUMBER: _ClassVar[int]
    INTEREST_FIELD_NUMBER: _ClassVar[int]
    ATTITUDE_FIELD_NUMBER: _ClassVar[int]
    QUADRANT_FIELD_NUMBER: _ClassVar[int]
    BLOCKER_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_AT_FIELD_NUMBER: _ClassVar[int]
    FRESH_FIELD_NUMBER: _ClassVar[int]
    LAST_CONTACT_AT_FIELD_NUMBER: _ClassVar[int]
    REPORTS_TO_FIELD_NUMBER: _ClassVar[int]
    SUCCESSOR_FIELD_NUMBER: _ClassVar[int]
    RELATIONS_FIELD_NUMBER: _ClassVar[int]
    EVENT_IDS_FIELD_NUMBER: _ClassVar[int]
    ORG_UNIT_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    status: str
    roles: _containers.RepeatedScalarFieldContainer[str]
    power: int
    interest: int
    attitude: int
    quadrant: str
    blocker: bool
    confirmed_at: str
    fresh: bool
    last_contact_at: str
    reports_to: str
    successor: str
    relations: _containers.ScalarMap[str, int]
    event_ids: _containers.RepeatedScalarFieldContainer[str]
    org_unit: str
    def __init__(self, subject_id: _Optional[str] = ..., status: _Optional[str] = ..., roles: _Optional[_Iterable[str]] = ..., power: _Optional[int] = ..., interest: _Optional[int] = ..., attitude: _Optional[int] = ..., quadrant: _Optional[str] = ..., blocker: _Optional[bool] = ..., confirmed_at: _Optional[str] = ..., fresh: _Optional[bool] = ..., last_contact_at: _Optional[str] = ..., reports_to: _Optional[str] = ..., successor: _Optional[str] = ..., relations: _Optional[_Mapping[str, int]] = ..., event_ids: _Optional[_Iterable[str]] = ..., org_unit: _Optional[str] = ...) -> None: ...

class MapLine(_message.Message):
    __slots__ = ("to", "kind", "weight")
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    to: str
    kind: str
    weight: int
    def __init__(self, to: _Optional[str] = ..., kind: _Optional[str] = ..., weight: _Optional[int] = ..., **kwargs) -> None: ...

class SearchRequest(_message.Message):
    __slots__ = ("query", "limit", "kinds")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    query: str
    limit: int
    kinds: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, query: _Optional[str] = ..., limit: _Optional[int] = ..., kinds: _Optional[_Iterable[str]] = ...) -> None: ...

class SearchResponse(_message.Message):
    __slots__ = ("groups", "query")
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    groups: _containers.RepeatedCompositeFieldContainer[SearchGroup]
    query: str
    def __init__(self, groups: _Optional[_Iterable[_Union[SearchGroup, _Mapping]]] = ..., query: _Optional[str] = ...) -> None: ...

class SearchGroup(_message.Message):
    __slots__ = ("kind", "found", "hits")
    KIND_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    HITS_FIELD_NUMBER: _ClassVar[int]
    kind: str
    found: int
    hits: _containers.RepeatedCompositeFieldContainer[SearchHit]
    def __init__(self, kind: _Optional[str] = ..., found: _Optional[int] = ..., hits: _Optional[_Iterable[_Union[SearchHit, _Mapping]]] = ...) -> None: ...

class SearchHit(_message.Message):
    __slots__ = ("kind", "id", "account_id", "crm_id", "account", "text", "state", "on", "event_id", "open")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CRM_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ON_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    kind: str
    id: str
    account_id: str
    crm_id: str
    account: str
    text: str
    state: str
    on: str
    event_id: str
    open: bool
    def __init__(self, kind: _Optional[str] = ..., id: _Optional[str] = ..., account_id: _Optional[str] = ..., crm_id: _Optional[str] = ..., account: _Optional[str] = ..., text: _Optional[str] = ..., state: _Optional[str] = ..., on: _Optional[str] = ..., event_id: _Optional[str] = ..., open: _Optional[bool] = ...) -> None: ...

class GetTrailRequest(_message.Message):
    __slots__ = ("kind", "id", "limit", "before", "services")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    kind: str
    id: str
    limit: int
    before: str
    services: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, kind: _Optional[str] = ..., id: _Optional[str] = ..., limit: _Optional[int] = ..., before: _Optional[str] = ..., services: _Optional[_Iterable[str]] = ...) -> None: ...

class GetTrailResponse(_message.Message):
    __slots__ = ("kind", "id", "account_id", "crm_id", "account", "title", "total", "by_service", "events", "next_before")
    class ByServiceEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    KIND_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CRM_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    BY_SERVICE_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_BEFORE_FIELD_NUMBER: _ClassVar[int]
    kind: str
    id: str
    account_id: str
    crm_id: str
    account: str
    title: str
    total: int
    by_service: _containers.ScalarMap[str, int]
    events: _containers.RepeatedCompositeFieldContainer[TrailEvent]
    next_before: str
    def __init__(self, kind: _Optional[str] = ..., id: _Optional[str] = ..., account_id: _Optional[str] = ..., crm_id: _Optional[str] = ..., account: _Optional[str] = ..., title: _Optional[str] = ..., total: _Optional[int] = ..., by_service: _Optional[_Mapping[str, int]] = ..., events: _Optional[_Iterable[_Union[TrailEvent, _Mapping]]] = ..., next_before: _Optional[str] = ...) -> None: ...

class TrailEvent(_message.Message):
    __slots__ = ("event_id", "type", "stream_id", "version", "actor", "effective_at", "recorded_at", "known_at", "command_id", "correlation_id", "causation_id", "policy_refs_json", "data_json", "changes")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STREAM_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    COMMAND_ID_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    CAUSATION_ID_FIELD_NUMBER: _ClassVar[int]
    POLICY_REFS_JSON_FIELD_NUMBER: _ClassVar[int]
    DATA_JSON_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    type: str
    stream_id: str
    version: int
    actor: str
    effective_at: str
    recorded_at: str
    known_at: str
    command_id: str
    correlation_id: str
    causation_id: str
    policy_refs_json: str
    data_json: str
    changes: _containers.RepeatedCompositeFieldContainer[TrailChange]
    def __init__(self, event_id: _Optional[str] = ..., type: _Optional[str] = ..., stream_id: _Optional[str] = ..., version: _Optional[int] = ..., actor: _Optional[str] = ..., effective_at: _Optional[str] = ..., recorded_at: _Optional[str] = ..., known_at: _Optional[str] = ..., command_id: _Optional[str] = ..., correlation_id: _Optional[str] = ..., causation_id: _Optional[str] = ..., policy_refs_json: _Optional[str] = ..., data_json: _Optional[str] = ..., changes: _Optional[_Iterable[_Union[TrailChange, _Mapping]]] = ...) -> None: ...

class TrailChange(_message.Message):
    __slots__ = ("field", "before", "after", "told")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    TOLD_FIELD_NUMBER: _ClassVar[int]
    field: str
    before: str
    after: str
    told: bool
    def __init__(self, field: _Optional[str] = ..., before: _Optional[str] = ..., after: _Optional[str] = ..., told: _Optional[bool] = ...) -> None: ...

class GetReadinessRequest(_message.Message):
    __slots__ = ("as_of",)
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    def __init__(self, as_of: _Optional[str] = ...) -> None: ...

class GetReadinessResponse(_message.Message):
    __slots__ = ("total", "light", "answers", "as_of")
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    LIGHT_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    total: int
    light: str
    answers: _containers.RepeatedCompositeFieldContainer[Answer]
    as_of: str
    def __init__(self, total: _Optional[int] = ..., light: _Optional[str] = ..., answers: _Optional[_Iterable[_Union[Answer, _Mapping]]] = ..., as_of: _Optional[str] = ...) -> None: ...

class Answer(_message.Message):
    __slots__ = ("question", "score", "light", "why", "failing")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    LIGHT_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    FAILING_FIELD_NUMBER: _ClassVar[int]
    question: str
    score: int
    light: str
    why: str
    failing: _containers.RepeatedCompositeFieldContainer[Failing]
    def __init__(self, question: _Optional[str] = ..., score: _Optional[int] = ..., light: _Optional[str] = ..., why: _Optional[str] = ..., failing: _Optional[_Iterable[_Union[Failing, _Mapping]]] = ...) -> None: ...

class Failing(_message.Message):
    __slots__ = ("account_id", "crm_id", "name", "what", "event_ids")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CRM_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    WHAT_FIELD_NUMBER: _ClassVar[int]
    EVENT_IDS_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    crm_id: str
    name: str
    what: str
    event_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, account_id: _Optional[str] = ..., crm_id: _Optional[str] = ..., name: _Optional[str] = ..., what: _Optional[str] = ..., event_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class GetRolloutRequest(_message.Message):
    __slots__ = ("as_of",)
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    def __init__(self, as_of: _Optional[str] = ...) -> None: ...

class GetRolloutResponse(_message.Message):
    __slots__ = ("phases", "features")
    class FeaturesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: bool
        def __init__(self, key: _Optional[str] = ..., value: _Optional[bool] = ...) -> None: ...
    PHASES_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    phases: _containers.RepeatedCompositeFieldContainer[RolloutPhase]
    features: _containers.ScalarMap[str, bool]
    def __init__(self, phases: _Optional[_Iterable[_Union[RolloutPhase, _Mapping]]] = ..., features: _Optional[_Mapping[str, bool]] = ...) -> None: ...

class RolloutPhase(_message.Message):
    __slots__ = ("number", "title_de", "title_en", "weeks", "on", "passed", "features", "tests")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    TITLE_DE_FIELD_NUMBER: _ClassVar[int]
    TITLE_EN_FIELD_NUMBER: _ClassVar[int]
    WEEKS_FIELD_NUMBER: _ClassVar[int]
    ON_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    TESTS_FIELD_NUMBER: _ClassVar[int]
    number: int
    title_de: str
    title_en: str
    weeks: int
    on: bool
    passed: bool
    features: _containers.RepeatedScalarFieldContainer[str]
    tests: _containers.RepeatedCompositeFieldContainer[ExitTest]
    def __init__(self, number: _Optional[int] = ..., title_de: _Optional[str] = ..., title_en: _Optional[str] = ..., weeks: _Optional[int] = ..., on: _Optional[bool] = ..., passed: _Optional[bool] = ..., features: _Optional[_Iterable[str]] = ..., tests: _Optional[_Iterable[_Union[ExitTest, _Mapping]]] = ...) -> None: ...

class ExitTest(_message.Message):
    __slots__ = ("question", "least", "score")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    LEAST_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    question: str
    least: int
    score: int
    def __init__(self, question: _Optional[str] = ..., least: _Optional[int] = ..., score: _Optional[int] = ...) -> None: ...

class ListFindingsRequest(_message.Message):
    __slots__ = ("as_of", "rule", "account_id")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    rule: str
    account_id: str
    def __init__(self, as_of: _Optional[str] = ..., rule: _Optional[str] = ..., account_id: _Optional[str] = ...) -> None: ...

class ListFindingsResponse(_message.Message):
    __slots__ = ("rules", "as_of")
    RULES_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedCompositeFieldContainer[FindingRule]
    as_of: str
    def __init__(self, rules: _Optional[_Iterable[_Union[FindingRule, _Mapping]]] = ..., as_of: _Optional[str] = ...) -> None: ...

class FindingRule(_message.Message):
    __slots__ = ("rule", "weight", "applies", "failing_count", "failing")
    RULE_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    APPLIES_FIELD_NUMBER: _ClassVar[int]
    FAILING_COUNT_FIELD_NUMBER: _ClassVar[int]
    FAILING_FIELD_NUMBER: _ClassVar[int]
    rule: str
    weight: int
    applies: int
    failing_count: int
    failing: _containers.RepeatedCompositeFieldContainer[Failing]
    def __init__(self, rule: _Optional[str] = ..., weight: _Optional[int] = ..., applies: _Optional[int] = ..., failing_count: _Optional[int] = ..., failing: _Optional[_Iterable[_Union[Failing, _Mapping]]] = ...) -> None: ...

class ListReviewsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListReviewsResponse(_message.Message):
    __slots__ = ("reviews",)
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    reviews: _containers.RepeatedCompositeFieldContainer[Review]
    def __init__(self, reviews: _Optional[_Iterable[_Union[Review, _Mapping]]] = ...) -> None: ...

class Review(_message.Message):
    __slots__ = ("review_id", "due_on", "opened_at", "completed_at", "findings")
    class FindingsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    REVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    DUE_ON_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_AT_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    review_id: str
    due_on: str
    opened_at: str
    completed_at: str
    findings: _containers.ScalarMap[str, int]
    def __init__(self, review_id: _Optional[str] = ..., due_on: _Optional[str] = ..., opened_at: _Optional[str] = ..., completed_at: _Optional[str] = ..., findings: _Optional[_Mapping[str, int]] = ...) -> None: ...

class CompleteReviewRequest(_message.Message):
    __slots__ = ("meta", "review_id")
    META_FIELD_NUMBER: _ClassVar[int]
    REVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    review_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., review_id: _Optional[str] = ...) -> None: ...

class NoteViewRequest(_message.Message):
    __slots__ = ("user_id", "view")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    view: str
    def __init__(self, user_id: _Optional[str] = ..., view: _Optional[str] = ...) -> None: ...

class NoteViewResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class StartWhatIfRequest(_message.Message):
    __slots__ = ("meta", "kind", "document_json", "version")
    META_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_JSON_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    kind: str
    document_json: str
    version: int
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., kind: _Optional[str] = ..., document_json: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class CancelWhatIfRequest(_message.Message):
    __slots__ = ("meta", "whatif_id")
    META_FIELD_NUMBER: _ClassVar[int]
    WHATIF_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    whatif_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., whatif_id: _Optional[str] = ...) -> None: ...

class GetWhatIfRequest(_message.Message):
    __slots__ = ("whatif_id",)
    WHATIF_ID_FIELD_NUMBER: _ClassVar[int]
    whatif_id: str
    def __init__(self, whatif_id: _Optional[str] = ...) -> None: ...

class ListWhatIfsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListWhatIfsResponse(_message.Message):
    __slots__ = ("rows",)
    ROWS_FIELD_NUMBER: _ClassVar[int]
    rows: _containers.RepeatedCompositeFieldContainer[WhatIf]
    def __init__(self, rows: _Optional[_Iterable[_Union[WhatIf, _Mapping]]] = ...) -> None: ...

class WhatIf(_message.Message):
    __slots__ = ("whatif_id", "kind", "status", "done", "total", "input_hash", "report_json", "asked_at", "ended_at", "asked_by", "version")
    WHATIF_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    INPUT_HASH_FIELD_NUMBER: _ClassVar[int]
    REPORT_JSON_FIELD_NUMBER: _ClassVar[int]
    ASKED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    ASKED_BY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    whatif_id: str
    kind: str
    status: str
    done: int
    total: int
    input_hash: str
    report_json: str
    asked_at: str
    ended_at: str
    asked_by: str
    version: int
    def __init__(self, whatif_id: _Optional[str] = ..., kind: _Optional[str] = ..., status: _Optional[str] = ..., done: _Optional[int] = ..., total: _Optional[int] = ..., input_hash: _Optional[str] = ..., report_json: _Optional[str] = ..., asked_at: _Optional[str] = ..., ended_at: _Optional[str] = ..., asked_by: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class Freshness(_message.Message):
    __slots__ = ("crm_event_at", "caught_up", "accounts_waiting", "behind")
    CRM_EVENT_AT_FIELD_NUMBER: _ClassVar[int]
    CAUGHT_UP_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_WAITING_FIELD_NUMBER: _ClassVar[int]
    BEHIND_FIELD_NUMBER: _ClassVar[int]
    crm_event_at: str
    caught_up: bool
    accounts_waiting: int
    behind: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, crm_event_at: _Optional[str] = ..., caught_up: _Optional[bool] = ..., accounts_waiting: _Optional[int] = ..., behind: _Optional[_Iterable[str]] = ...) -> None: ...

class GetInsightsStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetInsightsStatusResponse(_message.Message):
    __slots__ = ("facts", "accounts", "bi_rows", "kpi_values", "dead_letters", "freshness", "bi_built_at")
    FACTS_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    BI_ROWS_FIELD_NUMBER: _ClassVar[int]
    KPI_VALUES_FIELD_NUMBER: _ClassVar[int]
    DEAD_LETTERS_FIELD_NUMBER: _ClassVar[int]
    FRESHNESS_FIELD_NUMBER: _ClassVar[int]
    BI_BUILT_AT_FIELD_NUMBER: _ClassVar[int]
    facts: int
    accounts: int
    bi_rows: int
    kpi_values: int
    dead_letters: int
    freshness: Freshness
    bi_built_at: str
    def __init__(self, facts: _Optional[int] = ..., accounts: _Optional[int] = ..., bi_rows: _Optional[int] = ..., kpi_values: _Optional[int] = ..., dead_letters: _Optional[int] = ..., freshness: _Optional[_Union[Freshness, _Mapping]] = ..., bi_built_at: _Optional[str] = ...) -> None: ...
