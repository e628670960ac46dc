from shared.protos import accounts_pb2 as _accounts_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RiskFreshness(_message.Message):
    __slots__ = ("evaluated_until", "crm_event_at", "caught_up", "feed_dead", "feed_dead_since")
    EVALUATED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    CRM_EVENT_AT_FIELD_NUMBER: _ClassVar[int]
    CAUGHT_UP_FIELD_NUMBER: _ClassVar[int]
    FEED_DEAD_FIELD_NUMBER: _ClassVar[int]
    FEED_DEAD_SINCE_FIELD_NUMBER: _ClassVar[int]
    evaluated_until: str
    crm_event_at: str
    caught_up: bool
    feed_dead: bool
    feed_dead_since: str
    def __init__(self, evaluated_until: _Optional[str] = ..., crm_event_at: _Optional[str] = ..., caught_up: _Optional[bool] = ..., feed_dead: _Optional[bool] = ..., feed_dead_since: _Optional[str] = ...) -> None: ...

class ListRiskRequest(_message.Message):
    __slots__ = ("as_of", "colour", "tier")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    COLOUR_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    colour: str
    tier: str
    def __init__(self, as_of: _Optional[str] = ..., colour: _Optional[str] = ..., tier: _Optional[str] = ...) -> None: ...

class ListRiskResponse(_message.Message):
    __slots__ = ("as_of", "freshness", "rows", "cells", "totals")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    FRESHNESS_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    CELLS_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    freshness: RiskFreshness
    rows: _containers.RepeatedCompositeFieldContainer[RiskRow]
    cells: _containers.RepeatedCompositeFieldContainer[RiskCell]
    totals: RiskTotals
    def __init__(self, as_of: _Optional[str] = ..., freshness: _Optional[_Union[RiskFreshness, _Mapping]] = ..., rows: _Optional[_Iterable[_Union[RiskRow, _Mapping]]] = ..., cells: _Optional[_Iterable[_Union[RiskCell, _Mapping]]] = ..., totals: _Optional[_Union[RiskTotals, _Mapping]] = ...) -> None: ...

class RiskRow(_message.Message):
    __slots__ = ("account_id", "crm_id", "name", "tier", "colour", "model_colour", "score", "coverage", "trend", "delta_30d", "since", "why", "stale", "overridden", "flapping", "no_countermeasure", "escalation", "arr_minor", "currency", "parent_id", "group", "warnings", "owner_id", "event_id", "evaluated_at", "plan_due_at", "override_waits", "at_risk")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CRM_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    COLOUR_FIELD_NUMBER: _ClassVar[int]
    MODEL_COLOUR_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_FIELD_NUMBER: _ClassVar[int]
    TREND_FIELD_NUMBER: _ClassVar[int]
    DELTA_30D_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    STALE_FIELD_NUMBER: _ClassVar[int]
    OVERRIDDEN_FIELD_NUMBER: _ClassVar[int]
    FLAPPING_FIELD_NUMBER: _ClassVar[int]
    NO_COUNTERMEASURE_FIELD_NUMBER: _ClassVar[int]
    ESCALATION_FIELD_NUMBER: _ClassVar[int]
    ARR_MINOR_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    PARENT_ID_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    OWNER_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    EVALUATED_AT_FIELD_NUMBER: _ClassVar[int]
    PLAN_DUE_AT_FIELD_NUMBER: _ClassVar[int]
    OVERRIDE_WAITS_FIELD_NUMBER: _ClassVar[int]
    AT_RISK_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    crm_id: str
    name: str
    tier: str
    colour: str
    model_colour: str
    score: int
    coverage: int
    trend: str
    delta_30d: int
    since: str
    why: str
    stale: bool
    overridden: bool
    flapping: bool
    no_countermeasure: bool
    escalation: str
    arr_minor: int
    currency: str
    parent_id: str
    group: RollUp
    warnings: _containers.RepeatedScalarFieldContainer[str]
    owner_id: str
    event_id: str
    evaluated_at: str
    plan_due_at: str
    override_waits: bool
    at_risk: bool
    def __init__(self, account_id: _Optional[str] = ..., crm_id: _Optional[str] = ..., name: _Optional[str] = ..., tier: _Optional[str] = ..., colour: _Optional[str] = ..., model_colour: _Optional[str] = ..., score: _Optional[int] = ..., coverage: _Optional[int] = ..., trend: _Optional[str] = ..., delta_30d: _Optional[int] = ..., since: _Optional[str] = ..., why: _Optional[str] = ..., stale: _Optional[bool] = ..., overridden: _Optional[bool] = ..., flapping: _Optional[bool] = ..., no_countermeasure: _Optional[bool] = ..., escalation: _Optional[str] = ..., arr_minor: _Optional[int] = ..., currency: _Optional[str] = ..., parent_id: _Optional[str] = ..., group: _Optional[_Union[RollUp, _Mapping]] = ..., warnings: _Optional[_Iterable[str]] = ..., owner_id: _Optional[str] = ..., event_id: _Optional[str] = ..., evaluated_at: _Optional[str] = ..., plan_due_at: _Optional[str] = ..., override_waits: _Optional[bool] = ..., at_risk: _Optional[bool] = ...) -> None: ...

class RollUp(_message.Message):
    __slots__ = ("colour", "worst_child_id", "worst_child", "worst_colour", "arr_at_risk_minor", "arr_minor", "red_share_bp", "amber_share_bp", "rule", "children")
    COLOUR_FIELD_NUMBER: _ClassVar[int]
    WORST_CHILD_ID_FIELD_NUMBER: _ClassVar[int]
    WORST_CHILD_FIELD_NUMBER: _ClassVar[int]
    WORST_COLOUR_FIELD_NUMBER: _ClassVar[int]
    ARR_AT_RISK_MINOR_FIELD_NUMBER: _ClassVar[int]
    ARR_MINOR_FIELD_NUMBER: _ClassVar[int]
    RED_SHARE_BP_FIELD_NUMBER: _ClassVar[int]
    AMBER_SHARE_BP_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    CHILDREN_FIELD_NUMBER: _ClassVar[int]
    colour: str
    worst_child_id: str
    worst_child: str
    worst_colour: str
    arr_at_risk_minor: int
    arr_minor: int
    red_share_bp: int
    amber_share_bp: int
    rule: str
    children: int
    def __init__(self, colour: _Optional[str] = ..., worst_child_id: _Optional[str] = ..., worst_child: _Optional[str] = ..., worst_colour: _Optional[str] = ..., arr_at_risk_minor: _Optional[int] = ..., arr_minor: _Optional[int] = ..., red_share_bp: _Optional[int] = ..., amber_share_bp: _Optional[int] = ..., rule: _Optional[str] = ..., children: _Optional[int] = ...) -> None: ...

class RiskCell(_message.Message):
    __slots__ = ("tier", "colour", "accounts", "arr_minor")
    TIER_FIELD_NUMBER: _ClassVar[int]
    COLOUR_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    ARR_MINOR_FIELD_NUMBER: _ClassVar[int]
    tier: str
    colour: str
    accounts: int
    arr_minor: int
    def __init__(self, tier: _Optional[str] = ..., colour: _Optional[str] = ..., accounts: _Optional[int] = ..., arr_minor: _Optional[int] = ...) -> None: ...

class RiskTotals(_message.Message):
    __slots__ = ("accounts", "arr_minor", "arr_at_risk_minor", "currency", "by_colour", "arr_red_minor")
    class ByColourEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    ARR_MINOR_FIELD_NUMBER: _ClassVar[int]
    ARR_AT_RISK_MINOR_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    BY_COLOUR_FIELD_NUMBER: _ClassVar[int]
    ARR_RED_MINOR_FIELD_NUMBER: _ClassVar[int]
    accounts: int
    arr_minor: int
    arr_at_risk_minor: int
    currency: str
    by_colour: _containers.ScalarMap[str, int]
    arr_red_minor: int
    def __init__(self, accounts: _Optional[int] = ..., arr_minor: _Optional[int] = ..., arr_at_risk_minor: _Optional[int] = ..., currency: _Optional[str] = ..., by_colour: _Optional[_Mapping[str, int]] = ..., arr_red_minor: _Optional[int] = ...) -> None: ...

class GetTrendRequest(_message.Message):
    __slots__ = ("as_of", "weeks", "tier")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    WEEKS_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    weeks: int
    tier: str
    def __init__(self, as_of: _Optional[str] = ..., weeks: _Optional[int] = ..., tier: _Optional[str] = ...) -> None: ...

class GetTrendResponse(_message.Message):
    __slots__ = ("as_of", "points", "currency")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    points: _containers.RepeatedCompositeFieldContainer[TrendPoint]
    currency: str
    def __init__(self, as_of: _Optional[str] = ..., points: _Optional[_Iterable[_Union[TrendPoint, _Mapping]]] = ..., currency: _Optional[str] = ...) -> None: ...

class TrendPoint(_message.Message):
    __slots__ = ("at", "by_colour", "arr_minor", "arr_at_risk_minor", "arr_red_minor")
    class ByColourEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    AT_FIELD_NUMBER: _ClassVar[int]
    BY_COLOUR_FIELD_NUMBER: _ClassVar[int]
    ARR_MINOR_FIELD_NUMBER: _ClassVar[int]
    ARR_AT_RISK_MINOR_FIELD_NUMBER: _ClassVar[int]
    ARR_RED_MINOR_FIELD_NUMBER: _ClassVar[int]
    at: str
    by_colour: _containers.ScalarMap[str, int]
    arr_minor: int
    arr_at_risk_minor: int
    arr_red_minor: int
    def __init__(self, at: _Optional[str] = ..., by_colour: _Optional[_Mapping[str, int]] = ..., arr_minor: _Optional[int] = ..., arr_at_risk_minor: _Optional[int] = ..., arr_red_minor: _Optional[int] = ...) -> None: ...

class GetRiskRequest(_message.Message):
    __slots__ = ("account_id", "crm_id", "as_of")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CRM_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    crm_id: str
    as_of: str
    def __init__(self, account_id: _Optional[str] = ..., crm_id: _Optional[str] = ..., as_of: _Optional[str] = ...) -> None: ...

class GetRiskResponse(_message.Message):
    __slots__ = ("as_of", "freshness", "row", "model_version", "contributions", "floors", "counterfactual", "history", "path", "items", "escalations", "overrides", "forecast", "timers", "children", "warnings", "shadows")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    FRESHNESS_FIELD_NUMBER: _ClassVar[int]
    ROW_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTIONS_FIELD_NUMBER: _ClassVar[int]
    FLOORS_FIELD_NUMBER: _ClassVar[int]
    COUNTERFACTUAL_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    ESCALATIONS_FIELD_NUMBER: _ClassVar[int]
    OVERRIDES_FIELD_NUMBER: _ClassVar[int]
    FORECAST_FIELD_NUMBER: _ClassVar[int]
    TIMERS_FIELD_NUMBER: _ClassVar[int]
    CHILDREN_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    SHADOWS_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    freshness: RiskFreshness
    row: RiskRow
    model_version: int
    contributions: _containers.RepeatedCompositeFieldContainer[RiskContribution]
    floors: _containers.RepeatedCompositeFieldContainer[RiskFloor]
    counterfactual: _containers.RepeatedCompositeFieldContainer[RiskCounterfactual]
    history: _containers.RepeatedCompositeFieldContainer[ColourStep]
    path: _containers.RepeatedCompositeFieldContainer[ScorePoint]
    items: _containers.RepeatedCompositeFieldContainer[RiskItem]
    escalations: _containers.RepeatedCompositeFieldContainer[EscalationRow]
    overrides: _containers.RepeatedCompositeFieldContainer[Override]
    forecast: _containers.RepeatedCompositeFieldContainer[ForecastStep]
    timers: _containers.RepeatedCompositeFieldContainer[RiskTimer]
    children: _containers.RepeatedCompositeFieldContainer[RiskRow]
    warnings: _containers.RepeatedCompositeFieldContainer[EarlyWarning]
    shadows: _containers.RepeatedCompositeFieldContainer[ShadowColour]
    def __init__(self, as_of: _Optional[str] = ..., freshness: _Optional[_Union[RiskFreshness, _Mapping]] = ..., row: _Optional[_Union[RiskRow, _Mapping]] = ..., model_version: _Optional[int] = ..., contributions: _Optional[_Iterable[_Union[RiskContribution, _Mapping]]] = ..., floors: _Optional[_Iterable[_Union[RiskFloor, _Mapping]]] = ..., counterfactual: _Optional[_Iterable[_Union[RiskCounterfactual, _Mapping]]] = ..., history: _Optional[_Iterable[_Union[ColourStep, _Mapping]]] = ..., path: _Optional[_Iterable[_Union[ScorePoint, _Mapping]]] = ..., items: _Optional[_Iterable[_Union[RiskItem, _Mapping]]] = ..., escalations: _Optional[_Iterable[_Union[EscalationRow, _Mapping]]] = ..., overrides: _Optional[_Iterable[_Union[Override, _Mapping]]] = ..., forecast: _Optional[_Iterable[_Union[ForecastStep, _Mapping]]] = ..., timers: _Optional[_Iterable[_Union[RiskTimer, _Mapping]]] = ..., children: _Optional[_Iterable[_Union[RiskRow, _Mapping]]] = ..., warnings: _Optional[_Iterable[_Union[EarlyWarning, _Mapping]]] = ..., shadows: _Optional[_Iterable[_Union[ShadowColour, _Mapping]]] = ...) -> None: ...

class RiskEvidence(_message.Message):
    __slots__ = ("event", "clock", "since", "code", "why")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    CLOCK_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    event: str
    clock: str
    since: str
    code: str
    why: str
    def __init__(self, event: _Optional[str] = ..., clock: _Optional[str] = ..., since: _Optional[str] = ..., code: _Optional[str] = ..., why: _Optional[str] = ...) -> None: ...

class RiskSignal(_message.Message):
    __slots__ = ("signal", "weight", "value", "raw", "evidence")
    SIGNAL_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    RAW_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    signal: str
    weight: int
    value: int
    raw: str
    evidence: _containers.RepeatedCompositeFieldContainer[RiskEvidence]
    def __init__(self, signal: _Optional[str] = ..., weight: _Optional[int] = ..., value: _Optional[int] = ..., raw: _Optional[str] = ..., evidence: _Optional[_Iterable[_Union[RiskEvidence, _Mapping]]] = ...) -> None: ...

class RiskContribution(_message.Message):
    __slots__ = ("factor", "weight", "value", "points", "delta_14d", "signals", "expired", "evidence")
    FACTOR_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    DELTA_14D_FIELD_NUMBER: _ClassVar[int]
    SIGNALS_FIELD_NUMBER: _ClassVar[int]
    EXPIRED_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    factor: str
    weight: int
    value: int
    points: int
    delta_14d: int
    signals: _containers.RepeatedCompositeFieldContainer[RiskSignal]
    expired: bool
    evidence: _containers.RepeatedCompositeFieldContainer[RiskEvidence]
    def __init__(self, factor: _Optional[str] = ..., weight: _Optional[int] = ..., value: _Optional[int] = ..., points: _Optional[int] = ..., delta_14d: _Optional[int] = ..., signals: _Optional[_Iterable[_Union[RiskSignal, _Mapping]]] = ..., expired: _Optional[bool] = ..., evidence: _Optional[_Iterable[_Union[RiskEvidence, _Mapping]]] = ...) -> None: ...

class RiskFloor(_message.Message):
    __slots__ = ("code", "colour", "factor", "evidence")
    CODE_FIELD_NUMBER: _ClassVar[int]
    COLOUR_FIELD_NUMBER: _ClassVar[int]
    FACTOR_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    code: str
    colour: str
    factor: str
    evidence: _containers.RepeatedCompositeFieldContainer[RiskEvidence]
    def __init__(self, code: _Optional[str] = ..., colour: _Optional[str] = ..., factor: _Optional[str] = ..., evidence: _Optional[_Iterable[_Union[RiskEvidence, _Mapping]]] = ...) -> None: ...

class RiskChange(_message.Message):
    __slots__ = ("code", "subject", "change")
    CODE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    code: str
    subject: str
    change: str
    def __init__(self, code: _Optional[str] = ..., subject: _Optional[str] = ..., change: _Optional[str] = ...) -> None: ...

class RiskCounterfactual(_message.Message):
    __slots__ = ("change", "changes", "score", "colour_after")
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    COLOUR_AFTER_FIELD_NUMBER: _ClassVar[int]
    change: str
    changes: _containers.RepeatedCompositeFieldContainer[RiskChange]
    score: int
    colour_after: str
    def __init__(self, change: _Optional[str] = ..., changes: _Optional[_Iterable[_Union[RiskChange, _Mapping]]] = ..., score: _Optional[int] = ..., colour_after: _Optional[str] = ...) -> None: ...

class ColourStep(_message.Message):
    __slots__ = ("at", "to", "trigger", "code", "why", "score", "late_by_s", "event_id", "epoch", "model_version", "data_json")
    AT_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    LATE_BY_S_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    DATA_JSON_FIELD_NUMBER: _ClassVar[int]
    at: str
    to: str
    trigger: str
    code: str
    why: str
    score: int
    late_by_s: int
    event_id: str
    epoch: int
    model_version: int
    data_json: str
    def __init__(self, at: _Optional[str] = ..., to: _Optional[str] = ..., trigger: _Optional[str] = ..., code: _Optional[str] = ..., why: _Optional[str] = ..., score: _Optional[int] = ..., late_by_s: _Optional[int] = ..., event_id: _Optional[str] = ..., epoch: _Optional[int] = ..., model_version: _Optional[int] = ..., data_json: _Optional[str] = ..., **kwargs) -> None: ...

class ScorePoint(_message.Message):
    __slots__ = ("on", "score", "colour")
    ON_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    COLOUR_FIELD_NUMBER: _ClassVar[int]
    on: str
    score: int
    colour: str
    def __init__(self, on: _Optional[str] = ..., score: _Optional[int] = ..., colour: _Optional[str] = ...) -> None: ...

class Countermeasure(_message.Message):
    __slots__ = ("countermeasure_id", "title", "owner", "due", "status", "link", "overdue", "text")
    COUNTERMEASURE_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    LINK_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    countermeasure_id: str
    title: str
    owner: str
    due: str
    status: str
    link: str
    overdue: bool
    text: str
    def __init__(self, countermeasure_id: _Optional[str] = ..., title: _Optional[str] = ..., owner: _Optional[str] = ..., due: _Optional[str] = ..., status: _Optional[str] = ..., link: _Optional[str] = ..., overdue: _Optional[bool] = ..., text: _Optional[str] = ...) -> None: ...

class RiskItem(_message.Message):
    __slots__ = ("risk_id", "category", "cause", "title", "owner", "status", "likelihood", "impact", "arr_exposed_minor", "countermeasures", "accepted_until", "no_countermeasure", "identified_at", "version", "escalated", "currency", "accepted_by", "text")
    RISK_ID_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    LIKELIHOOD_FIELD_NUMBER: _ClassVar[int]
    IMPACT_FIELD_NUMBER: _ClassVar[int]
    ARR_EXPOSED_MINOR_FIELD_NUMBER: _ClassVar[int]
    COUNTERMEASURES_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    NO_COUNTERMEASURE_FIELD_NUMBER: _ClassVar[int]
    IDENTIFIED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ESCALATED_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_BY_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    risk_id: str
    category: str
    cause: str
    title: str
    owner: str
    status: str
    likelihood: int
    impact: int
    arr_exposed_minor: int
    countermeasures: _containers.RepeatedCompositeFieldContainer[Countermeasure]
    accepted_until: str
    no_countermeasure: bool
    identified_at: str
    version: int
    escalated: bool
    currency: str
    accepted_by: str
    text: str
    def __init__(self, risk_id: _Optional[str] = ..., category: _Optional[str] = ..., cause: _Optional[str] = ..., title: _Optional[str] = ..., owner: _Optional[str] = ..., status: _Optional[str] = ..., likelihood: _Optional[int] = ..., impact: _Optional[int] = ..., arr_exposed_minor: _Optional[int] = ..., countermeasures: _Optional[_Iterable[_Union[Countermeasure, _Mapping]]] = ..., accepted_until: _Optional[str] = ..., no_countermeasure: _Optional[bool] = ..., identified_at: _Optional[str] = ..., version: _Optional[int] = ..., escalated: _Optional[bool] = ..., currency: _Optional[str] = ..., accepted_by: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class EscalationRow(_message.Message):
    __slots__ = ("escalation_id", "account_id", "title", "cause", "severity", "status", "dri", "opened_at", "update_due_at", "update_overdue", "last_update_at", "last_update", "closed_at", "risk_id", "version", "account")
    ESCALATION_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DRI_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATE_DUE_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATE_OVERDUE_FIELD_NUMBER: _ClassVar[int]
    LAST_UPDATE_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_UPDATE_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    RISK_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    escalation_id: str
    account_id: str
    title: str
    cause: str
    severity: str
    status: str
    dri: str
    opened_at: str
    update_due_at: str
    update_overdue: bool
    last_update_at: str
    last_update: str
    closed_at: str
    risk_id: str
    version: int
    account: str
    def __init__(self, escalation_id: _Optional[str] = ..., account_id: _Optional[str] = ..., title: _Optional[str] = ..., cause: _Optional[str] = ..., severity: _Optional[str] = ..., status: _Optional[str] = ..., dri: _Optional[str] = ..., opened_at: _Optional[str] = ..., update_due_at: _Optional[str] = ..., update_overdue: _Optional[bool] = ..., last_update_at: _Optional[str] = ..., last_update: _Optional[str] = ..., closed_at: _Optional[str] = ..., risk_id: _Optional[str] = ..., version: _Optional[int] = ..., account: _Optional[str] = ...) -> None: ...

class Override(_message.Message):
    __slots__ = ("override_id", "to", "reason", "text", "until", "by", "status", "confirmed_by", "at")
    OVERRIDE_ID_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_BY_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    override_id: str
    to: str
    reason: str
    text: str
    until: str
    by: str
    status: str
    confirmed_by: str
    at: str
    def __init__(self, override_id: _Optional[str] = ..., to: _Optional[str] = ..., reason: _Optional[str] = ..., text: _Optional[str] = ..., until: _Optional[str] = ..., by: _Optional[str] = ..., status: _Optional[str] = ..., confirmed_by: _Optional[str] = ..., at: _Optional[str] = ..., **kwargs) -> None: ...

class ForecastStep(_message.Message):
    __slots__ = ("at", "to", "trigger", "code", "why", "score")
    AT_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    at: str
    to: str
    trigger: str
    code: str
    why: str
    score: int
    def __init__(self, at: _Optional[str] = ..., to: _Optional[str] = ..., trigger: _Optional[str] = ..., code: _Optional[str] = ..., why: _Optional[str] = ..., score: _Optional[int] = ..., **kwargs) -> None: ...

class RiskTimer(_message.Message):
    __slots__ = ("at", "code", "why")
    AT_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    at: str
    code: str
    why: str
    def __init__(self, at: _Optional[str] = ..., code: _Optional[str] = ..., why: _Optional[str] = ...) -> None: ...

class EarlyWarning(_message.Message):
    __slots__ = ("kind", "since", "why", "code", "expected_at", "event_id")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_AT_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    kind: str
    since: str
    why: str
    code: str
    expected_at: str
    event_id: str
    def __init__(self, kind: _Optional[str] = ..., since: _Optional[str] = ..., why: _Optional[str] = ..., code: _Optional[str] = ..., expected_at: _Optional[str] = ..., event_id: _Optional[str] = ...) -> None: ...

class ShadowColour(_message.Message):
    __slots__ = ("model_version", "colour", "score", "since")
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    COLOUR_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    model_version: int
    colour: str
    score: int
    since: str
    def __init__(self, model_version: _Optional[int] = ..., colour: _Optional[str] = ..., score: _Optional[int] = ..., since: _Optional[str] = ...) -> None: ...

class GetForecastRequest(_message.Message):
    __slots__ = ("account_id", "days", "as_of")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    days: int
    as_of: str
    def __init__(self, account_id: _Optional[str] = ..., days: _Optional[int] = ..., as_of: _Optional[str] = ...) -> None: ...

class GetForecastResponse(_message.Message):
    __slots__ = ("until", "days", "accounts", "counts")
    FROM_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    until: str
    days: int
    accounts: _containers.RepeatedCompositeFieldContainer[AccountForecast]
    counts: _containers.RepeatedCompositeFieldContainer[ForecastCount]
    def __init__(self, until: _Optional[str] = ..., days: _Optional[int] = ..., accounts: _Optional[_Iterable[_Union[AccountForecast, _Mapping]]] = ..., counts: _Optional[_Iterable[_Union[ForecastCount, _Mapping]]] = ..., **kwargs) -> None: ...

class AccountForecast(_message.Message):
    __slots__ = ("account_id", "crm_id", "name", "tier", "colour", "colour_30", "colour_60", "colour_90", "steps", "arr_minor", "score", "score_30", "score_60", "score_90")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CRM_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    COLOUR_FIELD_NUMBER: _ClassVar[int]
    COLOUR_30_FIELD_NUMBER: _ClassVar[int]
    COLOUR_60_FIELD_NUMBER: _ClassVar[int]
    COLOUR_90_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    ARR_MINOR_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    SCORE_30_FIELD_NUMBER: _ClassVar[int]
    SCORE_60_FIELD_NUMBER: _ClassVar[int]
    SCORE_90_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    crm_id: str
    name: str
    tier: str
    colour: str
    colour_30: str
    colour_60: str
    colour_90: str
    steps: _containers.RepeatedCompositeFieldContainer[ForecastStep]
    arr_minor: int
    score: int
    score_30: int
    score_60: int
    score_90: int
    def __init__(self, account_id: _Optional[str] = ..., crm_id: _Optional[str] = ..., name: _Optional[str] = ..., tier: _Optional[str] = ..., colour: _Optional[str] = ..., colour_30: _Optional[str] = ..., colour_60: _Optional[str] = ..., colour_90: _Optional[str] = ..., steps: _Optional[_Iterable[_Union[ForecastStep, _Mapping]]] = ..., arr_minor: _Optional[int] = ..., score: _Optional[int] = ..., score_30: _Optional[int] = ..., score_60: _Optional[int] = ..., score_90: _Optional[int] = ...) -> None: ...

class ForecastCount(_message.Message):
    __slots__ = ("day", "by_colour", "arr_at_risk_minor")
    class ByColourEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    DAY_FIELD_NUMBER: _ClassVar[int]
    BY_COLOUR_FIELD_NUMBER: _ClassVar[int]
    ARR_AT_RISK_MINOR_FIELD_NUMBER: _ClassVar[int]
    day: int
    by_colour: _containers.ScalarMap[str, int]
    arr_at_risk_minor: int
    def __init__(self, day: _Optional[int] = ..., by_colour: _Optional[_Mapping[str, int]] = ..., arr_at_risk_minor: _Optional[int] = ...) -> None: ...

class GetModelRequest(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: int
    def __init__(self, version: _Optional[int] = ...) -> None: ...

class GetModelResponse(_message.Message):
    __slots__ = ("version", "status", "signed_off", "author", "digest", "document_json", "versions", "differences", "effective_from")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SIGNED_OFF_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_JSON_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    version: int
    status: str
    signed_off: bool
    author: str
    digest: str
    document_json: str
    versions: _containers.RepeatedCompositeFieldContainer[ModelVersion]
    differences: _containers.RepeatedCompositeFieldContainer[ShadowDifference]
    effective_from: str
    def __init__(self, version: _Optional[int] = ..., status: _Optional[str] = ..., signed_off: _Optional[bool] = ..., author: _Optional[str] = ..., digest: _Optional[str] = ..., document_json: _Optional[str] = ..., versions: _Optional[_Iterable[_Union[ModelVersion, _Mapping]]] = ..., differences: _Optional[_Iterable[_Union[ShadowDifference, _Mapping]]] = ..., effective_from: _Optional[str] = ...) -> None: ...

class ModelVersion(_message.Message):
    __slots__ = ("version", "status", "author", "signer", "effective_from", "signed_off")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    SIGNER_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    SIGNED_OFF_FIELD_NUMBER: _ClassVar[int]
    version: int
    status: str
    author: str
    signer: str
    effective_from: str
    signed_off: bool
    def __init__(self, version: _Optional[int] = ..., status: _Optional[str] = ..., author: _Optional[str] = ..., signer: _Optional[str] = ..., effective_from: _Optional[str] = ..., signed_off: _Optional[bool] = ...) -> None: ...

class ShadowDifference(_message.Message):
    __slots__ = ("account_id", "name", "active", "shadow", "active_score", "shadow_score")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    SHADOW_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_SCORE_FIELD_NUMBER: _ClassVar[int]
    SHADOW_SCORE_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    name: str
    active: str
    shadow: str
    active_score: int
    shadow_score: int
    def __init__(self, account_id: _Optional[str] = ..., name: _Optional[str] = ..., active: _Optional[str] = ..., shadow: _Optional[str] = ..., active_score: _Optional[int] = ..., shadow_score: _Optional[int] = ...) -> None: ...

class ListEscalationsRequest(_message.Message):
    __slots__ = ("with_closed", "account_id", "as_of")
    WITH_CLOSED_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    with_closed: bool
    account_id: str
    as_of: str
    def __init__(self, with_closed: _Optional[bool] = ..., account_id: _Optional[str] = ..., as_of: _Optional[str] = ...) -> None: ...

class ListEscalationsResponse(_message.Message):
    __slots__ = ("rows",)
    ROWS_FIELD_NUMBER: _ClassVar[int]
    rows: _containers.RepeatedCompositeFieldContainer[EscalationRow]
    def __init__(self, rows: _Optional[_Iterable[_Union[EscalationRow, _Mapping]]] = ...) -> None: ...

class GetEscalationRequest(_message.Message):
    __slots__ = ("escalation_id", "as_of")
    ESCALATION_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    escalation_id: str
    as_of: str
    def __init__(self, escalation_id: _Optional[str] = ..., as_of: _Optional[str] = ...) -> None: ...

class GetEscalationResponse(_message.Message):
    __slots__ = ("as_of", "row", "steps")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    ROW_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    row: EscalationRow
    steps: _containers.RepeatedCompositeFieldContainer[EscalationStep]
    def __init__(self, as_of: _Optional[str] = ..., row: _Optional[_Union[EscalationRow, _Mapping]] = ..., steps: _Optional[_Iterable[_Union[EscalationStep, _Mapping]]] = ...) -> None: ...

class EscalationStep(_message.Message):
    __slots__ = ("at", "kind", "by", "severity", "was", "dri", "text", "update_due_at", "agreed_by_customer", "event_id")
    AT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    WAS_FIELD_NUMBER: _ClassVar[int]
    DRI_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    UPDATE_DUE_AT_FIELD_NUMBER: _ClassVar[int]
    AGREED_BY_CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    at: str
    kind: str
    by: str
    severity: str
    was: str
    dri: str
    text: str
    update_due_at: str
    agreed_by_customer: str
    event_id: str
    def __init__(self, at: _Optional[str] = ..., kind: _Optional[str] = ..., by: _Optional[str] = ..., severity: _Optional[str] = ..., was: _Optional[str] = ..., dri: _Optional[str] = ..., text: _Optional[str] = ..., update_due_at: _Optional[str] = ..., agreed_by_customer: _Optional[str] = ..., event_id: _Optional[str] = ...) -> None: ...

class GetRiskStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetRiskStatusResponse(_message.Message):
    __slots__ = ("freshness", "events", "accounts", "armed_timers", "dead_letters", "shown")
    FRESHNESS_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    ARMED_TIMERS_FIELD_NUMBER: _ClassVar[int]
    DEAD_LETTERS_FIELD_NUMBER: _ClassVar[int]
    SHOWN_FIELD_NUMBER: _ClassVar[int]
    freshness: RiskFreshness
    events: int
    accounts: int
    armed_timers: int
    dead_letters: int
    shown: int
    def __init__(self, freshness: _Optional[_Union[RiskFreshness, _Mapping]] = ..., events: _Optional[int] = ..., accounts: _Optional[int] = ..., armed_timers: _Optional[int] = ..., dead_letters: _Optional[int] = ..., shown: _Optional[int] = ...) -> None: ...

class IdentifyRiskRequest(_message.Message):
    __slots__ = ("meta", "account_id", "category", "cause", "title", "owner", "risk_id")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    RISK_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    account_id: str
    category: str
    cause: str
    title: str
    owner: str
    risk_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., category: _Optional[str] = ..., cause: _Optional[str] = ..., title: _Optional[str] = ..., owner: _Optional[str] = ..., risk_id: _Optional[str] = ...) -> None: ...

class AssessRiskRequest(_message.Message):
    __slots__ = ("meta", "risk_id", "likelihood", "impact", "arr_exposed_minor")
    META_FIELD_NUMBER: _ClassVar[int]
    RISK_ID_FIELD_NUMBER: _ClassVar[int]
    LIKELIHOOD_FIELD_NUMBER: _ClassVar[int]
    IMPACT_FIELD_NUMBER: _ClassVar[int]
    ARR_EXPOSED_MINOR_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    risk_id: str
    likelihood: int
    impact: int
    arr_exposed_minor: int
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., risk_id: _Optional[str] = ..., likelihood: _Optional[int] = ..., impact: _Optional[int] = ..., arr_exposed_minor: _Optional[int] = ...) -> None: ...

class PlanCountermeasureRequest(_message.Message):
    __slots__ = ("meta", "risk_id", "title", "owner", "due", "link", "countermeasure_id")
    META_FIELD_NUMBER: _ClassVar[int]
    RISK_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    LINK_FIELD_NUMBER: _ClassVar[int]
    COUNTERMEASURE_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    risk_id: str
    title: str
    owner: str
    due: str
    link: str
    countermeasure_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., risk_id: _Optional[str] = ..., title: _Optional[str] = ..., owner: _Optional[str] = ..., due: _Optional[str] = ..., link: _Optional[str] = ..., countermeasure_id: _Optional[str] = ...) -> None: ...

class CountermeasureRequest(_message.Message):
    __slots__ = ("meta", "risk_id", "countermeasure_id", "text")
    META_FIELD_NUMBER: _ClassVar[int]
    RISK_ID_FIELD_NUMBER: _ClassVar[int]
    COUNTERMEASURE_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    risk_id: str
    countermeasure_id: str
    text: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., risk_id: _Optional[str] = ..., countermeasure_id: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class AcceptRiskRequest(_message.Message):
    __slots__ = ("meta", "risk_id", "until", "text")
    META_FIELD_NUMBER: _ClassVar[int]
    RISK_ID_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    risk_id: str
    until: str
    text: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., risk_id: _Optional[str] = ..., until: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class ResolveRiskRequest(_message.Message):
    __slots__ = ("meta", "risk_id", "evidence")
    META_FIELD_NUMBER: _ClassVar[int]
    RISK_ID_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    risk_id: str
    evidence: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., risk_id: _Optional[str] = ..., evidence: _Optional[_Iterable[str]] = ...) -> None: ...

class RecordMaterialisedRequest(_message.Message):
    __slots__ = ("meta", "risk_id", "loss_minor")
    META_FIELD_NUMBER: _ClassVar[int]
    RISK_ID_FIELD_NUMBER: _ClassVar[int]
    LOSS_MINOR_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    risk_id: str
    loss_minor: int
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., risk_id: _Optional[str] = ..., loss_minor: _Optional[int] = ...) -> None: ...

class OpenEscalationRequest(_message.Message):
    __slots__ = ("meta", "account_id", "severity", "title", "cause", "risk_id", "escalation_id")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    RISK_ID_FIELD_NUMBER: _ClassVar[int]
    ESCALATION_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    account_id: str
    severity: str
    title: str
    cause: str
    risk_id: str
    escalation_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., severity: _Optional[str] = ..., title: _Optional[str] = ..., cause: _Optional[str] = ..., risk_id: _Optional[str] = ..., escalation_id: _Optional[str] = ...) -> None: ...

class AssignDriRequest(_message.Message):
    __slots__ = ("meta", "escalation_id", "dri")
    META_FIELD_NUMBER: _ClassVar[int]
    ESCALATION_ID_FIELD_NUMBER: _ClassVar[int]
    DRI_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    escalation_id: str
    dri: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., escalation_id: _Optional[str] = ..., dri: _Optional[str] = ...) -> None: ...

class ChangeSeverityRequest(_message.Message):
    __slots__ = ("meta", "escalation_id", "severity")
    META_FIELD_NUMBER: _ClassVar[int]
    ESCALATION_ID_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    escalation_id: str
    severity: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., escalation_id: _Optional[str] = ..., severity: _Optional[str] = ...) -> None: ...

class EscalationTextRequest(_message.Message):
    __slots__ = ("meta", "escalation_id", "text")
    META_FIELD_NUMBER: _ClassVar[int]
    ESCALATION_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    escalation_id: str
    text: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., escalation_id: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class CloseEscalationRequest(_message.Message):
    __slots__ = ("meta", "escalation_id", "agreed_by_customer")
    META_FIELD_NUMBER: _ClassVar[int]
    ESCALATION_ID_FIELD_NUMBER: _ClassVar[int]
    AGREED_BY_CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    escalation_id: str
    agreed_by_customer: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., escalation_id: _Optional[str] = ..., agreed_by_customer: _Optional[str] = ...) -> None: ...

class OverrideColourRequest(_message.Message):
    __slots__ = ("meta", "account_id", "to", "reason", "text", "until")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    account_id: str
    to: str
    reason: str
    text: str
    until: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., to: _Optional[str] = ..., reason: _Optional[str] = ..., text: _Optional[str] = ..., until: _Optional[str] = ...) -> None: ...

class AccountOverrideRequest(_message.Message):
    __slots__ = ("meta", "account_id")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    account_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ...) -> None: ...

class DraftModelRequest(_message.Message):
    __slots__ = ("meta", "document_json")
    META_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_JSON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    document_json: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., document_json: _Optional[str] = ...) -> None: ...

class ModelRequest(_message.Message):
    __slots__ = ("meta", "version", "effective_from")
    META_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    version: int
    effective_from: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., version: _Optional[int] = ..., effective_from: _Optional[str] = ...) -> None: ...

class StartWhatIfRequest(_message.Message):
    __slots__ = ("meta", "version", "document_json")
    META_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_JSON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    version: int
    document_json: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., version: _Optional[int] = ..., document_json: _Optional[str] = ...) -> None: ...

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
    __slots__ = ("whatif_id", "version", "against", "status", "done", "total", "input_hash", "report_json", "asked_by", "asked_at", "ended_at")
    WHATIF_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    AGAINST_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    INPUT_HASH_FIELD_NUMBER: _ClassVar[int]
    REPORT_JSON_FIELD_NUMBER: _ClassVar[int]
    ASKED_BY_FIELD_NUMBER: _ClassVar[int]
    ASKED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    whatif_id: str
    version: int
    against: int
    status: str
    done: int
    total: int
    input_hash: str
    report_json: str
    asked_by: str
    asked_at: str
    ended_at: str
    def __init__(self, whatif_id: _Optional[str] = ..., version: _Optional[int] = ..., against: _Optional[int] = ..., status: _Optional[str] = ..., done: _Optional[int] = ..., total: _Optional[int] = ..., input_hash: _Optional[str] = ..., report_json: _Optional[str] = ..., asked_by: _Optional[str] = ..., asked_at: _Optional[str] = ..., ended_at: _Optional[str] = ...) -> None: ...
