from shared.protos import accounts_pb2 as _accounts_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListQbrsRequest(_message.Message):
    __slots__ = ("as_of", "account_ids", "states", "until", "owner_id")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_IDS_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    OWNER_ID_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    account_ids: _containers.RepeatedScalarFieldContainer[str]
    states: _containers.RepeatedScalarFieldContainer[str]
    until: str
    owner_id: str
    def __init__(self, as_of: _Optional[str] = ..., account_ids: _Optional[_Iterable[str]] = ..., states: _Optional[_Iterable[str]] = ..., until: _Optional[str] = ..., owner_id: _Optional[str] = ..., **kwargs) -> None: ...

class ListQbrsResponse(_message.Message):
    __slots__ = ("as_of", "rows", "series")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    SERIES_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    rows: _containers.RepeatedCompositeFieldContainer[QbrRow]
    series: _containers.RepeatedCompositeFieldContainer[SeriesRow]
    def __init__(self, as_of: _Optional[str] = ..., rows: _Optional[_Iterable[_Union[QbrRow, _Mapping]]] = ..., series: _Optional[_Iterable[_Union[SeriesRow, _Mapping]]] = ...) -> None: ...

class QbrRow(_message.Message):
    __slots__ = ("qbr_id", "account_id", "account_crm_id", "account", "tier", "state", "due_by", "grace_days", "at", "on", "overdue", "moves", "owner_id", "owner", "open_actions", "event_id", "time_zone", "actions")
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_CRM_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DUE_BY_FIELD_NUMBER: _ClassVar[int]
    GRACE_DAYS_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    ON_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    MOVES_FIELD_NUMBER: _ClassVar[int]
    OWNER_ID_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    OPEN_ACTIONS_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    qbr_id: str
    account_id: str
    account_crm_id: str
    account: str
    tier: str
    state: str
    due_by: str
    grace_days: int
    at: str
    on: str
    overdue: bool
    moves: int
    owner_id: str
    owner: str
    open_actions: int
    event_id: str
    time_zone: str
    actions: int
    def __init__(self, qbr_id: _Optional[str] = ..., account_id: _Optional[str] = ..., account_crm_id: _Optional[str] = ..., account: _Optional[str] = ..., tier: _Optional[str] = ..., state: _Optional[str] = ..., due_by: _Optional[str] = ..., grace_days: _Optional[int] = ..., at: _Optional[str] = ..., on: _Optional[str] = ..., overdue: _Optional[bool] = ..., moves: _Optional[int] = ..., owner_id: _Optional[str] = ..., owner: _Optional[str] = ..., open_actions: _Optional[int] = ..., event_id: _Optional[str] = ..., time_zone: _Optional[str] = ..., actions: _Optional[int] = ...) -> None: ...

class SeriesRow(_message.Message):
    __slots__ = ("account_id", "account_crm_id", "account", "state", "tier", "interval_days", "grace_days", "due_by", "last_held_on", "open_qbr_id", "paused_until", "event_id", "owner_id", "owner", "pull_forward_to")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_CRM_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_DAYS_FIELD_NUMBER: _ClassVar[int]
    GRACE_DAYS_FIELD_NUMBER: _ClassVar[int]
    DUE_BY_FIELD_NUMBER: _ClassVar[int]
    LAST_HELD_ON_FIELD_NUMBER: _ClassVar[int]
    OPEN_QBR_ID_FIELD_NUMBER: _ClassVar[int]
    PAUSED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    OWNER_ID_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    PULL_FORWARD_TO_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    account_crm_id: str
    account: str
    state: str
    tier: str
    interval_days: int
    grace_days: int
    due_by: str
    last_held_on: str
    open_qbr_id: str
    paused_until: str
    event_id: str
    owner_id: str
    owner: str
    pull_forward_to: str
    def __init__(self, account_id: _Optional[str] = ..., account_crm_id: _Optional[str] = ..., account: _Optional[str] = ..., state: _Optional[str] = ..., tier: _Optional[str] = ..., interval_days: _Optional[int] = ..., grace_days: _Optional[int] = ..., due_by: _Optional[str] = ..., last_held_on: _Optional[str] = ..., open_qbr_id: _Optional[str] = ..., paused_until: _Optional[str] = ..., event_id: _Optional[str] = ..., owner_id: _Optional[str] = ..., owner: _Optional[str] = ..., pull_forward_to: _Optional[str] = ...) -> None: ...

class GetQbrRequest(_message.Message):
    __slots__ = ("qbr_id", "as_of")
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    qbr_id: str
    as_of: str
    def __init__(self, qbr_id: _Optional[str] = ..., as_of: _Optional[str] = ...) -> None: ...

class GetQbrResponse(_message.Message):
    __slots__ = ("as_of", "qbr", "template", "invitees", "notes", "packs", "annotations", "held", "decisions", "actions", "closing", "history", "allowed", "missing_to_close", "preparation_minutes", "preparation_running", "series", "proposed_meeting_crm_id")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    QBR_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    INVITEES_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    PACKS_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    CLOSING_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_FIELD_NUMBER: _ClassVar[int]
    MISSING_TO_CLOSE_FIELD_NUMBER: _ClassVar[int]
    PREPARATION_MINUTES_FIELD_NUMBER: _ClassVar[int]
    PREPARATION_RUNNING_FIELD_NUMBER: _ClassVar[int]
    SERIES_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_MEETING_CRM_ID_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    qbr: QbrRow
    template: Template
    invitees: _containers.RepeatedCompositeFieldContainer[Invitee]
    notes: _containers.RepeatedCompositeFieldContainer[NoteRow]
    packs: _containers.RepeatedCompositeFieldContainer[PackVersion]
    annotations: _containers.RepeatedCompositeFieldContainer[NoteRow]
    held: Held
    decisions: _containers.RepeatedCompositeFieldContainer[Decision]
    actions: _containers.RepeatedCompositeFieldContainer[Action]
    closing: Closing
    history: _containers.RepeatedCompositeFieldContainer[HistoryEntry]
    allowed: _containers.RepeatedScalarFieldContainer[str]
    missing_to_close: _containers.RepeatedScalarFieldContainer[str]
    preparation_minutes: int
    preparation_running: bool
    series: SeriesRow
    proposed_meeting_crm_id: str
    def __init__(self, as_of: _Optional[str] = ..., qbr: _Optional[_Union[QbrRow, _Mapping]] = ..., template: _Optional[_Union[Template, _Mapping]] = ..., invitees: _Optional[_Iterable[_Union[Invitee, _Mapping]]] = ..., notes: _Optional[_Iterable[_Union[NoteRow, _Mapping]]] = ..., packs: _Optional[_Iterable[_Union[PackVersion, _Mapping]]] = ..., annotations: _Optional[_Iterable[_Union[NoteRow, _Mapping]]] = ..., held: _Optional[_Union[Held, _Mapping]] = ..., decisions: _Optional[_Iterable[_Union[Decision, _Mapping]]] = ..., actions: _Optional[_Iterable[_Union[Action, _Mapping]]] = ..., closing: _Optional[_Union[Closing, _Mapping]] = ..., history: _Optional[_Iterable[_Union[HistoryEntry, _Mapping]]] = ..., allowed: _Optional[_Iterable[str]] = ..., missing_to_close: _Optional[_Iterable[str]] = ..., preparation_minutes: _Optional[int] = ..., preparation_running: _Optional[bool] = ..., series: _Optional[_Union[SeriesRow, _Mapping]] = ..., proposed_meeting_crm_id: _Optional[str] = ...) -> None: ...

class Invitee(_message.Message):
    __slots__ = ("subject_id", "name", "accepted")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    name: str
    accepted: bool
    def __init__(self, subject_id: _Optional[str] = ..., name: _Optional[str] = ..., accepted: _Optional[bool] = ...) -> None: ...

class NoteRow(_message.Message):
    __slots__ = ("section", "text", "author", "written_at", "event_id", "customer")
    SECTION_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    WRITTEN_AT_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    section: str
    text: str
    author: str
    written_at: str
    event_id: str
    customer: bool
    def __init__(self, section: _Optional[str] = ..., text: _Optional[str] = ..., author: _Optional[str] = ..., written_at: _Optional[str] = ..., event_id: _Optional[str] = ..., customer: _Optional[bool] = ...) -> None: ...

class PackVersion(_message.Message):
    __slots__ = ("pack_hash", "frozen_at", "template_id", "template_version", "locale", "watermark", "event_id", "published_to", "shared_sections")
    class WatermarkEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    PACK_HASH_FIELD_NUMBER: _ClassVar[int]
    FROZEN_AT_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_VERSION_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    WATERMARK_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_TO_FIELD_NUMBER: _ClassVar[int]
    SHARED_SECTIONS_FIELD_NUMBER: _ClassVar[int]
    pack_hash: str
    frozen_at: str
    template_id: str
    template_version: int
    locale: str
    watermark: _containers.ScalarMap[str, int]
    event_id: str
    published_to: _containers.RepeatedScalarFieldContainer[str]
    shared_sections: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, pack_hash: _Optional[str] = ..., frozen_at: _Optional[str] = ..., template_id: _Optional[str] = ..., template_version: _Optional[int] = ..., locale: _Optional[str] = ..., watermark: _Optional[_Mapping[str, int]] = ..., event_id: _Optional[str] = ..., published_to: _Optional[_Iterable[str]] = ..., shared_sections: _Optional[_Iterable[str]] = ...) -> None: ...

class Attendee(_message.Message):
    __slots__ = ("subject_id", "name", "roles")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    name: str
    roles: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, subject_id: _Optional[str] = ..., name: _Optional[str] = ..., roles: _Optional[_Iterable[str]] = ...) -> None: ...

class Held(_message.Message):
    __slots__ = ("at", "mode", "minutes", "days_vs_due", "pack_hash", "customer", "own", "economic_buyer_present", "rating_criteria_version", "ratings", "next_qbr", "event_id", "corrected", "results")
    class ResultsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    AT_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    MINUTES_FIELD_NUMBER: _ClassVar[int]
    DAYS_VS_DUE_FIELD_NUMBER: _ClassVar[int]
    PACK_HASH_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    OWN_FIELD_NUMBER: _ClassVar[int]
    ECONOMIC_BUYER_PRESENT_FIELD_NUMBER: _ClassVar[int]
    RATING_CRITERIA_VERSION_FIELD_NUMBER: _ClassVar[int]
    RATINGS_FIELD_NUMBER: _ClassVar[int]
    NEXT_QBR_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    CORRECTED_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    at: str
    mode: str
    minutes: int
    days_vs_due: int
    pack_hash: str
    customer: _containers.RepeatedCompositeFieldContainer[Attendee]
    own: _containers.RepeatedCompositeFieldContainer[Attendee]
    economic_buyer_present: bool
    rating_criteria_version: int
    ratings: _containers.RepeatedScalarFieldContainer[int]
    next_qbr: str
    event_id: str
    corrected: bool
    results: _containers.ScalarMap[str, str]
    def __init__(self, at: _Optional[str] = ..., mode: _Optional[str] = ..., minutes: _Optional[int] = ..., days_vs_due: _Optional[int] = ..., pack_hash: _Optional[str] = ..., customer: _Optional[_Iterable[_Union[Attendee, _Mapping]]] = ..., own: _Optional[_Iterable[_Union[Attendee, _Mapping]]] = ..., economic_buyer_present: _Optional[bool] = ..., rating_criteria_version: _Optional[int] = ..., ratings: _Optional[_Iterable[int]] = ..., next_qbr: _Optional[str] = ..., event_id: _Optional[str] = ..., corrected: _Optional[bool] = ..., results: _Optional[_Mapping[str, str]] = ...) -> None: ...

class Decision(_message.Message):
    __slots__ = ("decision_id", "text", "agreed_by", "at", "event_id")
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    AGREED_BY_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    decision_id: str
    text: str
    agreed_by: _containers.RepeatedScalarFieldContainer[str]
    at: str
    event_id: str
    def __init__(self, decision_id: _Optional[str] = ..., text: _Optional[str] = ..., agreed_by: _Optional[_Iterable[str]] = ..., at: _Optional[str] = ..., event_id: _Optional[str] = ...) -> None: ...

class Closing(_message.Message):
    __slots__ = ("minutes_approved_at", "minutes", "summary_sent_at", "summary_due", "closed_at", "no_action_reason", "next_qbr_id")
    MINUTES_APPROVED_AT_FIELD_NUMBER: _ClassVar[int]
    MINUTES_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_SENT_AT_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_DUE_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    NO_ACTION_REASON_FIELD_NUMBER: _ClassVar[int]
    NEXT_QBR_ID_FIELD_NUMBER: _ClassVar[int]
    minutes_approved_at: str
    minutes: str
    summary_sent_at: str
    summary_due: str
    closed_at: str
    no_action_reason: str
    next_qbr_id: str
    def __init__(self, minutes_approved_at: _Optional[str] = ..., minutes: _Optional[str] = ..., summary_sent_at: _Optional[str] = ..., summary_due: _Optional[str] = ..., closed_at: _Optional[str] = ..., no_action_reason: _Optional[str] = ..., next_qbr_id: _Optional[str] = ...) -> None: ...

class HistoryEntry(_message.Message):
    __slots__ = ("at", "recorded_at", "what", "actor", "event_id", "facts")
    class FactsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    AT_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    WHAT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    at: str
    recorded_at: str
    what: str
    actor: str
    event_id: str
    facts: _containers.ScalarMap[str, str]
    def __init__(self, at: _Optional[str] = ..., recorded_at: _Optional[str] = ..., what: _Optional[str] = ..., actor: _Optional[str] = ..., event_id: _Optional[str] = ..., facts: _Optional[_Mapping[str, str]] = ...) -> None: ...

class Action(_message.Message):
    __slots__ = ("action_id", "qbr_id", "account_id", "state", "side", "owner", "owner_name", "due", "first_due", "moved", "overdue", "blocked", "blocked_reason", "title", "decision_id", "initiative_id", "done_at", "evidence_ref", "reason", "event_id")
    ACTION_ID_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    OWNER_NAME_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    FIRST_DUE_FIELD_NUMBER: _ClassVar[int]
    MOVED_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    BLOCKED_FIELD_NUMBER: _ClassVar[int]
    BLOCKED_REASON_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    INITIATIVE_ID_FIELD_NUMBER: _ClassVar[int]
    DONE_AT_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_REF_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    action_id: str
    qbr_id: str
    account_id: str
    state: str
    side: str
    owner: str
    owner_name: str
    due: str
    first_due: str
    moved: int
    overdue: bool
    blocked: bool
    blocked_reason: str
    title: str
    decision_id: str
    initiative_id: str
    done_at: str
    evidence_ref: str
    reason: str
    event_id: str
    def __init__(self, action_id: _Optional[str] = ..., qbr_id: _Optional[str] = ..., account_id: _Optional[str] = ..., state: _Optional[str] = ..., side: _Optional[str] = ..., owner: _Optional[str] = ..., owner_name: _Optional[str] = ..., due: _Optional[str] = ..., first_due: _Optional[str] = ..., moved: _Optional[int] = ..., overdue: _Optional[bool] = ..., blocked: _Optional[bool] = ..., blocked_reason: _Optional[str] = ..., title: _Optional[str] = ..., decision_id: _Optional[str] = ..., initiative_id: _Optional[str] = ..., done_at: _Optional[str] = ..., evidence_ref: _Optional[str] = ..., reason: _Optional[str] = ..., event_id: _Optional[str] = ...) -> None: ...

class GetPackRequest(_message.Message):
    __slots__ = ("qbr_id", "account_id", "preview", "locale", "pack_hash")
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    PREVIEW_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    PACK_HASH_FIELD_NUMBER: _ClassVar[int]
    qbr_id: str
    account_id: str
    preview: bool
    locale: str
    pack_hash: str
    def __init__(self, qbr_id: _Optional[str] = ..., account_id: _Optional[str] = ..., preview: _Optional[bool] = ..., locale: _Optional[str] = ..., pack_hash: _Optional[str] = ...) -> None: ...

class GetPackResponse(_message.Message):
    __slots__ = ("canonical_json", "pack_hash", "frozen", "matches", "sections", "watermark", "as_of", "account_id")
    class WatermarkEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    CANONICAL_JSON_FIELD_NUMBER: _ClassVar[int]
    PACK_HASH_FIELD_NUMBER: _ClassVar[int]
    FROZEN_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    SECTIONS_FIELD_NUMBER: _ClassVar[int]
    WATERMARK_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    canonical_json: bytes
    pack_hash: str
    frozen: bool
    matches: bool
    sections: _containers.RepeatedCompositeFieldContainer[SectionHealth]
    watermark: _containers.ScalarMap[str, int]
    as_of: str
    account_id: str
    def __init__(self, canonical_json: _Optional[bytes] = ..., pack_hash: _Optional[str] = ..., frozen: _Optional[bool] = ..., matches: _Optional[bool] = ..., sections: _Optional[_Iterable[_Union[SectionHealth, _Mapping]]] = ..., watermark: _Optional[_Mapping[str, int]] = ..., as_of: _Optional[str] = ..., account_id: _Optional[str] = ...) -> None: ...

class SectionHealth(_message.Message):
    __slots__ = ("section", "status", "why", "as_of")
    SECTION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    section: str
    status: str
    why: str
    as_of: str
    def __init__(self, section: _Optional[str] = ..., status: _Optional[str] = ..., why: _Optional[str] = ..., as_of: _Optional[str] = ...) -> None: ...

class GetPackDocumentRequest(_message.Message):
    __slots__ = ("qbr_id", "account_id", "format", "audience", "locale", "template", "preview", "share")
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    PREVIEW_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    qbr_id: str
    account_id: str
    format: str
    audience: str
    locale: str
    template: bytes
    preview: bool
    share: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, qbr_id: _Optional[str] = ..., account_id: _Optional[str] = ..., format: _Optional[str] = ..., audience: _Optional[str] = ..., locale: _Optional[str] = ..., template: _Optional[bytes] = ..., preview: _Optional[bool] = ..., share: _Optional[_Iterable[str]] = ...) -> None: ...

class GetPackDocumentResponse(_message.Message):
    __slots__ = ("content", "file_name", "media_type", "pack_hash")
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    PACK_HASH_FIELD_NUMBER: _ClassVar[int]
    content: bytes
    file_name: str
    media_type: str
    pack_hash: str
    def __init__(self, content: _Optional[bytes] = ..., file_name: _Optional[str] = ..., media_type: _Optional[str] = ..., pack_hash: _Optional[str] = ...) -> None: ...

class GetSinceLastQbrRequest(_message.Message):
    __slots__ = ("account_id", "as_of", "locale")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    as_of: str
    locale: str
    def __init__(self, account_id: _Optional[str] = ..., as_of: _Optional[str] = ..., locale: _Optional[str] = ...) -> None: ...

class GetSinceLastQbrResponse(_message.Message):
    __slots__ = ("since", "qbr_id", "changes", "as_of")
    SINCE_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    since: str
    qbr_id: str
    changes: _containers.RepeatedCompositeFieldContainer[Change]
    as_of: str
    def __init__(self, since: _Optional[str] = ..., qbr_id: _Optional[str] = ..., changes: _Optional[_Iterable[_Union[Change, _Mapping]]] = ..., as_of: _Optional[str] = ...) -> None: ...

class Change(_message.Message):
    __slots__ = ("section", "kind", "what", "at", "event_ids", "facts")
    class FactsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    SECTION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    WHAT_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    EVENT_IDS_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    section: str
    kind: str
    what: str
    at: str
    event_ids: _containers.RepeatedScalarFieldContainer[str]
    facts: _containers.ScalarMap[str, str]
    def __init__(self, section: _Optional[str] = ..., kind: _Optional[str] = ..., what: _Optional[str] = ..., at: _Optional[str] = ..., event_ids: _Optional[_Iterable[str]] = ..., facts: _Optional[_Mapping[str, str]] = ...) -> None: ...

class GetLedgerRequest(_message.Message):
    __slots__ = ("account_id", "as_of")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    as_of: str
    def __init__(self, account_id: _Optional[str] = ..., as_of: _Optional[str] = ...) -> None: ...

class GetLedgerResponse(_message.Message):
    __slots__ = ("as_of", "rows", "sides")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    SIDES_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    rows: _containers.RepeatedCompositeFieldContainer[LedgerRow]
    sides: _containers.RepeatedCompositeFieldContainer[LedgerSide]
    def __init__(self, as_of: _Optional[str] = ..., rows: _Optional[_Iterable[_Union[LedgerRow, _Mapping]]] = ..., sides: _Optional[_Iterable[_Union[LedgerSide, _Mapping]]] = ...) -> None: ...

class LedgerRow(_message.Message):
    __slots__ = ("qbr_id", "held_at", "decision", "action", "initiative_id", "initiative_state", "outcome", "kept", "event_ids", "account_id", "account_crm_id", "account")
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    HELD_AT_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    INITIATIVE_ID_FIELD_NUMBER: _ClassVar[int]
    INITIATIVE_STATE_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    KEPT_FIELD_NUMBER: _ClassVar[int]
    EVENT_IDS_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_CRM_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    qbr_id: str
    held_at: str
    decision: Decision
    action: Action
    initiative_id: str
    initiative_state: str
    outcome: str
    kept: str
    event_ids: _containers.RepeatedScalarFieldContainer[str]
    account_id: str
    account_crm_id: str
    account: str
    def __init__(self, qbr_id: _Optional[str] = ..., held_at: _Optional[str] = ..., decision: _Optional[_Union[Decision, _Mapping]] = ..., action: _Optional[_Union[Action, _Mapping]] = ..., initiative_id: _Optional[str] = ..., initiative_state: _Optional[str] = ..., outcome: _Optional[str] = ..., kept: _Optional[str] = ..., event_ids: _Optional[_Iterable[str]] = ..., account_id: _Optional[str] = ..., account_crm_id: _Optional[str] = ..., account: _Optional[str] = ...) -> None: ...

class LedgerSide(_message.Message):
    __slots__ = ("side", "due", "kept", "late", "broken", "open", "dropped", "moved", "said_done_bp")
    SIDE_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    KEPT_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    BROKEN_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    DROPPED_FIELD_NUMBER: _ClassVar[int]
    MOVED_FIELD_NUMBER: _ClassVar[int]
    SAID_DONE_BP_FIELD_NUMBER: _ClassVar[int]
    side: str
    due: int
    kept: int
    late: int
    broken: int
    open: int
    dropped: int
    moved: int
    said_done_bp: int
    def __init__(self, side: _Optional[str] = ..., due: _Optional[int] = ..., kept: _Optional[int] = ..., late: _Optional[int] = ..., broken: _Optional[int] = ..., open: _Optional[int] = ..., dropped: _Optional[int] = ..., moved: _Optional[int] = ..., said_done_bp: _Optional[int] = ...) -> None: ...

class ListTemplatesRequest(_message.Message):
    __slots__ = ("as_of",)
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    def __init__(self, as_of: _Optional[str] = ...) -> None: ...

class ListTemplatesResponse(_message.Message):
    __slots__ = ("templates",)
    TEMPLATES_FIELD_NUMBER: _ClassVar[int]
    templates: _containers.RepeatedCompositeFieldContainer[Template]
    def __init__(self, templates: _Optional[_Iterable[_Union[Template, _Mapping]]] = ...) -> None: ...

class Template(_message.Message):
    __slots__ = ("template_id", "version", "state", "agenda", "result_fields", "pack_sections", "event_id", "document_json")
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    AGENDA_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELDS_FIELD_NUMBER: _ClassVar[int]
    PACK_SECTIONS_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_JSON_FIELD_NUMBER: _ClassVar[int]
    template_id: str
    version: int
    state: str
    agenda: _containers.RepeatedCompositeFieldContainer[Section]
    result_fields: _containers.RepeatedCompositeFieldContainer[ResultField]
    pack_sections: _containers.RepeatedScalarFieldContainer[str]
    event_id: str
    document_json: str
    def __init__(self, template_id: _Optional[str] = ..., version: _Optional[int] = ..., state: _Optional[str] = ..., agenda: _Optional[_Iterable[_Union[Section, _Mapping]]] = ..., result_fields: _Optional[_Iterable[_Union[ResultField, _Mapping]]] = ..., pack_sections: _Optional[_Iterable[str]] = ..., event_id: _Optional[str] = ..., document_json: _Optional[str] = ...) -> None: ...

class Section(_message.Message):
    __slots__ = ("key", "title_de", "title_en", "minutes")
    KEY_FIELD_NUMBER: _ClassVar[int]
    TITLE_DE_FIELD_NUMBER: _ClassVar[int]
    TITLE_EN_FIELD_NUMBER: _ClassVar[int]
    MINUTES_FIELD_NUMBER: _ClassVar[int]
    key: str
    title_de: str
    title_en: str
    minutes: int
    def __init__(self, key: _Optional[str] = ..., title_de: _Optional[str] = ..., title_en: _Optional[str] = ..., minutes: _Optional[int] = ...) -> None: ...

class ResultField(_message.Message):
    __slots__ = ("key", "title_de", "title_en", "required")
    KEY_FIELD_NUMBER: _ClassVar[int]
    TITLE_DE_FIELD_NUMBER: _ClassVar[int]
    TITLE_EN_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    key: str
    title_de: str
    title_en: str
    required: bool
    def __init__(self, key: _Optional[str] = ..., title_de: _Optional[str] = ..., title_en: _Optional[str] = ..., required: _Optional[bool] = ...) -> None: ...

class GetPreparationTimesRequest(_message.Message):
    __slots__ = ("until",)
    FROM_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    until: str
    def __init__(self, until: _Optional[str] = ..., **kwargs) -> None: ...

class GetPreparationTimesResponse(_message.Message):
    __slots__ = ("target_minutes", "rows")
    TARGET_MINUTES_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    target_minutes: int
    rows: _containers.RepeatedCompositeFieldContainer[PreparationTime]
    def __init__(self, target_minutes: _Optional[int] = ..., rows: _Optional[_Iterable[_Union[PreparationTime, _Mapping]]] = ...) -> None: ...

class PreparationTime(_message.Message):
    __slots__ = ("team", "n", "median_minutes", "team_name")
    TEAM_FIELD_NUMBER: _ClassVar[int]
    N_FIELD_NUMBER: _ClassVar[int]
    MEDIAN_MINUTES_FIELD_NUMBER: _ClassVar[int]
    TEAM_NAME_FIELD_NUMBER: _ClassVar[int]
    team: str
    n: int
    median_minutes: int
    team_name: str
    def __init__(self, team: _Optional[str] = ..., n: _Optional[int] = ..., median_minutes: _Optional[int] = ..., team_name: _Optional[str] = ...) -> None: ...

class GetQbrStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetQbrStatusResponse(_message.Message):
    __slots__ = ("events", "series", "open_qbrs", "armed_timers", "dead_letters", "freshness")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    SERIES_FIELD_NUMBER: _ClassVar[int]
    OPEN_QBRS_FIELD_NUMBER: _ClassVar[int]
    ARMED_TIMERS_FIELD_NUMBER: _ClassVar[int]
    DEAD_LETTERS_FIELD_NUMBER: _ClassVar[int]
    FRESHNESS_FIELD_NUMBER: _ClassVar[int]
    events: int
    series: int
    open_qbrs: int
    armed_timers: int
    dead_letters: int
    freshness: _accounts_pb2.Freshness
    def __init__(self, events: _Optional[int] = ..., series: _Optional[int] = ..., open_qbrs: _Optional[int] = ..., armed_timers: _Optional[int] = ..., dead_letters: _Optional[int] = ..., freshness: _Optional[_Union[_accounts_pb2.Freshness, _Mapping]] = ...) -> None: ...

class QbrRequest(_message.Message):
    __slots__ = ("meta", "qbr_id")
    META_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    qbr_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., qbr_id: _Optional[str] = ...) -> None: ...

class QbrReasonRequest(_message.Message):
    __slots__ = ("meta", "qbr_id", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    qbr_id: str
    reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., qbr_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class QbrTextRequest(_message.Message):
    __slots__ = ("meta", "qbr_id", "text")
    META_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    qbr_id: str
    text: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., qbr_id: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class SectionTextRequest(_message.Message):
    __slots__ = ("meta", "qbr_id", "section", "text")
    META_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    SECTION_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    qbr_id: str
    section: str
    text: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., qbr_id: _Optional[str] = ..., section: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class AccountRequest(_message.Message):
    __slots__ = ("meta", "account_id")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    account_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ...) -> None: ...

class AccountReasonRequest(_message.Message):
    __slots__ = ("meta", "account_id", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    account_id: str
    reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ActionRequest(_message.Message):
    __slots__ = ("meta", "action_id")
    META_FIELD_NUMBER: _ClassVar[int]
    ACTION_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    action_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., action_id: _Optional[str] = ...) -> None: ...

class ActionReasonRequest(_message.Message):
    __slots__ = ("meta", "action_id", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    ACTION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    action_id: str
    reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., action_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class DefineTemplateRequest(_message.Message):
    __slots__ = ("meta", "template_id", "document_json")
    META_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_JSON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    template_id: str
    document_json: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., template_id: _Optional[str] = ..., document_json: _Optional[str] = ...) -> None: ...

class TemplateRequest(_message.Message):
    __slots__ = ("meta", "template_id", "version")
    META_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    template_id: str
    version: int
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., template_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class StartSeriesRequest(_message.Message):
    __slots__ = ("meta", "account_id", "tier", "anchor")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    ANCHOR_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    account_id: str
    tier: str
    anchor: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., tier: _Optional[str] = ..., anchor: _Optional[str] = ...) -> None: ...

class RetimeSeriesRequest(_message.Message):
    __slots__ = ("meta", "account_id", "tier")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    account_id: str
    tier: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., tier: _Optional[str] = ...) -> None: ...

class PauseSeriesRequest(_message.Message):
    __slots__ = ("meta", "account_id", "reason", "until")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    account_id: str
    reason: str
    until: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., reason: _Optional[str] = ..., until: _Optional[str] = ...) -> None: ...

class ScheduleQBRRequest(_message.Message):
    __slots__ = ("meta", "qbr_id", "at", "invitees", "accepted")
    META_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    INVITEES_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    qbr_id: str
    at: str
    invitees: _containers.RepeatedScalarFieldContainer[str]
    accepted: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., qbr_id: _Optional[str] = ..., at: _Optional[str] = ..., invitees: _Optional[_Iterable[str]] = ..., accepted: _Optional[_Iterable[str]] = ...) -> None: ...

class RecordAcceptanceRequest(_message.Message):
    __slots__ = ("meta", "qbr_id", "subject_id")
    META_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    qbr_id: str
    subject_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., qbr_id: _Optional[str] = ..., subject_id: _Optional[str] = ...) -> None: ...

class RescheduleQBRRequest(_message.Message):
    __slots__ = ("meta", "qbr_id", "to", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    qbr_id: str
    to: str
    reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., qbr_id: _Optional[str] = ..., to: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class PostponeQBRRequest(_message.Message):
    __slots__ = ("meta", "qbr_id", "reason", "until")
    META_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    qbr_id: str
    reason: str
    until: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., qbr_id: _Optional[str] = ..., reason: _Optional[str] = ..., until: _Optional[str] = ...) -> None: ...

class WaiveQBRRequest(_message.Message):
    __slots__ = ("meta", "qbr_id", "reason", "approver")
    META_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    APPROVER_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    qbr_id: str
    reason: str
    approver: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., qbr_id: _Optional[str] = ..., reason: _Optional[str] = ..., approver: _Optional[str] = ...) -> None: ...

class FreezeDataPackRequest(_message.Message):
    __slots__ = ("meta", "qbr_id", "locale")
    META_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    qbr_id: str
    locale: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., qbr_id: _Optional[str] = ..., locale: _Optional[str] = ...) -> None: ...

class AnnotatePackRequest(_message.Message):
    __slots__ = ("meta", "qbr_id", "section", "text", "customer")
    META_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    SECTION_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    qbr_id: str
    section: str
    text: str
    customer: bool
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., qbr_id: _Optional[str] = ..., section: _Optional[str] = ..., text: _Optional[str] = ..., customer: _Optional[bool] = ...) -> None: ...

class PublishPackRequest(_message.Message):
    __slots__ = ("meta", "qbr_id", "audience", "share")
    META_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    qbr_id: str
    audience: str
    share: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., qbr_id: _Optional[str] = ..., audience: _Optional[str] = ..., share: _Optional[_Iterable[str]] = ...) -> None: ...

class AttendeeInput(_message.Message):
    __slots__ = ("subject_id", "roles")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    roles: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, subject_id: _Optional[str] = ..., roles: _Optional[_Iterable[str]] = ...) -> None: ...

class HoldQBRRequest(_message.Message):
    __slots__ = ("meta", "qbr_id", "mode", "minutes", "customer", "own", "ratings", "next_qbr", "approver", "results")
    class ResultsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    META_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    MINUTES_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    OWN_FIELD_NUMBER: _ClassVar[int]
    RATINGS_FIELD_NUMBER: _ClassVar[int]
    NEXT_QBR_FIELD_NUMBER: _ClassVar[int]
    APPROVER_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    qbr_id: str
    mode: str
    minutes: int
    customer: _containers.RepeatedCompositeFieldContainer[AttendeeInput]
    own: _containers.RepeatedScalarFieldContainer[str]
    ratings: _containers.RepeatedScalarFieldContainer[int]
    next_qbr: str
    approver: str
    results: _containers.ScalarMap[str, str]
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., qbr_id: _Optional[str] = ..., mode: _Optional[str] = ..., minutes: _Optional[int] = ..., customer: _Optional[_Iterable[_Union[AttendeeInput, _Mapping]]] = ..., own: _Optional[_Iterable[str]] = ..., ratings: _Optional[_Iterable[int]] = ..., next_qbr: _Optional[str] = ..., approver: _Optional[str] = ..., results: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RateQBRRequest(_message.Message):
    __slots__ = ("meta", "qbr_id", "ratings")
    META_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    RATINGS_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    qbr_id: str
    ratings: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., qbr_id: _Optional[str] = ..., ratings: _Optional[_Iterable[int]] = ...) -> None: ...

class RecordDecisionRequest(_message.Message):
    __slots__ = ("meta", "qbr_id", "text", "agreed_by", "action")
    META_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    AGREED_BY_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    qbr_id: str
    text: str
    agreed_by: _containers.RepeatedScalarFieldContainer[str]
    action: PlannedAction
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., qbr_id: _Optional[str] = ..., text: _Optional[str] = ..., agreed_by: _Optional[_Iterable[str]] = ..., action: _Optional[_Union[PlannedAction, _Mapping]] = ...) -> None: ...

class PlannedAction(_message.Message):
    __slots__ = ("side", "owner", "due", "title", "promote")
    SIDE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    PROMOTE_FIELD_NUMBER: _ClassVar[int]
    side: str
    owner: str
    due: str
    title: str
    promote: bool
    def __init__(self, side: _Optional[str] = ..., owner: _Optional[str] = ..., due: _Optional[str] = ..., title: _Optional[str] = ..., promote: _Optional[bool] = ...) -> None: ...

class CloseQBRRequest(_message.Message):
    __slots__ = ("meta", "qbr_id", "no_action_reason")
    META_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    NO_ACTION_REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    qbr_id: str
    no_action_reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., qbr_id: _Optional[str] = ..., no_action_reason: _Optional[str] = ...) -> None: ...

class AgreeActionRequest(_message.Message):
    __slots__ = ("meta", "qbr_id", "action", "decision_id")
    META_FIELD_NUMBER: _ClassVar[int]
    QBR_ID_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    qbr_id: str
    action: PlannedAction
    decision_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., qbr_id: _Optional[str] = ..., action: _Optional[_Union[PlannedAction, _Mapping]] = ..., decision_id: _Optional[str] = ...) -> None: ...

class ConvertToInitiativeRequest(_message.Message):
    __slots__ = ("meta", "action_id", "goal_ids", "stakeholders", "opportunity_id", "no_opportunity_reason")
    META_FIELD_NUMBER: _ClassVar[int]
    ACTION_ID_FIELD_NUMBER: _ClassVar[int]
    GOAL_IDS_FIELD_NUMBER: _ClassVar[int]
    STAKEHOLDERS_FIELD_NUMBER: _ClassVar[int]
    OPPORTUNITY_ID_FIELD_NUMBER: _ClassVar[int]
    NO_OPPORTUNITY_REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    action_id: str
    goal_ids: _containers.RepeatedScalarFieldContainer[str]
    stakeholders: _containers.RepeatedScalarFieldContainer[str]
    opportunity_id: str
    no_opportunity_reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., action_id: _Optional[str] = ..., goal_ids: _Optional[_Iterable[str]] = ..., stakeholders: _Optional[_Iterable[str]] = ..., opportunity_id: _Optional[str] = ..., no_opportunity_reason: _Optional[str] = ...) -> None: ...

class RescheduleActionRequest(_message.Message):
    __slots__ = ("meta", "action_id", "to", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    ACTION_ID_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    action_id: str
    to: str
    reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., action_id: _Optional[str] = ..., to: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ReassignActionRequest(_message.Message):
    __slots__ = ("meta", "action_id", "owner")
    META_FIELD_NUMBER: _ClassVar[int]
    ACTION_ID_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    action_id: str
    owner: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., action_id: _Optional[str] = ..., owner: _Optional[str] = ...) -> None: ...

class CompleteActionRequest(_message.Message):
    __slots__ = ("meta", "action_id", "evidence_ref")
    META_FIELD_NUMBER: _ClassVar[int]
    ACTION_ID_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_REF_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    action_id: str
    evidence_ref: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., action_id: _Optional[str] = ..., evidence_ref: _Optional[str] = ...) -> None: ...

class DropActionRequest(_message.Message):
    __slots__ = ("meta", "action_id", "reason", "agreed_by_us", "agreed_by_customer")
    META_FIELD_NUMBER: _ClassVar[int]
    ACTION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    AGREED_BY_US_FIELD_NUMBER: _ClassVar[int]
    AGREED_BY_CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    action_id: str
    reason: str
    agreed_by_us: _containers.RepeatedScalarFieldContainer[str]
    agreed_by_customer: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., action_id: _Optional[str] = ..., reason: _Optional[str] = ..., agreed_by_us: _Optional[_Iterable[str]] = ..., agreed_by_customer: _Optional[_Iterable[str]] = ...) -> None: ...
