from shared.protos import accounts_pb2 as _accounts_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetPlanRequest(_message.Message):
    __slots__ = ("account_id", "account_crm_id", "plan_id", "as_of")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_CRM_ID_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    account_crm_id: str
    plan_id: str
    as_of: str
    def __init__(self, account_id: _Optional[str] = ..., account_crm_id: _Optional[str] = ..., plan_id: _Optional[str] = ..., as_of: _Optional[str] = ...) -> None: ...

class GetPlanResponse(_message.Message):
    __slots__ = ("as_of", "account_id", "account_name", "time_zone", "duty", "plan", "goals", "initiatives", "milestones", "dependencies", "critical_path", "slip_proposals", "runs", "plans")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_NAME_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    DUTY_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    GOALS_FIELD_NUMBER: _ClassVar[int]
    INITIATIVES_FIELD_NUMBER: _ClassVar[int]
    MILESTONES_FIELD_NUMBER: _ClassVar[int]
    DEPENDENCIES_FIELD_NUMBER: _ClassVar[int]
    CRITICAL_PATH_FIELD_NUMBER: _ClassVar[int]
    SLIP_PROPOSALS_FIELD_NUMBER: _ClassVar[int]
    RUNS_FIELD_NUMBER: _ClassVar[int]
    PLANS_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    account_id: str
    account_name: str
    time_zone: str
    duty: PlanDuty
    plan: Plan
    goals: _containers.RepeatedCompositeFieldContainer[Goal]
    initiatives: _containers.RepeatedCompositeFieldContainer[Initiative]
    milestones: _containers.RepeatedCompositeFieldContainer[Milestone]
    dependencies: _containers.RepeatedCompositeFieldContainer[Dependency]
    critical_path: _containers.RepeatedScalarFieldContainer[str]
    slip_proposals: _containers.RepeatedCompositeFieldContainer[SlipProposal]
    runs: _containers.RepeatedCompositeFieldContainer[PlayRun]
    plans: _containers.RepeatedCompositeFieldContainer[PlanHead]
    def __init__(self, as_of: _Optional[str] = ..., account_id: _Optional[str] = ..., account_name: _Optional[str] = ..., time_zone: _Optional[str] = ..., duty: _Optional[_Union[PlanDuty, _Mapping]] = ..., plan: _Optional[_Union[Plan, _Mapping]] = ..., goals: _Optional[_Iterable[_Union[Goal, _Mapping]]] = ..., initiatives: _Optional[_Iterable[_Union[Initiative, _Mapping]]] = ..., milestones: _Optional[_Iterable[_Union[Milestone, _Mapping]]] = ..., dependencies: _Optional[_Iterable[_Union[Dependency, _Mapping]]] = ..., critical_path: _Optional[_Iterable[str]] = ..., slip_proposals: _Optional[_Iterable[_Union[SlipProposal, _Mapping]]] = ..., runs: _Optional[_Iterable[_Union[PlayRun, _Mapping]]] = ..., plans: _Optional[_Iterable[_Union[PlanHead, _Mapping]]] = ...) -> None: ...

class PlanHead(_message.Message):
    __slots__ = ("plan_id", "title", "status", "owner", "starts_on", "ends_on", "account_id", "account_name", "tier", "open_milestones", "overdue_milestones")
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    STARTS_ON_FIELD_NUMBER: _ClassVar[int]
    ENDS_ON_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_NAME_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    OPEN_MILESTONES_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_MILESTONES_FIELD_NUMBER: _ClassVar[int]
    plan_id: str
    title: str
    status: str
    owner: str
    starts_on: str
    ends_on: str
    account_id: str
    account_name: str
    tier: str
    open_milestones: int
    overdue_milestones: int
    def __init__(self, plan_id: _Optional[str] = ..., title: _Optional[str] = ..., status: _Optional[str] = ..., owner: _Optional[str] = ..., starts_on: _Optional[str] = ..., ends_on: _Optional[str] = ..., account_id: _Optional[str] = ..., account_name: _Optional[str] = ..., tier: _Optional[str] = ..., open_milestones: _Optional[int] = ..., overdue_milestones: _Optional[int] = ...) -> None: ...

class PlanDuty(_message.Message):
    __slots__ = ("tier", "duty", "check_every_days", "due_on", "missed", "event_id")
    TIER_FIELD_NUMBER: _ClassVar[int]
    DUTY_FIELD_NUMBER: _ClassVar[int]
    CHECK_EVERY_DAYS_FIELD_NUMBER: _ClassVar[int]
    DUE_ON_FIELD_NUMBER: _ClassVar[int]
    MISSED_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    tier: str
    duty: str
    check_every_days: int
    due_on: str
    missed: bool
    event_id: str
    def __init__(self, tier: _Optional[str] = ..., duty: _Optional[str] = ..., check_every_days: _Optional[int] = ..., due_on: _Optional[str] = ..., missed: _Optional[bool] = ..., event_id: _Optional[str] = ...) -> None: ...

class Plan(_message.Message):
    __slots__ = ("plan_id", "title", "owner", "status", "starts_on", "ends_on", "result", "approver", "revision", "reason", "event_id", "version", "check_due_on", "check_overdue")
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STARTS_ON_FIELD_NUMBER: _ClassVar[int]
    ENDS_ON_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    APPROVER_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CHECK_DUE_ON_FIELD_NUMBER: _ClassVar[int]
    CHECK_OVERDUE_FIELD_NUMBER: _ClassVar[int]
    plan_id: str
    title: str
    owner: str
    status: str
    starts_on: str
    ends_on: str
    result: str
    approver: str
    revision: int
    reason: str
    event_id: str
    version: int
    check_due_on: str
    check_overdue: bool
    def __init__(self, plan_id: _Optional[str] = ..., title: _Optional[str] = ..., owner: _Optional[str] = ..., status: _Optional[str] = ..., starts_on: _Optional[str] = ..., ends_on: _Optional[str] = ..., result: _Optional[str] = ..., approver: _Optional[str] = ..., revision: _Optional[int] = ..., reason: _Optional[str] = ..., event_id: _Optional[str] = ..., version: _Optional[int] = ..., check_due_on: _Optional[str] = ..., check_overdue: _Optional[bool] = ...) -> None: ...

class Checkpoint(_message.Message):
    __slots__ = ("on", "value")
    ON_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    on: str
    value: int
    def __init__(self, on: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...

class Goal(_message.Message):
    __slots__ = ("goal_id", "title", "owner", "kpi_id", "baseline", "target", "unit", "direction", "starts_on", "due", "checkpoints", "status", "value", "value_on", "expected", "progress_bp", "confirmed_by_subject", "confirmed_at", "confirmation_stale", "event_id", "checks")
    GOAL_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    KPI_ID_FIELD_NUMBER: _ClassVar[int]
    BASELINE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    STARTS_ON_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINTS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    VALUE_ON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_BP_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_BY_SUBJECT_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_AT_FIELD_NUMBER: _ClassVar[int]
    CONFIRMATION_STALE_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    goal_id: str
    title: str
    owner: str
    kpi_id: str
    baseline: int
    target: int
    unit: str
    direction: str
    starts_on: str
    due: str
    checkpoints: _containers.RepeatedCompositeFieldContainer[Checkpoint]
    status: str
    value: int
    value_on: str
    expected: int
    progress_bp: int
    confirmed_by_subject: str
    confirmed_at: str
    confirmation_stale: bool
    event_id: str
    checks: _containers.RepeatedCompositeFieldContainer[GoalCheck]
    def __init__(self, goal_id: _Optional[str] = ..., title: _Optional[str] = ..., owner: _Optional[str] = ..., kpi_id: _Optional[str] = ..., baseline: _Optional[int] = ..., target: _Optional[int] = ..., unit: _Optional[str] = ..., direction: _Optional[str] = ..., starts_on: _Optional[str] = ..., due: _Optional[str] = ..., checkpoints: _Optional[_Iterable[_Union[Checkpoint, _Mapping]]] = ..., status: _Optional[str] = ..., value: _Optional[int] = ..., value_on: _Optional[str] = ..., expected: _Optional[int] = ..., progress_bp: _Optional[int] = ..., confirmed_by_subject: _Optional[str] = ..., confirmed_at: _Optional[str] = ..., confirmation_stale: _Optional[bool] = ..., event_id: _Optional[str] = ..., checks: _Optional[_Iterable[_Union[GoalCheck, _Mapping]]] = ...) -> None: ...

class GoalCheck(_message.Message):
    __slots__ = ("on", "value", "expected", "status", "by", "event_id")
    ON_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    on: str
    value: int
    expected: int
    status: str
    by: str
    event_id: str
    def __init__(self, on: _Optional[str] = ..., value: _Optional[int] = ..., expected: _Optional[int] = ..., status: _Optional[str] = ..., by: _Optional[str] = ..., event_id: _Optional[str] = ...) -> None: ...

class Initiative(_message.Message):
    __slots__ = ("initiative_id", "title", "owner", "due", "status", "goal_ids", "stakeholders", "no_opportunity_reason", "origin", "from_action_id", "run_id", "outcome", "words", "opportunities", "unaligned", "event_id")
    INITIATIVE_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    GOAL_IDS_FIELD_NUMBER: _ClassVar[int]
    STAKEHOLDERS_FIELD_NUMBER: _ClassVar[int]
    NO_OPPORTUNITY_REASON_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    FROM_ACTION_ID_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    OPPORTUNITIES_FIELD_NUMBER: _ClassVar[int]
    UNALIGNED_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    initiative_id: str
    title: str
    owner: str
    due: str
    status: str
    goal_ids: _containers.RepeatedScalarFieldContainer[str]
    stakeholders: _containers.RepeatedScalarFieldContainer[str]
    no_opportunity_reason: str
    origin: str
    from_action_id: str
    run_id: str
    outcome: str
    words: str
    opportunities: _containers.RepeatedCompositeFieldContainer[LinkedOpportunity]
    unaligned: bool
    event_id: str
    def __init__(self, initiative_id: _Optional[str] = ..., title: _Optional[str] = ..., owner: _Optional[str] = ..., due: _Optional[str] = ..., status: _Optional[str] = ..., goal_ids: _Optional[_Iterable[str]] = ..., stakeholders: _Optional[_Iterable[str]] = ..., no_opportunity_reason: _Optional[str] = ..., origin: _Optional[str] = ..., from_action_id: _Optional[str] = ..., run_id: _Optional[str] = ..., outcome: _Optional[str] = ..., words: _Optional[str] = ..., opportunities: _Optional[_Iterable[_Union[LinkedOpportunity, _Mapping]]] = ..., unaligned: _Optional[bool] = ..., event_id: _Optional[str] = ...) -> None: ...

class LinkedOpportunity(_message.Message):
    __slots__ = ("opportunity_id", "stakeholders", "primary", "name", "stage", "amount_minor", "currency", "open")
    OPPORTUNITY_ID_FIELD_NUMBER: _ClassVar[int]
    STAKEHOLDERS_FIELD_NUMBER: _ClassVar[int]
    PRIMARY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_MINOR_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    opportunity_id: str
    stakeholders: _containers.RepeatedScalarFieldContainer[str]
    primary: bool
    name: str
    stage: str
    amount_minor: int
    currency: str
    open: bool
    def __init__(self, opportunity_id: _Optional[str] = ..., stakeholders: _Optional[_Iterable[str]] = ..., primary: _Optional[bool] = ..., name: _Optional[str] = ..., stage: _Optional[str] = ..., amount_minor: _Optional[int] = ..., currency: _Optional[str] = ..., open: _Optional[bool] = ...) -> None: ...

class Milestone(_message.Message):
    __slots__ = ("milestone_id", "initiative_id", "plan_id", "account_id", "account_name", "title", "owner", "due", "due_version", "duration_days", "status", "due_soon", "overdue", "overdue_since", "blocked_by", "started_on", "completed_on", "times_rescheduled", "on_critical_path", "float_days", "projected", "run_id", "step", "reason", "event_id", "initiative_title")
    MILESTONE_ID_FIELD_NUMBER: _ClassVar[int]
    INITIATIVE_ID_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_NAME_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    DUE_VERSION_FIELD_NUMBER: _ClassVar[int]
    DURATION_DAYS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DUE_SOON_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_SINCE_FIELD_NUMBER: _ClassVar[int]
    BLOCKED_BY_FIELD_NUMBER: _ClassVar[int]
    STARTED_ON_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_ON_FIELD_NUMBER: _ClassVar[int]
    TIMES_RESCHEDULED_FIELD_NUMBER: _ClassVar[int]
    ON_CRITICAL_PATH_FIELD_NUMBER: _ClassVar[int]
    FLOAT_DAYS_FIELD_NUMBER: _ClassVar[int]
    PROJECTED_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    INITIATIVE_TITLE_FIELD_NUMBER: _ClassVar[int]
    milestone_id: str
    initiative_id: str
    plan_id: str
    account_id: str
    account_name: str
    title: str
    owner: str
    due: str
    due_version: int
    duration_days: int
    status: str
    due_soon: bool
    overdue: bool
    overdue_since: str
    blocked_by: _containers.RepeatedScalarFieldContainer[str]
    started_on: str
    completed_on: str
    times_rescheduled: int
    on_critical_path: bool
    float_days: int
    projected: str
    run_id: str
    step: str
    reason: str
    event_id: str
    initiative_title: str
    def __init__(self, milestone_id: _Optional[str] = ..., initiative_id: _Optional[str] = ..., plan_id: _Optional[str] = ..., account_id: _Optional[str] = ..., account_name: _Optional[str] = ..., title: _Optional[str] = ..., owner: _Optional[str] = ..., due: _Optional[str] = ..., due_version: _Optional[int] = ..., duration_days: _Optional[int] = ..., status: _Optional[str] = ..., due_soon: _Optional[bool] = ..., overdue: _Optional[bool] = ..., overdue_since: _Optional[str] = ..., blocked_by: _Optional[_Iterable[str]] = ..., started_on: _Optional[str] = ..., completed_on: _Optional[str] = ..., times_rescheduled: _Optional[int] = ..., on_critical_path: _Optional[bool] = ..., float_days: _Optional[int] = ..., projected: _Optional[str] = ..., run_id: _Optional[str] = ..., step: _Optional[str] = ..., reason: _Optional[str] = ..., event_id: _Optional[str] = ..., initiative_title: _Optional[str] = ...) -> None: ...

class Dependency(_message.Message):
    __slots__ = ("milestone_id", "predecessor_id", "kind", "lag_days", "predecessor_plan_id", "violated", "event_id")
    MILESTONE_ID_FIELD_NUMBER: _ClassVar[int]
    PREDECESSOR_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    LAG_DAYS_FIELD_NUMBER: _ClassVar[int]
    PREDECESSOR_PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    VIOLATED_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    milestone_id: str
    predecessor_id: str
    kind: str
    lag_days: int
    predecessor_plan_id: str
    violated: bool
    event_id: str
    def __init__(self, milestone_id: _Optional[str] = ..., predecessor_id: _Optional[str] = ..., kind: _Optional[str] = ..., lag_days: _Optional[int] = ..., predecessor_plan_id: _Optional[str] = ..., violated: _Optional[bool] = ..., event_id: _Optional[str] = ...) -> None: ...

class SlipProposal(_message.Message):
    __slots__ = ("milestone_id", "to", "because")
    MILESTONE_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    BECAUSE_FIELD_NUMBER: _ClassVar[int]
    milestone_id: str
    to: str
    because: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, milestone_id: _Optional[str] = ..., to: _Optional[str] = ..., because: _Optional[_Iterable[str]] = ..., **kwargs) -> None: ...

class PlayRun(_message.Message):
    __slots__ = ("run_id", "playbook", "playbook_version", "status", "initiative_id", "starts_on", "anchor_on", "steps", "event_id")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    PLAYBOOK_FIELD_NUMBER: _ClassVar[int]
    PLAYBOOK_VERSION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    INITIATIVE_ID_FIELD_NUMBER: _ClassVar[int]
    STARTS_ON_FIELD_NUMBER: _ClassVar[int]
    ANCHOR_ON_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    playbook: str
    playbook_version: int
    status: str
    initiative_id: str
    starts_on: str
    anchor_on: str
    steps: _containers.RepeatedCompositeFieldContainer[RunStep]
    event_id: str
    def __init__(self, run_id: _Optional[str] = ..., playbook: _Optional[str] = ..., playbook_version: _Optional[int] = ..., status: _Optional[str] = ..., initiative_id: _Optional[str] = ..., starts_on: _Optional[str] = ..., anchor_on: _Optional[str] = ..., steps: _Optional[_Iterable[_Union[RunStep, _Mapping]]] = ..., event_id: _Optional[str] = ...) -> None: ...

class RunStep(_message.Message):
    __slots__ = ("step", "milestone_id", "status", "title", "role")
    class TitleEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    STEP_FIELD_NUMBER: _ClassVar[int]
    MILESTONE_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    step: str
    milestone_id: str
    status: str
    title: _containers.ScalarMap[str, str]
    role: str
    def __init__(self, step: _Optional[str] = ..., milestone_id: _Optional[str] = ..., status: _Optional[str] = ..., title: _Optional[_Mapping[str, str]] = ..., role: _Optional[str] = ...) -> None: ...

class ListPlansRequest(_message.Message):
    __slots__ = ("as_of",)
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    def __init__(self, as_of: _Optional[str] = ...) -> None: ...

class ListPlansResponse(_message.Message):
    __slots__ = ("as_of", "plans", "missing")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    PLANS_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    plans: _containers.RepeatedCompositeFieldContainer[PlanHead]
    missing: _containers.RepeatedCompositeFieldContainer[MissingPlan]
    def __init__(self, as_of: _Optional[str] = ..., plans: _Optional[_Iterable[_Union[PlanHead, _Mapping]]] = ..., missing: _Optional[_Iterable[_Union[MissingPlan, _Mapping]]] = ...) -> None: ...

class MissingPlan(_message.Message):
    __slots__ = ("account_id", "account_name", "tier", "due_on", "missed")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_NAME_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    DUE_ON_FIELD_NUMBER: _ClassVar[int]
    MISSED_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    account_name: str
    tier: str
    due_on: str
    missed: bool
    def __init__(self, account_id: _Optional[str] = ..., account_name: _Optional[str] = ..., tier: _Optional[str] = ..., due_on: _Optional[str] = ..., missed: _Optional[bool] = ...) -> None: ...

class ListMilestonesRequest(_message.Message):
    __slots__ = ("account_id", "overdue", "due_until", "owner", "open", "as_of")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    DUE_UNTIL_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    overdue: bool
    due_until: str
    owner: str
    open: bool
    as_of: str
    def __init__(self, account_id: _Optional[str] = ..., overdue: _Optional[bool] = ..., due_until: _Optional[str] = ..., owner: _Optional[str] = ..., open: _Optional[bool] = ..., as_of: _Optional[str] = ...) -> None: ...

class ListMilestonesResponse(_message.Message):
    __slots__ = ("as_of", "milestones")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    MILESTONES_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    milestones: _containers.RepeatedCompositeFieldContainer[Milestone]
    def __init__(self, as_of: _Optional[str] = ..., milestones: _Optional[_Iterable[_Union[Milestone, _Mapping]]] = ...) -> None: ...

class ListPlaybooksRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListPlaybooksResponse(_message.Message):
    __slots__ = ("playbooks",)
    PLAYBOOKS_FIELD_NUMBER: _ClassVar[int]
    playbooks: _containers.RepeatedCompositeFieldContainer[Playbook]
    def __init__(self, playbooks: _Optional[_Iterable[_Union[Playbook, _Mapping]]] = ...) -> None: ...

class GetPlaybookRequest(_message.Message):
    __slots__ = ("playbook", "version")
    PLAYBOOK_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    playbook: str
    version: int
    def __init__(self, playbook: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class Playbook(_message.Message):
    __slots__ = ("playbook", "version", "title", "purpose", "anchor", "anchor_required", "steps", "published", "event_id")
    class TitleEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class PurposeEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PLAYBOOK_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ANCHOR_FIELD_NUMBER: _ClassVar[int]
    ANCHOR_REQUIRED_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    playbook: str
    version: int
    title: _containers.ScalarMap[str, str]
    purpose: _containers.ScalarMap[str, str]
    anchor: str
    anchor_required: bool
    steps: _containers.RepeatedCompositeFieldContainer[PlaybookStep]
    published: bool
    event_id: str
    def __init__(self, playbook: _Optional[str] = ..., version: _Optional[int] = ..., title: _Optional[_Mapping[str, str]] = ..., purpose: _Optional[_Mapping[str, str]] = ..., anchor: _Optional[str] = ..., anchor_required: _Optional[bool] = ..., steps: _Optional[_Iterable[_Union[PlaybookStep, _Mapping]]] = ..., published: _Optional[bool] = ..., event_id: _Optional[str] = ...) -> None: ...

class PlaybookStep(_message.Message):
    __slots__ = ("step", "title", "role", "business_days", "duration_days", "after")
    class TitleEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    STEP_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    BUSINESS_DAYS_FIELD_NUMBER: _ClassVar[int]
    DURATION_DAYS_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    step: str
    title: _containers.ScalarMap[str, str]
    role: str
    business_days: int
    duration_days: int
    after: _containers.RepeatedCompositeFieldContainer[StepDependency]
    def __init__(self, step: _Optional[str] = ..., title: _Optional[_Mapping[str, str]] = ..., role: _Optional[str] = ..., business_days: _Optional[int] = ..., duration_days: _Optional[int] = ..., after: _Optional[_Iterable[_Union[StepDependency, _Mapping]]] = ..., **kwargs) -> None: ...

class StepDependency(_message.Message):
    __slots__ = ("step", "kind", "lag_days")
    STEP_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    LAG_DAYS_FIELD_NUMBER: _ClassVar[int]
    step: str
    kind: str
    lag_days: int
    def __init__(self, step: _Optional[str] = ..., kind: _Optional[str] = ..., lag_days: _Optional[int] = ...) -> None: ...

class GetWhitespaceRequest(_message.Message):
    __slots__ = ("account_id", "account_crm_id", "as_of")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_CRM_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    account_crm_id: str
    as_of: str
    def __init__(self, account_id: _Optional[str] = ..., account_crm_id: _Optional[str] = ..., as_of: _Optional[str] = ...) -> None: ...

class GetWhitespaceResponse(_message.Message):
    __slots__ = ("as_of", "org_units", "products", "cells")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    ORG_UNITS_FIELD_NUMBER: _ClassVar[int]
    PRODUCTS_FIELD_NUMBER: _ClassVar[int]
    CELLS_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    org_units: _containers.RepeatedScalarFieldContainer[str]
    products: _containers.RepeatedScalarFieldContainer[str]
    cells: _containers.RepeatedCompositeFieldContainer[WhitespaceCell]
    def __init__(self, as_of: _Optional[str] = ..., org_units: _Optional[_Iterable[str]] = ..., products: _Optional[_Iterable[str]] = ..., cells: _Optional[_Iterable[_Union[WhitespaceCell, _Mapping]]] = ...) -> None: ...

class WhitespaceCell(_message.Message):
    __slots__ = ("org_unit", "product", "state", "potential_minor", "currency", "evidence", "reason", "by_facts", "event_id", "since")
    ORG_UNIT_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    POTENTIAL_MINOR_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    BY_FACTS_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    org_unit: str
    product: str
    state: str
    potential_minor: int
    currency: str
    evidence: _containers.RepeatedScalarFieldContainer[str]
    reason: str
    by_facts: bool
    event_id: str
    since: str
    def __init__(self, org_unit: _Optional[str] = ..., product: _Optional[str] = ..., state: _Optional[str] = ..., potential_minor: _Optional[int] = ..., currency: _Optional[str] = ..., evidence: _Optional[_Iterable[str]] = ..., reason: _Optional[str] = ..., by_facts: _Optional[bool] = ..., event_id: _Optional[str] = ..., since: _Optional[str] = ...) -> None: ...

class ListOpportunitiesRequest(_message.Message):
    __slots__ = ("account_id", "account_crm_id", "as_of", "open")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_CRM_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    account_crm_id: str
    as_of: str
    open: bool
    def __init__(self, account_id: _Optional[str] = ..., account_crm_id: _Optional[str] = ..., as_of: _Optional[str] = ..., open: _Optional[bool] = ...) -> None: ...

class ListOpportunitiesResponse(_message.Message):
    __slots__ = ("as_of", "opportunities")
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    OPPORTUNITIES_FIELD_NUMBER: _ClassVar[int]
    as_of: str
    opportunities: _containers.RepeatedCompositeFieldContainer[Opportunity]
    def __init__(self, as_of: _Optional[str] = ..., opportunities: _Optional[_Iterable[_Union[Opportunity, _Mapping]]] = ...) -> None: ...

class Opportunity(_message.Message):
    __slots__ = ("opportunity_id", "name", "stage", "probability", "amount_minor", "currency", "closes_on", "motion", "owner", "open", "primary_initiative_id", "initiative_ids", "event_id", "product")
    OPPORTUNITY_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_MINOR_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    CLOSES_ON_FIELD_NUMBER: _ClassVar[int]
    MOTION_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    PRIMARY_INITIATIVE_ID_FIELD_NUMBER: _ClassVar[int]
    INITIATIVE_IDS_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    opportunity_id: str
    name: str
    stage: str
    probability: int
    amount_minor: int
    currency: str
    closes_on: str
    motion: str
    owner: str
    open: bool
    primary_initiative_id: str
    initiative_ids: _containers.RepeatedScalarFieldContainer[str]
    event_id: str
    product: str
    def __init__(self, opportunity_id: _Optional[str] = ..., name: _Optional[str] = ..., stage: _Optional[str] = ..., probability: _Optional[int] = ..., amount_minor: _Optional[int] = ..., currency: _Optional[str] = ..., closes_on: _Optional[str] = ..., motion: _Optional[str] = ..., owner: _Optional[str] = ..., open: _Optional[bool] = ..., primary_initiative_id: _Optional[str] = ..., initiative_ids: _Optional[_Iterable[str]] = ..., event_id: _Optional[str] = ..., product: _Optional[str] = ...) -> None: ...

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
    __slots__ = ("events", "shown", "followed", "read", "armed_timers", "dead_letters", "told_at", "caught_up")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    SHOWN_FIELD_NUMBER: _ClassVar[int]
    FOLLOWED_FIELD_NUMBER: _ClassVar[int]
    READ_FIELD_NUMBER: _ClassVar[int]
    ARMED_TIMERS_FIELD_NUMBER: _ClassVar[int]
    DEAD_LETTERS_FIELD_NUMBER: _ClassVar[int]
    TOLD_AT_FIELD_NUMBER: _ClassVar[int]
    CAUGHT_UP_FIELD_NUMBER: _ClassVar[int]
    events: int
    shown: int
    followed: int
    read: int
    armed_timers: int
    dead_letters: int
    told_at: str
    caught_up: bool
    def __init__(self, events: _Optional[int] = ..., shown: _Optional[int] = ..., followed: _Optional[int] = ..., read: _Optional[int] = ..., armed_timers: _Optional[int] = ..., dead_letters: _Optional[int] = ..., told_at: _Optional[str] = ..., caught_up: _Optional[bool] = ...) -> None: ...

class DraftPlanRequest(_message.Message):
    __slots__ = ("meta", "account_id", "plan_id", "title", "owner", "starts_on", "ends_on")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    STARTS_ON_FIELD_NUMBER: _ClassVar[int]
    ENDS_ON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    account_id: str
    plan_id: str
    title: str
    owner: str
    starts_on: str
    ends_on: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., plan_id: _Optional[str] = ..., title: _Optional[str] = ..., owner: _Optional[str] = ..., starts_on: _Optional[str] = ..., ends_on: _Optional[str] = ...) -> None: ...

class PlanRequest(_message.Message):
    __slots__ = ("meta", "plan_id")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ...) -> None: ...

class PlanReasonRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class RevisePlanRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "title", "owner", "starts_on", "ends_on", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    STARTS_ON_FIELD_NUMBER: _ClassVar[int]
    ENDS_ON_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    title: str
    owner: str
    starts_on: str
    ends_on: str
    reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., title: _Optional[str] = ..., owner: _Optional[str] = ..., starts_on: _Optional[str] = ..., ends_on: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ClosePlanRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "result", "summary")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    result: str
    summary: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., result: _Optional[str] = ..., summary: _Optional[str] = ...) -> None: ...

class SetGoalRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "goal_id", "title", "owner", "kpi_id", "baseline", "target", "unit", "direction", "starts_on", "due", "checkpoints")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    GOAL_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    KPI_ID_FIELD_NUMBER: _ClassVar[int]
    BASELINE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    STARTS_ON_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINTS_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    goal_id: str
    title: str
    owner: str
    kpi_id: str
    baseline: int
    target: int
    unit: str
    direction: str
    starts_on: str
    due: str
    checkpoints: _containers.RepeatedCompositeFieldContainer[Checkpoint]
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., goal_id: _Optional[str] = ..., title: _Optional[str] = ..., owner: _Optional[str] = ..., kpi_id: _Optional[str] = ..., baseline: _Optional[int] = ..., target: _Optional[int] = ..., unit: _Optional[str] = ..., direction: _Optional[str] = ..., starts_on: _Optional[str] = ..., due: _Optional[str] = ..., checkpoints: _Optional[_Iterable[_Union[Checkpoint, _Mapping]]] = ...) -> None: ...

class RetargetGoalRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "goal_id", "target", "due", "checkpoints", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    GOAL_ID_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINTS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    goal_id: str
    target: int
    due: str
    checkpoints: _containers.RepeatedCompositeFieldContainer[Checkpoint]
    reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., goal_id: _Optional[str] = ..., target: _Optional[int] = ..., due: _Optional[str] = ..., checkpoints: _Optional[_Iterable[_Union[Checkpoint, _Mapping]]] = ..., reason: _Optional[str] = ...) -> None: ...

class ConfirmGoalRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "goal_id", "by_subject")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    GOAL_ID_FIELD_NUMBER: _ClassVar[int]
    BY_SUBJECT_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    goal_id: str
    by_subject: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., goal_id: _Optional[str] = ..., by_subject: _Optional[str] = ...) -> None: ...

class CheckGoalRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "goal_id", "value", "value_on")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    GOAL_ID_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    VALUE_ON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    goal_id: str
    value: int
    value_on: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., goal_id: _Optional[str] = ..., value: _Optional[int] = ..., value_on: _Optional[str] = ...) -> None: ...

class GoalReasonRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "goal_id", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    GOAL_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    goal_id: str
    reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., goal_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ProposeInitiativeRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "initiative_id", "title", "owner", "due", "goal_ids", "stakeholders", "opportunity_id", "no_opportunity_reason")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    INITIATIVE_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    GOAL_IDS_FIELD_NUMBER: _ClassVar[int]
    STAKEHOLDERS_FIELD_NUMBER: _ClassVar[int]
    OPPORTUNITY_ID_FIELD_NUMBER: _ClassVar[int]
    NO_OPPORTUNITY_REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    initiative_id: str
    title: str
    owner: str
    due: str
    goal_ids: _containers.RepeatedScalarFieldContainer[str]
    stakeholders: _containers.RepeatedScalarFieldContainer[str]
    opportunity_id: str
    no_opportunity_reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., initiative_id: _Optional[str] = ..., title: _Optional[str] = ..., owner: _Optional[str] = ..., due: _Optional[str] = ..., goal_ids: _Optional[_Iterable[str]] = ..., stakeholders: _Optional[_Iterable[str]] = ..., opportunity_id: _Optional[str] = ..., no_opportunity_reason: _Optional[str] = ...) -> None: ...

class AlignInitiativeRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "initiative_id", "goal_ids")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    INITIATIVE_ID_FIELD_NUMBER: _ClassVar[int]
    GOAL_IDS_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    initiative_id: str
    goal_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., initiative_id: _Optional[str] = ..., goal_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ReassignInitiativeRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "initiative_id", "owner")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    INITIATIVE_ID_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    initiative_id: str
    owner: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., initiative_id: _Optional[str] = ..., owner: _Optional[str] = ...) -> None: ...

class InitiativeRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "initiative_id")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    INITIATIVE_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    initiative_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., initiative_id: _Optional[str] = ...) -> None: ...

class InitiativeReasonRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "initiative_id", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    INITIATIVE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    initiative_id: str
    reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., initiative_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class CompleteInitiativeRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "initiative_id", "outcome", "words")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    INITIATIVE_ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    initiative_id: str
    outcome: str
    words: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., initiative_id: _Optional[str] = ..., outcome: _Optional[str] = ..., words: _Optional[str] = ...) -> None: ...

class LinkOpportunityRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "initiative_id", "opportunity_id", "stakeholders")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    INITIATIVE_ID_FIELD_NUMBER: _ClassVar[int]
    OPPORTUNITY_ID_FIELD_NUMBER: _ClassVar[int]
    STAKEHOLDERS_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    initiative_id: str
    opportunity_id: str
    stakeholders: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., initiative_id: _Optional[str] = ..., opportunity_id: _Optional[str] = ..., stakeholders: _Optional[_Iterable[str]] = ...) -> None: ...

class UnlinkOpportunityRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "initiative_id", "opportunity_id")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    INITIATIVE_ID_FIELD_NUMBER: _ClassVar[int]
    OPPORTUNITY_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    initiative_id: str
    opportunity_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., initiative_id: _Optional[str] = ..., opportunity_id: _Optional[str] = ...) -> None: ...

class PlanMilestoneRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "initiative_id", "milestone_id", "title", "owner", "due", "duration_days")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    INITIATIVE_ID_FIELD_NUMBER: _ClassVar[int]
    MILESTONE_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    DURATION_DAYS_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    initiative_id: str
    milestone_id: str
    title: str
    owner: str
    due: str
    duration_days: int
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., initiative_id: _Optional[str] = ..., milestone_id: _Optional[str] = ..., title: _Optional[str] = ..., owner: _Optional[str] = ..., due: _Optional[str] = ..., duration_days: _Optional[int] = ...) -> None: ...

class MilestoneRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "milestone_id")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    MILESTONE_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    milestone_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., milestone_id: _Optional[str] = ...) -> None: ...

class MilestoneReasonRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "milestone_id", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    MILESTONE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    milestone_id: str
    reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., milestone_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class RescheduleMilestoneRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "milestone_id", "due", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    MILESTONE_ID_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    milestone_id: str
    due: str
    reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., milestone_id: _Optional[str] = ..., due: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class CompleteMilestoneRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "milestone_id")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    MILESTONE_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    milestone_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., milestone_id: _Optional[str] = ...) -> None: ...

class ReassignMilestoneRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "milestone_id", "owner")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    MILESTONE_ID_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    milestone_id: str
    owner: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., milestone_id: _Optional[str] = ..., owner: _Optional[str] = ...) -> None: ...

class AddDependencyRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "milestone_id", "predecessor_id", "kind", "lag_days", "predecessor_plan_id")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    MILESTONE_ID_FIELD_NUMBER: _ClassVar[int]
    PREDECESSOR_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    LAG_DAYS_FIELD_NUMBER: _ClassVar[int]
    PREDECESSOR_PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    milestone_id: str
    predecessor_id: str
    kind: str
    lag_days: int
    predecessor_plan_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., milestone_id: _Optional[str] = ..., predecessor_id: _Optional[str] = ..., kind: _Optional[str] = ..., lag_days: _Optional[int] = ..., predecessor_plan_id: _Optional[str] = ...) -> None: ...

class RemoveDependencyRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "milestone_id", "predecessor_id")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    MILESTONE_ID_FIELD_NUMBER: _ClassVar[int]
    PREDECESSOR_ID_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    milestone_id: str
    predecessor_id: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., milestone_id: _Optional[str] = ..., predecessor_id: _Optional[str] = ...) -> None: ...

class DefinePlaybookRequest(_message.Message):
    __slots__ = ("meta", "document_json")
    META_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_JSON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    document_json: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., document_json: _Optional[str] = ...) -> None: ...

class PublishPlaybookRequest(_message.Message):
    __slots__ = ("meta", "playbook", "version")
    META_FIELD_NUMBER: _ClassVar[int]
    PLAYBOOK_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    playbook: str
    version: int
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., playbook: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class StartPlayRequest(_message.Message):
    __slots__ = ("meta", "plan_id", "playbook", "run_id", "title", "owner", "starts_on", "anchor_on", "goal_ids", "stakeholders", "opportunity_id", "no_opportunity_reason", "locale", "owners")
    class OwnersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    META_FIELD_NUMBER: _ClassVar[int]
    PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    PLAYBOOK_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    STARTS_ON_FIELD_NUMBER: _ClassVar[int]
    ANCHOR_ON_FIELD_NUMBER: _ClassVar[int]
    GOAL_IDS_FIELD_NUMBER: _ClassVar[int]
    STAKEHOLDERS_FIELD_NUMBER: _ClassVar[int]
    OPPORTUNITY_ID_FIELD_NUMBER: _ClassVar[int]
    NO_OPPORTUNITY_REASON_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    OWNERS_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    plan_id: str
    playbook: str
    run_id: str
    title: str
    owner: str
    starts_on: str
    anchor_on: str
    goal_ids: _containers.RepeatedScalarFieldContainer[str]
    stakeholders: _containers.RepeatedScalarFieldContainer[str]
    opportunity_id: str
    no_opportunity_reason: str
    locale: str
    owners: _containers.ScalarMap[str, str]
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., plan_id: _Optional[str] = ..., playbook: _Optional[str] = ..., run_id: _Optional[str] = ..., title: _Optional[str] = ..., owner: _Optional[str] = ..., starts_on: _Optional[str] = ..., anchor_on: _Optional[str] = ..., goal_ids: _Optional[_Iterable[str]] = ..., stakeholders: _Optional[_Iterable[str]] = ..., opportunity_id: _Optional[str] = ..., no_opportunity_reason: _Optional[str] = ..., locale: _Optional[str] = ..., owners: _Optional[_Mapping[str, str]] = ...) -> None: ...

class StepRequest(_message.Message):
    __slots__ = ("meta", "run_id", "step")
    META_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    run_id: str
    step: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., run_id: _Optional[str] = ..., step: _Optional[str] = ...) -> None: ...

class StepReasonRequest(_message.Message):
    __slots__ = ("meta", "run_id", "step", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    run_id: str
    step: str
    reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., run_id: _Optional[str] = ..., step: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class RunReasonRequest(_message.Message):
    __slots__ = ("meta", "run_id", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    run_id: str
    reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., run_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class AssessWhitespaceCellRequest(_message.Message):
    __slots__ = ("meta", "account_id", "org_unit", "product", "state", "potential_minor", "currency", "evidence", "reason")
    META_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ORG_UNIT_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    POTENTIAL_MINOR_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meta: _accounts_pb2.CommandMeta
    account_id: str
    org_unit: str
    product: str
    state: str
    potential_minor: int
    currency: str
    evidence: _containers.RepeatedScalarFieldContainer[str]
    reason: str
    def __init__(self, meta: _Optional[_Union[_accounts_pb2.CommandMeta, _Mapping]] = ..., account_id: _Optional[str] = ..., org_unit: _Optional[str] = ..., product: _Optional[str] = ..., state: _Optional[str] = ..., potential_minor: _Optional[int] = ..., currency: _Optional[str] = ..., evidence: _Optional[_Iterable[str]] = ..., reason: _Optional[str] = ...) -> None: ...
