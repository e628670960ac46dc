from shared.protos import accounts_pb2 as _accounts_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListAlertsRequest(_message.Message):
    __slots__ = ("account_id", "account_crm_id", "person", "states", "rules", "as_of", "limit", "after")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_CRM_ID_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    account_crm_id: str
    person: str
    states: _containers.RepeatedScalarFieldContainer[str]
    rules: _containers.RepeatedScalarFieldContainer[str]
    as_of: str
    limit: int
    after: str
    def __init__(self, account_id: _Optional[str] = ..., account_crm_id: _Optional[str] = ..., person: _Optional[str] = ..., states: _Optional[_Iterable[str]] = ..., rules: _Optional[_Iterable[str]] = ..., as_of: _Optional[str] = ..., limit: _Optional[int] = ..., after: _Optional[str] = ...) -> None: ...

class ListAlertsResponse(_message.Message):
    __slots__ = ("alerts", "as_of", "next")
    ALERTS_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    alerts: _containers.RepeatedCompositeFieldContainer[Alert]
    as_of: str
    next: str
    def __init__(self, alerts: _Optional[_Iterable[_Union[Alert, _Mapping]]] = ..., as_of: _Optional[str] = ..., next: _Optional[str] = ...) -> None: ...

class Alert(_message.Message):
    __slots__ = ("alert_id", "account_id", "account_name", "rule", "rule_name", "part", "subject", "epoch", "severity", "tier", "status", "level", "raised_at", "changed_at", "acknowledged_by", "snoozed_until", "under_alert_id", "text", "text_en", "persons", "open", "ended_by_event", "account_crm_id", "rule_name_en")
    ALERT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_NAME_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    RULE_NAME_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    RAISED_AT_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_BY_FIELD_NUMBER: _ClassVar[int]
    SNOOZED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    UNDER_ALERT_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TEXT_EN_FIELD_NUMBER: _ClassVar[int]
    PERSONS_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    ENDED_BY_EVENT_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_CRM_ID_FIELD_NUMBER: _ClassVar[int]
    RULE_NAME_EN_FIELD_NUMBER: _ClassVar[int]
    alert_id: str
    account_id: str
    account_name: str
    rule: str
    rule_name: str
    part: str
    subject: str
    epoch: str
    severity: str
    tier: str
    status: str
    level: int
    raised_at: str
    changed_at: str
    acknowledged_by: str
    snoozed_until: str
    under_alert_id: str
    text: str
    text_en: str
    persons: _containers.RepeatedScalarFieldContainer[str]
    open: bool
    ended_by_event: str
    account_crm_id: str
    rule_name_en: str
    def __init__(self, alert_id: _Optional[str] = ..., account_id: _Optional[str] = ..., account_name: _Optional[str] = ..., rule: _Optional[str] = ..., rule_name: _Optional[str] = ..., part: _Optional[str] = ..., subject: _Optional[str] = ..., epoch: _Optional[str] = ..., severity: _Optional[str] = ..., tier: _Optional[str] = ..., status: _Optional[str] = ..., level: _Optional[int] = ..., raised_at: _Optional[str] = ..., changed_at: _Optional[str] = ..., acknowledged_by: _Optional[str] = ..., snoozed_until: _Optional[str] = ..., under_alert_id: _Optional[str] = ..., text: _Optional[str] = ..., text_en: _Optional[str] = ..., persons: _Optional[_Iterable[str]] = ..., open: _Optional[bool] = ..., ended_by_event: _Optional[str] = ..., account_crm_id: _Optional[str] = ..., rule_name_en: _Optional[str] = ...) -> None: ...

class GetAlertRequest(_message.Message):
    __slots__ = ("alert_id", "as_of")
    ALERT_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    alert_id: str
    as_of: str
    def __init__(self, alert_id: _Optional[str] = ..., as_of: _Optional[str] = ...) -> None: ...

class GetAlertResponse(_message.Message):
    __slots__ = ("alert", "why_event_ids", "schedule", "ledger", "deliveries", "children")
    ALERT_FIELD_NUMBER: _ClassVar[int]
    WHY_EVENT_IDS_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    DELIVERIES_FIELD_NUMBER: _ClassVar[int]
    CHILDREN_FIELD_NUMBER: _ClassVar[int]
    alert: Alert
    why_event_ids: _containers.RepeatedScalarFieldContainer[str]
    schedule: _containers.RepeatedCompositeFieldContainer[Step]
    ledger: _containers.RepeatedCompositeFieldContainer[LedgerEntry]
    deliveries: _containers.RepeatedCompositeFieldContainer[Delivery]
    children: _containers.RepeatedCompositeFieldContainer[Alert]
    def __init__(self, alert: _Optional[_Union[Alert, _Mapping]] = ..., why_event_ids: _Optional[_Iterable[str]] = ..., schedule: _Optional[_Iterable[_Union[Step, _Mapping]]] = ..., ledger: _Optional[_Iterable[_Union[LedgerEntry, _Mapping]]] = ..., deliveries: _Optional[_Iterable[_Union[Delivery, _Mapping]]] = ..., children: _Optional[_Iterable[_Union[Alert, _Mapping]]] = ...) -> None: ...

class Step(_message.Message):
    __slots__ = ("key", "due_at", "level", "to", "unless", "urgency", "exhaust", "state")
    KEY_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    UNLESS_FIELD_NUMBER: _ClassVar[int]
    URGENCY_FIELD_NUMBER: _ClassVar[int]
    EXHAUST_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    key: str
    due_at: str
    level: int
    to: _containers.RepeatedScalarFieldContainer[str]
    unless: str
    urgency: str
    exhaust: bool
    state: str
    def __init__(self, key: _Optional[str] = ..., due_at: _Optional[str] = ..., level: _Optional[int] = ..., to: _Optional[_Iterable[str]] = ..., unless: _Optional[str] = ..., urgency: _Optional[str] = ..., exhaust: _Optional[bool] = ..., state: _Optional[str] = ...) -> None: ...

class LedgerEntry(_message.Message):
    __slots__ = ("event_id", "type", "status", "at", "actor", "person", "channel", "why", "until", "level", "data_json")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    DATA_JSON_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    type: str
    status: str
    at: str
    actor: str
    person: str
    channel: str
    why: str
    until: str
    level: int
    data_json: str
    def __init__(self, event_id: _Optional[str] = ..., type: _Optional[str] = ..., status: _Optional[str] = ..., at: _Optional[str] = ..., actor: _Optional[str] = ..., person: _Optional[str] = ..., channel: _Optional[str] = ..., why: _Optional[str] = ..., until: _Optional[str] = ..., level: _Optional[int] = ..., data_json: _Optional[str] = ...) -> None: ...

class GetInboxRequest(_message.Message):
    __slots__ = ("person", "roles", "all", "limit")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    ALL_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    person: str
    roles: _containers.RepeatedScalarFieldContainer[str]
    all: bool
    limit: int
    def __init__(self, person: _Optional[str] = ..., roles: _Optional[_Iterable[str]] = ..., all: _Optional[bool] = ..., limit: _Optional[int] = ...) -> None: ...

class GetInboxResponse(_message.Message):
    __slots__ = ("items", "unread")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    UNREAD_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[InboxItem]
    unread: int
    def __init__(self, items: _Optional[_Iterable[_Union[InboxItem, _Mapping]]] = ..., unread: _Optional[int] = ...) -> None: ...

class InboxItem(_message.Message):
    __slots__ = ("alert", "delivered_at", "seen", "role", "via", "digest_id", "may_snooze", "inbox", "snooze_until")
    ALERT_FIELD_NUMBER: _ClassVar[int]
    DELIVERED_AT_FIELD_NUMBER: _ClassVar[int]
    SEEN_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    VIA_FIELD_NUMBER: _ClassVar[int]
    DIGEST_ID_FIELD_NUMBER: _ClassVar[int]
    MAY_SNOOZE_FIELD_NUMBER: _ClassVar[int]
    INBOX_FIELD_NUMBER: _ClassVar[int]
    SNOOZE_UNTIL_FIELD_NUMBER: _ClassVar[int]
    alert: Alert
    delivered_at: str
    seen: bool
    role: str
    via: str
    digest_id: str
    may_snooze: bool
    inbox: str
    snooze_until: str
    def __init__(self, alert: _Optional[_Union[Alert, _Mapping]] = ..., delivered_at: _Optional[str] = ..., seen: _Optional[bool] = ..., role: _Optional[str] = ..., via: _Optional[str] = ..., digest_id: _Optional[str] = ..., may_snooze: _Optional[bool] = ..., inbox: _Optional[str] = ..., snooze_until: _Optional[str] = ...) -> None: ...

class NextTimersRequest(_message.Message):
    __slots__ = ("account_id", "account_crm_id", "until", "limit", "person")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_CRM_ID_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    account_crm_id: str
    until: str
    limit: int
    person: str
    def __init__(self, account_id: _Optional[str] = ..., account_crm_id: _Optional[str] = ..., until: _Optional[str] = ..., limit: _Optional[int] = ..., person: _Optional[str] = ...) -> None: ...

class NextTimersResponse(_message.Message):
    __slots__ = ("timers",)
    TIMERS_FIELD_NUMBER: _ClassVar[int]
    timers: _containers.RepeatedCompositeFieldContainer[NextTimer]
    def __init__(self, timers: _Optional[_Iterable[_Union[NextTimer, _Mapping]]] = ...) -> None: ...

class NextTimer(_message.Message):
    __slots__ = ("due_at", "rule", "rule_name", "rule_name_en", "part", "what", "subject", "anchor", "alert_id", "level", "to", "text", "text_en", "account_id", "account_name", "account_crm_id", "paused_by")
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    RULE_NAME_FIELD_NUMBER: _ClassVar[int]
    RULE_NAME_EN_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    WHAT_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    ANCHOR_FIELD_NUMBER: _ClassVar[int]
    ALERT_ID_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TEXT_EN_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_NAME_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_CRM_ID_FIELD_NUMBER: _ClassVar[int]
    PAUSED_BY_FIELD_NUMBER: _ClassVar[int]
    due_at: str
    rule: str
    rule_name: str
    rule_name_en: str
    part: str
    what: str
    subject: str
    anchor: str
    alert_id: str
    level: int
    to: _containers.RepeatedScalarFieldContainer[str]
    text: str
    text_en: str
    account_id: str
    account_name: str
    account_crm_id: str
    paused_by: str
    def __init__(self, due_at: _Optional[str] = ..., rule: _Optional[str] = ..., rule_name: _Optional[str] = ..., rule_name_en: _Optional[str] = ..., part: _Optional[str] = ..., what: _Optional[str] = ..., subject: _Optional[str] = ..., anchor: _Optional[str] = ..., alert_id: _Optional[str] = ..., level: _Optional[int] = ..., to: _Optional[_Iterable[str]] = ..., text: _Optional[str] = ..., text_en: _Optional[str] = ..., account_id: _Optional[str] = ..., account_name: _Optional[str] = ..., account_crm_id: _Optional[str] = ..., paused_by: _Optional[str] = ...) -> None: ...

class GetPreferencesRequest(_message.Message):
    __slots__ = ("person",)
    PERSON_FIELD_NUMBER: _ClassVar[int]
    person: str
    def __init__(self, person: _Optional[str] = ...) -> None: ...

class Preferences(_message.Message):
    __slots__ = ("person", "channels", "available", "locale", "zone", "quiet_from", "quiet_to", "release_at", "free_days", "critical_consent", "digest_at", "digest_days", "mutes", "revoked", "has_mail")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    ZONE_FIELD_NUMBER: _ClassVar[int]
    QUIET_FROM_FIELD_NUMBER: _ClassVar[int]
    QUIET_TO_FIELD_NUMBER: _ClassVar[int]
    RELEASE_AT_FIELD_NUMBER: _ClassVar[int]
    FREE_DAYS_FIELD_NUMBER: _ClassVar[int]
    CRITICAL_CONSENT_FIELD_NUMBER: _ClassVar[int]
    DIGEST_AT_FIELD_NUMBER: _ClassVar[int]
    DIGEST_DAYS_FIELD_NUMBER: _ClassVar[int]
    MUTES_FIELD_NUMBER: _ClassVar[int]
    REVOKED_FIELD_NUMBER: _ClassVar[int]
    HAS_MAIL_FIELD_NUMBER: _ClassVar[int]
    person: str
    channels: _containers.RepeatedScalarFieldContainer[str]
    available: _containers.RepeatedScalarFieldContainer[str]
    locale: str
    zone: str
    quiet_from: str
    quiet_to: str
    release_at: str
    free_days: bool
    critical_consent: bool
    digest_at: str
    digest_days: _containers.RepeatedScalarFieldContainer[int]
    mutes: _containers.RepeatedCompositeFieldContainer[Mute]
    revoked: _containers.RepeatedCompositeFieldContainer[Revoked]
    has_mail: bool
    def __init__(self, person: _Optional[str] = ..., channels: _Optional[_Iterable[str]] = ..., available: _Optional[_Iterable[str]] = ..., locale: _Optional[str] = ..., zone: _Optional[str] = ..., quiet_from: _Optional[str] = ..., quiet_to: _Optional[str] = ..., release_at: _Optional[str] = ..., free_days: _Optional[bool] = ..., critical_consent: _Optional[bool] = ..., digest_at: _Optional[str] = ..., digest_days: _Optional[_Iterable[int]] = ..., mutes: _Optional[_Iterable[_Union[Mute, _Mapping]]] = ..., revoked: _Optional[_Iterable[_Union[Revoked, _Mapping]]] = ..., has_mail: _Optional[bool] = ...) -> None: ...

class Mute(_message.Message):
    __slots__ = ("scope", "until")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    scope: str
    until: str
    def __init__(self, scope: _Optional[str] = ..., until: _Optional[str] = ...) -> None: ...

class Revoked(_message.Message):
    __slots__ = ("channel", "why")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    channel: str
    why: str
    def __init__(self, channel: _Optional[str] = ..., why: _Optional[str] = ...) -> None: ...

class GetRulesRequest(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: int
    def __init__(self, version: _Optional[int] = ...) -> None: ...

class GetRulesResponse(_message.Message):
    __slots__ = ("version", "status", "digest", "signed_off", "effective_at", "document_json", "event_id", "missing_events")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    SIGNED_OFF_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_JSON_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    MISSING_EVENTS_FIELD_NUMBER: _ClassVar[int]
    version: int
    status: str
    digest: str
    signed_off: bool
    effective_at: str
    document_json: str
    event_id: str
    missing_events: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, version: _Optional[int] = ..., status: _Optional[str] = ..., digest: _Optional[str] = ..., signed_off: _Optional[bool] = ..., effective_at: _Optional[str] = ..., document_json: _Optional[str] = ..., event_id: _Optional[str] = ..., missing_events: _Optional[_Iterable[str]] = ...) -> None: ...

class ListDeliveriesRequest(_message.Message):
    __slots__ = ("states", "account_id", "limit")
    STATES_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    states: _containers.RepeatedScalarFieldContainer[str]
    account_id: str
    limit: int
    def __init__(self, states: _Optional[_Iterable[str]] = ..., account_id: _Optional[str] = ..., limit: _Optional[int] = ...) -> None: ...

class ListDeliveriesResponse(_message.Message):
    __slots__ = ("deliveries", "counts")
    DELIVERIES_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    deliveries: _containers.RepeatedCompositeFieldContainer[Delivery]
    counts: _containers.RepeatedCompositeFieldContainer[ChannelCount]
    def __init__(self, deliveries: _Optional[_Iterable[_Union[Delivery, _Mapping]]] = ..., counts: _Optional[_Iterable[_Union[ChannelCount, _Mapping]]] = ...) -> None: ...

class Delivery(_message.Message):
    __slots__ = ("delivery_id", "alert_id", "digest_id", "person", "channel", "status", "attempts", "unanswered", "message_id", "created_at", "sent_at", "next_at", "error")
    DELIVERY_ID_FIELD_NUMBER: _ClassVar[int]
    ALERT_ID_FIELD_NUMBER: _ClassVar[int]
    DIGEST_ID_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    UNANSWERED_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    SENT_AT_FIELD_NUMBER: _ClassVar[int]
    NEXT_AT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    delivery_id: str
    alert_id: str
    digest_id: str
    person: str
    channel: str
    status: str
    attempts: int
    unanswered: int
    message_id: str
    created_at: str
    sent_at: str
    next_at: str
    error: str
    def __init__(self, delivery_id: _Optional[str] = ..., alert_id: _Optional[str] = ..., digest_id: _Optional[str] = ..., person: _Optional[str] = ..., channel: _Optional[str] = ..., status: _Optional[str] = ..., attempts: _Optional[int] = ..., unanswered: _Optional[int] = ..., message_id: _Optional[str] = ..., created_at: _Optional[str] = ..., sent_at: _Optional[str] = ..., next_at: _Optional[str] = ..., error: _Optional[str] = ...) -> None: ...

class ChannelCount(_message.Message):
    __slots__ = ("channel", "status", "messages", "unanswered")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    UNANSWERED_FIELD_NUMBER: _ClassVar[int]
    channel: str
    status: str
    messages: int
    unanswered: int
    def __init__(self, channel: _Optional[str] = ..., status: _Optional[str] = ..., messages: _Optional[int] = ..., unanswered: _Optional[int] = ...) -> None: ...

class GetCalmRequest(_message.Message):
    __slots__ = ("to",)
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    to: str
    def __init__(self, to: _Optional[str] = ..., **kwargs) -> None: ...

class GetCalmResponse(_message.Message):
    __slots__ = ("raised", "delivered", "digested", "most_per_person_and_day", "suppressed", "rules", "person_days")
    RAISED_FIELD_NUMBER: _ClassVar[int]
    DELIVERED_FIELD_NUMBER: _ClassVar[int]
    DIGESTED_FIELD_NUMBER: _ClassVar[int]
    MOST_PER_PERSON_AND_DAY_FIELD_NUMBER: _ClassVar[int]
    SUPPRESSED_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    PERSON_DAYS_FIELD_NUMBER: _ClassVar[int]
    raised: int
    delivered: int
    digested: int
    most_per_person_and_day: int
    suppressed: _containers.RepeatedCompositeFieldContainer[Suppressed]
    rules: _containers.RepeatedCompositeFieldContainer[RuleCount]
    person_days: int
    def __init__(self, raised: _Optional[int] = ..., delivered: _Optional[int] = ..., digested: _Optional[int] = ..., most_per_person_and_day: _Optional[int] = ..., suppressed: _Optional[_Iterable[_Union[Suppressed, _Mapping]]] = ..., rules: _Optional[_Iterable[_Union[RuleCount, _Mapping]]] = ..., person_days: _Optional[int] = ...) -> None: ...

class Suppressed(_message.Message):
    __slots__ = ("type", "why", "count")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    type: str
    why: str
    count: int
    def __init__(self, type: _Optional[str] = ..., why: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...

class RuleCount(_message.Message):
    __slots__ = ("rule", "raised", "acknowledged", "resolved", "exhausted", "expired")
    RULE_FIELD_NUMBER: _ClassVar[int]
    RAISED_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_FIELD_NUMBER: _ClassVar[int]
    RESOLVED_FIELD_NUMBER: _ClassVar[int]
    EXHAUSTED_FIELD_NUMBER: _ClassVar[int]
    EXPIRED_FIELD_NUMBER: _ClassVar[int]
    rule: str
    raised: int
    acknowledged: int
    resolved: int
    exhausted: int
    expired: int
    def __init__(self, rule: _Optional[str] = ..., raised: _Optional[int] = ..., acknowledged: _Optional[int] = ..., resolved: _Optional[int] = ..., exhausted: _Optional[int] = ..., expired: _Optional[int] = ...) -> None: ...

class GetEventRequest(_message.Message):
    __slots__ = ("event_id",)
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    def __init__(self, event_id: _Optional[str] = ...) -> None: ...

class GetEventResponse(_message.Message):
    __slots__ = ("event_id", "type", "stream_id", "version", "effective_at", "recorded_at", "actor", "command_id", "correlation_id", "causation_id", "source_json", "policy_refs_json", "data_json", "account_id")
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
    def __init__(self, event_id: _Optional[str] = ..., type: _Optional[str] = ..., stream_id: _Optional[str] = ..., version: _Optional[int] = ..., effective_at: _Optional[str] = ..., recorded_at: _Optional[str] = ..., actor: _Optional[str] = ..., command_id: _Optional[str] = ..., correlation_id: _Optional[str] = ..., causation_id: _Optional[str] = ..., source_json: _Optional[str] = ..., policy_refs_json: _Optional[str] = ..., data_json: _Optional[str] = ..., account_id: _Optional[str] = ...) -> None: ...

class GetStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetStatusResponse(_message.Message):
    __slots__ = ("events", "shown", "followed", "read", "armed_timers", "dead_letters", "told_at", "caught_up", "live_since", "channels", "waiting_messages", "dead_messages", "unanswered_messages", "possible_doubles", "behind")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    SHOWN_FIELD_NUMBER: _ClassVar[int]
    FOLLOWED_FIELD_NUMBER: _ClassVar[int]
    READ_FIELD_NUMBER: _ClassVar[int]
    ARMED_TIMERS_FIELD_NUMBER: _ClassVar[int]
    DEAD_LETTERS_FIELD_NUMBER: _ClassVar[int]
    TOLD_AT_FIELD_NUMBER: _ClassVar[int]
    CAUGHT_UP_FIELD_NUMBER: _ClassVar[int]
    LIVE_SINCE_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    WAITING_MESSAGES_FIELD_NUMBER: _ClassVar[int]
    DEAD_MESSAGES_FIELD_NUMBER: _ClassVar[int]
    UNANSWERED_MESSAGES_FIELD_NUMBER: _ClassVar[int]
    POSSIBLE_DOUBLES_FIELD_NUMBER: _ClassVar[int]
    BEHIND_FIELD_NUMBER: _ClassVar[int]
    events: int
    shown: int
    followed: int
    read: int
    armed_timers: int
    dead_letters: int
    told_at: str
    caught_up: bool
    live_since: str
    channels: _containers.RepeatedScalarFieldContainer[str]
    waiting_messages: int
    dead_messages: int
    unanswered_messages: int
    possible_doubles: int
    behind: _containers.RepeatedCompositeFieldContainer[Source]
    def __init__(self, events: _Optional[int] = ..., shown: _Optional[int] = ..., followed: _Optional[int] = ..., read: _Optional[int] = ..., armed_timers: _Optional[int] = ..., dead_letters: _Optional[int] = ..., told_at: _Optional[str] = ..., caught_up: _Optional[bool] = ..., live_since: _Optional[str] = ..., channels: _Optional[_Iterable[str]] = ..., waiting_messages: _Optional[int] = ..., dead_messages: _Optional[int] = ..., unanswered_messages: _Optional[int] = ..., possible_doubles: _Optional[int] = ..., behind: _Optional[_Iterable[_Union[Source, _Mapping]]] = ...) -> None: ...

class Source(_message.Message):
    __slots__ = ("system", "since")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    system: str
    since: str
    def __init__(self, system: _Optional[str] = ..., since: _Optional[str] = ...) -> None: ...

class ListLedgerRequest(_message.Message):
    __slots__ = ("account_id", "account_crm_id", "person", "kinds", "to", "limit", "after", "rules", "channels")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_CRM_ID_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    account_crm_id: str
    person: str
    kinds: _containers.RepeatedScalarFieldContainer[str]
    to: str
    limit: int
    after: str
    rules: _containers.RepeatedScalarFieldContainer[str]
    channels: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, account_id: _Optional[str] = ..., account_crm_id: _Optional[str] = ..., person: _Optional[str] = ..., kinds: _Optional[_Iterable[str]] = ..., to: _Optional[str] = ..., limit: _Optional[int] = ..., after: _Optional[str] = ..., rules: _Optional[_Iterable[str]] = ..., channels: _Optional[_Iterable[str]] = ..., **kwargs) -> None: ...

class ListLedgerResponse(_message.Message):
    __slots__ = ("lines", "next")
    LINES_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedCompositeFieldContainer[LedgerLine]
    next: str
    def __init__(self, lines: _Optional[_Iterable[_Union[LedgerLine, _Mapping]]] = ..., next: _Optional[str] = ...) -> None: ...

class LedgerLine(_message.Message):
    __slots__ = ("entry", "kind", "alert_id", "account_id", "account_name", "account_crm_id", "rule", "rule_name", "rule_name_en", "severity", "text", "text_en")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ALERT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_NAME_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_CRM_ID_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    RULE_NAME_FIELD_NUMBER: _ClassVar[int]
    RULE_NAME_EN_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TEXT_EN_FIELD_NUMBER: _ClassVar[int]
    entry: LedgerEntry
    kind: str
    alert_id: str
    account_id: str
    account_name: str
    account_crm_id: str
    rule: str
    rule_name: str
    rule_name_en: str
    severity: str
    text: str
    text_en: str
    def __init__(self, entry: _Optional[_Union[LedgerEntry, _Mapping]] = ..., kind: _Optional[str] = ..., alert_id: _Optional[str] = ..., account_id: _Optional[str] = ..., account_name: _Optional[str] = ..., account_crm_id: _Optional[str] = ..., rule: _Optional[str] = ..., rule_name: _Optional[str] = ..., rule_name_en: _Optional[str] = ..., severity: _Optional[str] = ..., text: _Optional[str] = ..., text_en: _Optional[str] = ...) -> None: ...

class GetDigestRequest(_message.Message):
    __slots__ = ("digest_id",)
    DIGEST_ID_FIELD_NUMBER: _ClassVar[int]
    digest_id: str
    def __init__(self, digest_id: _Optional[str] = ...) -> None: ...

class Digest(_message.Message):
    __slots__ = ("digest_id", "kind", "person", "at", "alerts", "never_acted", "exhausted")
    DIGEST_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    ALERTS_FIELD_NUMBER: _ClassVar[int]
    NEVER_ACTED_FIELD_NUMBER: _ClassVar[int]
    EXHAUSTED_FIELD_NUMBER: _ClassVar[int]
    digest_id: str
    kind: str
    person: str
    at: str
    alerts: _containers.RepeatedCompositeFieldContainer[Alert]
    never_acted: _containers.RepeatedCompositeFieldContainer[NeverActed]
    exhausted: _containers.RepeatedCompositeFieldContainer[Alert]
    def __init__(self, digest_id: _Optional[str] = ..., kind: _Optional[str] = ..., person: _Optional[str] = ..., at: _Optional[str] = ..., alerts: _Optional[_Iterable[_Union[Alert, _Mapping]]] = ..., never_acted: _Optional[_Iterable[_Union[NeverActed, _Mapping]]] = ..., exhausted: _Optional[_Iterable[_Union[Alert, _Mapping]]] = ...) -> None: ...

class ListNeverActedRequest(_message.Message):
    __slots__ = ("person",)
    PERSON_FIELD_NUMBER: _ClassVar[int]
    person: str
    def __init__(self, person: _Optional[str] = ...) -> None: ...

class ListNeverActedResponse(_message.Message):
    __slots__ = ("rules", "since")
    RULES_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedCompositeFieldContainer[NeverActed]
    since: str
    def __init__(self, rules: _Optional[_Iterable[_Union[NeverActed, _Mapping]]] = ..., since: _Optional[str] = ...) -> None: ...

class NeverActed(_message.Message):
    __slots__ = ("rule", "rule_name", "rule_name_en", "told", "last_told_at", "scope")
    RULE_FIELD_NUMBER: _ClassVar[int]
    RULE_NAME_FIELD_NUMBER: _ClassVar[int]
    RULE_NAME_EN_FIELD_NUMBER: _ClassVar[int]
    TOLD_FIELD_NUMBER: _ClassVar[int]
    LAST_TOLD_AT_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    rule: str
    rule_name: str
    rule_name_en: str
    told: int
    last_told_at: str
    scope: str
    def __init__(self, rule: _Optional[str] = ..., rule_name: _Optional[str] = ..., rule_name_en: _Optional[str] = ..., told: _Optional[int] = ..., last_told_at: _Optional[str] = ..., scope: _Optional[str] = ...) -> None: ...

class ListColleaguesRequest(_message.Message):
    __slots__ = ("account_id", "account_crm_id")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_CRM_ID_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    account_crm_id: str
    def __init__(self, account_id: _Optional[str] = ..., account_crm_id: _Optional[str] = ...) -> None: ...

class ListColleaguesResponse(_message.Message):
    __slots__ = ("colleagues",)
    COLLEAGUES_FIELD_NUMBER: _ClassVar[int]
    colleagues: _containers.RepeatedCompositeFieldContainer[Colleague]
    def __init__(self, colleagues: _Optional[_Iterable[_Union[Colleague, _Mapping]]] = ...) -> None: ...

class Colleague(_message.Message):
    __slots__ = ("user_id", "name", "roles", "away")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    AWAY_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    name: str
    roles: _containers.RepeatedScalarFieldContainer[str]
    away: bool
    def __init__(self, user_id: _Optional[str] = ..., name: _Optional[str] = ..., roles: _Optional[_Iterable[str]] = ..., away: _Optional[bool] = ...) -> None: ...

class ListUnreachableRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListUnreachableResponse(_message.Message):
    __slots__ = ("people",)
    PEOPLE_FIELD_NUMBER: _ClassVar[int]
    people: _containers.RepeatedCompositeFieldContainer[Unreachable]
    def __init__(self, people: _Optional[_Iterable[_Union[Unreachable, _Mapping]]] = ...) -> None: ...

class Unreachable(_message.Message):
    __slots__ = ("user_id", "name", "why", "accounts")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    name: str
    why: str
    accounts: int
    def __init__(self, user_id: _Optional[str] = ..., name: _Optional[str] = ..., why: _Optional[str] = ..., accounts: _Optional[int] = ...) -> None: ...

class ChangesRequest(_message.Message):
    __slots__ = ("after", "account_id", "person", "roles", "limit")
    AFTER_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    after: int
    account_id: str
    person: str
    roles: _containers.RepeatedScalarFieldContainer[str]
    limit: int
    def __init__(self, after: _Optional[int] = ..., account_id: _Optional[str] = ..., person: _Optional[str] = ..., roles: _Optional[_Iterable[str]] = ..., limit: _Optional[int] = ...) -> None: ...

class ListChangesResponse(_message.Message):
    __slots__ = ("changes", "position")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[Change]
    position: int
    def __init__(self, changes: _Optional[_Iterable[_Union[Change, _Mapping]]] = ..., position: _Optional[int] = ...) -> None: ...

class Change(_message.Message):
    __slots__ = ("position", "alert_id", "account_id", "type", "status", "person", "at", "rule", "severity")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    ALERT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    position: int
    alert_id: str
    account_id: str
    type: str
    status: str
    person: str
    at: str
    rule: str
    severity: str
    def __init__(self, position: _Optional[int] = ..., alert_id: _Optional[str] = ..., account_id: _Optional[str] = ..., type: _Optional[str] = ..., status: _Optional[str] = ..., person: _Optional[str] = ..., at: _Optional[str] = ..., rule: _Optional[str] = ..., severity: _Optional[str] = ...) -> None: ...

class AlertRequest(_message.Message):
    __slots__ = ("meta", "alert_id")
    META_FIELD_NUMBER: _ClassVar[int]
    ALERT_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    alert_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., alert_id: _Optional[str] = ...) -> None: ...

class SnoozeRequest(_message.Message):
    __slots__ = ("meta", "alert_id", "until", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    ALERT_ID_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    alert_id: str
    until: str
    reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., alert_id: _Optional[str] = ..., until: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class DelegateRequest(_message.Message):
    __slots__ = ("meta", "alert_id", "to")
    META_FIELD_NUMBER: _ClassVar[int]
    ALERT_ID_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    alert_id: str
    to: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., alert_id: _Optional[str] = ..., to: _Optional[str] = ...) -> None: ...

class SetPreferencesRequest(_message.Message):
    __slots__ = ("meta", "channels", "locale", "zone", "quiet_from", "quiet_to", "release_at", "free_days", "critical_consent", "digest_at", "digest_days")
    META_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    ZONE_FIELD_NUMBER: _ClassVar[int]
    QUIET_FROM_FIELD_NUMBER: _ClassVar[int]
    QUIET_TO_FIELD_NUMBER: _ClassVar[int]
    RELEASE_AT_FIELD_NUMBER: _ClassVar[int]
    FREE_DAYS_FIELD_NUMBER: _ClassVar[int]
    CRITICAL_CONSENT_FIELD_NUMBER: _ClassVar[int]
    DIGEST_AT_FIELD_NUMBER: _ClassVar[int]
    DIGEST_DAYS_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    channels: _containers.RepeatedScalarFieldContainer[str]
    locale: str
    zone: str
    quiet_from: str
    quiet_to: str
    release_at: str
    free_days: bool
    critical_consent: bool
    digest_at: str
    digest_days: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., channels: _Optional[_Iterable[str]] = ..., locale: _Optional[str] = ..., zone: _Optional[str] = ..., quiet_from: _Optional[str] = ..., quiet_to: _Optional[str] = ..., release_at: _Optional[str] = ..., free_days: _Optional[bool] = ..., critical_consent: _Optional[bool] = ..., digest_at: _Optional[str] = ..., digest_days: _Optional[_Iterable[int]] = ...) -> None: ...

class MuteRuleRequest(_message.Message):
    __slots__ = ("meta", "scope", "until")
    META_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    scope: str
    until: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., scope: _Optional[str] = ..., until: _Optional[str] = ...) -> None: ...

class UnmuteRuleRequest(_message.Message):
    __slots__ = ("meta", "scope")
    META_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    scope: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., scope: _Optional[str] = ...) -> None: ...

class WebHook(_message.Message):
    __slots__ = ("hook_id", "name", "url", "types", "account_ids", "state", "why", "position", "waiting", "attempts", "failing_since", "next_at", "sent_at", "error", "generation", "overlap_until")
    HOOK_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    TYPES_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_IDS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    WAITING_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    FAILING_SINCE_FIELD_NUMBER: _ClassVar[int]
    NEXT_AT_FIELD_NUMBER: _ClassVar[int]
    SENT_AT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    OVERLAP_UNTIL_FIELD_NUMBER: _ClassVar[int]
    hook_id: str
    name: str
    url: str
    types: _containers.RepeatedScalarFieldContainer[str]
    account_ids: _containers.RepeatedScalarFieldContainer[str]
    state: str
    why: str
    position: int
    waiting: int
    attempts: int
    failing_since: str
    next_at: str
    sent_at: str
    error: str
    generation: int
    overlap_until: str
    def __init__(self, hook_id: _Optional[str] = ..., name: _Optional[str] = ..., url: _Optional[str] = ..., types: _Optional[_Iterable[str]] = ..., account_ids: _Optional[_Iterable[str]] = ..., state: _Optional[str] = ..., why: _Optional[str] = ..., position: _Optional[int] = ..., waiting: _Optional[int] = ..., attempts: _Optional[int] = ..., failing_since: _Optional[str] = ..., next_at: _Optional[str] = ..., sent_at: _Optional[str] = ..., error: _Optional[str] = ..., generation: _Optional[int] = ..., overlap_until: _Optional[str] = ...) -> None: ...

class ListWebHooksRequest(_message.Message):
    __slots__ = ("hook_id",)
    HOOK_ID_FIELD_NUMBER: _ClassVar[int]
    hook_id: str
    def __init__(self, hook_id: _Optional[str] = ...) -> None: ...

class ListWebHooksResponse(_message.Message):
    __slots__ = ("rows", "newest", "offered", "off")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    NEWEST_FIELD_NUMBER: _ClassVar[int]
    OFFERED_FIELD_NUMBER: _ClassVar[int]
    OFF_FIELD_NUMBER: _ClassVar[int]
    rows: _containers.RepeatedCompositeFieldContainer[WebHook]
    newest: int
    offered: _containers.RepeatedCompositeFieldContainer[OfferedTypes]
    off: bool
    def __init__(self, rows: _Optional[_Iterable[_Union[WebHook, _Mapping]]] = ..., newest: _Optional[int] = ..., offered: _Optional[_Iterable[_Union[OfferedTypes, _Mapping]]] = ..., off: _Optional[bool] = ...) -> None: ...

class OfferedTypes(_message.Message):
    __slots__ = ("topic", "types")
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    TYPES_FIELD_NUMBER: _ClassVar[int]
    topic: str
    types: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, topic: _Optional[str] = ..., types: _Optional[_Iterable[str]] = ...) -> None: ...

class ListWebHookAttemptsRequest(_message.Message):
    __slots__ = ("hook_id", "before", "limit")
    HOOK_ID_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    hook_id: str
    before: str
    limit: int
    def __init__(self, hook_id: _Optional[str] = ..., before: _Optional[str] = ..., limit: _Optional[int] = ...) -> None: ...

class ListWebHookAttemptsResponse(_message.Message):
    __slots__ = ("rows", "next_before")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    NEXT_BEFORE_FIELD_NUMBER: _ClassVar[int]
    rows: _containers.RepeatedCompositeFieldContainer[WebHookAttempt]
    next_before: str
    def __init__(self, rows: _Optional[_Iterable[_Union[WebHookAttempt, _Mapping]]] = ..., next_before: _Optional[str] = ...) -> None: ...

class WebHookAttempt(_message.Message):
    __slots__ = ("at", "position", "attempt", "replay", "event_id", "type", "account_id", "outcome", "why", "millis")
    AT_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    REPLAY_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    MILLIS_FIELD_NUMBER: _ClassVar[int]
    at: str
    position: int
    attempt: int
    replay: int
    event_id: str
    type: str
    account_id: str
    outcome: str
    why: str
    millis: int
    def __init__(self, at: _Optional[str] = ..., position: _Optional[int] = ..., attempt: _Optional[int] = ..., replay: _Optional[int] = ..., event_id: _Optional[str] = ..., type: _Optional[str] = ..., account_id: _Optional[str] = ..., outcome: _Optional[str] = ..., why: _Optional[str] = ..., millis: _Optional[int] = ...) -> None: ...

class ListFeedRequest(_message.Message):
    __slots__ = ("after", "limit", "types", "account_ids")
    AFTER_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    TYPES_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_IDS_FIELD_NUMBER: _ClassVar[int]
    after: int
    limit: int
    types: _containers.RepeatedScalarFieldContainer[str]
    account_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, after: _Optional[int] = ..., limit: _Optional[int] = ..., types: _Optional[_Iterable[str]] = ..., account_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ListFeedResponse(_message.Message):
    __slots__ = ("rows", "newest")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    NEWEST_FIELD_NUMBER: _ClassVar[int]
    rows: _containers.RepeatedCompositeFieldContainer[FeedEntry]
    newest: int
    def __init__(self, rows: _Optional[_Iterable[_Union[FeedEntry, _Mapping]]] = ..., newest: _Optional[int] = ...) -> None: ...

class FeedEntry(_message.Message):
    __slots__ = ("position", "event_id", "type", "account_id", "body_json")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    BODY_JSON_FIELD_NUMBER: _ClassVar[int]
    position: int
    event_id: str
    type: str
    account_id: str
    body_json: str
    def __init__(self, position: _Optional[int] = ..., event_id: _Optional[str] = ..., type: _Optional[str] = ..., account_id: _Optional[str] = ..., body_json: _Optional[str] = ...) -> None: ...

class SubscribeWebHookRequest(_message.Message):
    __slots__ = ("meta", "name", "url", "types", "account_ids", "from_start")
    META_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    TYPES_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_IDS_FIELD_NUMBER: _ClassVar[int]
    FROM_START_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    name: str
    url: str
    types: _containers.RepeatedScalarFieldContainer[str]
    account_ids: _containers.RepeatedScalarFieldContainer[str]
    from_start: bool
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., name: _Optional[str] = ..., url: _Optional[str] = ..., types: _Optional[_Iterable[str]] = ..., account_ids: _Optional[_Iterable[str]] = ..., from_start: _Optional[bool] = ...) -> None: ...

class ChangeWebHookRequest(_message.Message):
    __slots__ = ("meta", "hook_id", "name", "url", "types", "account_ids")
    META_FIELD_NUMBER: _ClassVar[int]
    HOOK_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    TYPES_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_IDS_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    hook_id: str
    name: str
    url: str
    types: _containers.RepeatedScalarFieldContainer[str]
    account_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., hook_id: _Optional[str] = ..., name: _Optional[str] = ..., url: _Optional[str] = ..., types: _Optional[_Iterable[str]] = ..., account_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class WebHookRequest(_message.Message):
    __slots__ = ("meta", "hook_id")
    META_FIELD_NUMBER: _ClassVar[int]
    HOOK_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    hook_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., hook_id: _Optional[str] = ...) -> None: ...

class ReplayWebHookRequest(_message.Message):
    __slots__ = ("meta", "hook_id", "after", "since")
    META_FIELD_NUMBER: _ClassVar[int]
    HOOK_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    hook_id: str
    after: int
    since: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., hook_id: _Optional[str] = ..., after: _Optional[int] = ..., since: _Optional[str] = ...) -> None: ...

class WebHookSecret(_message.Message):
    __slots__ = ("hook_id", "secret", "event_ids", "repeated")
    HOOK_ID_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    EVENT_IDS_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    hook_id: str
    secret: str
    event_ids: _containers.RepeatedScalarFieldContainer[str]
    repeated: bool
    def __init__(self, hook_id: _Optional[str] = ..., secret: _Optional[str] = ..., event_ids: _Optional[_Iterable[str]] = ..., repeated: _Optional[bool] = ...) -> None: ...
