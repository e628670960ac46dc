"""The kernel's tables, the read model, and facts of the CRM. Meanings: `services/accounts/reads/tables.py`."""

from __future__ import annotations

from shared.migrate import kernel_ddl, run_sql

revision, down_revision = "0001", None
branch_labels = depends_on = None

READS = """
CREATE TABLE account_aspects (
    account_id uuid NOT NULL, aspect text NOT NULL, value text, reason text, effective_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL, event_id text NOT NULL, position bigint NOT NULL
);
CREATE INDEX account_aspects_by_account_id_aspect ON account_aspects (account_id, aspect, effective_at, position);
CREATE TABLE account_links (
    account_id uuid NOT NULL, system text NOT NULL, crm_id text NOT NULL, effective_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL, event_id text NOT NULL, position bigint NOT NULL
);
CREATE INDEX account_links_by_account_id ON account_links (account_id, effective_at, position);
CREATE TABLE account_profiles (
    account_id uuid NOT NULL, account_type text, industry text, country text, parent_id uuid, parent_crm_id text,
    owner_id text, rating text, currency text NOT NULL, annual_revenue bigint, employees bigint, margin_bp bigint,
    potential bigint, strategic_reference boolean, competitor text, nps integer, effective_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL, event_id text NOT NULL, position bigint NOT NULL
);
CREATE INDEX account_profiles_by_account_id ON account_profiles (account_id, effective_at, position);
CREATE TABLE contract_states (
    contract_id uuid NOT NULL, account_id uuid NOT NULL, crm_id text, name text NOT NULL, product text,
    signed boolean NOT NULL, withdrawn boolean NOT NULL, starts_on date, ends_on date, arr bigint,
    currency text NOT NULL, seats bigint, notice_period_days integer, auto_renew boolean, notice_received_on date,
    signed_on date, effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, event_id text NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX contract_states_by_contract_id ON contract_states (contract_id, effective_at, position);
CREATE INDEX contract_states_of_account ON contract_states (account_id);
CREATE TABLE contract_steps (
    contract_id uuid NOT NULL, state text NOT NULL, reason text, effective_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL, event_id text NOT NULL, position bigint NOT NULL
);
CREATE INDEX contract_steps_by_contract_id ON contract_steps (contract_id, effective_at, position);
CREATE TABLE criterion_ratings (
    account_id uuid NOT NULL, criterion text NOT NULL, value_bp integer NOT NULL, rater text NOT NULL,
    effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, event_id text NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX criterion_ratings_by_account_id ON criterion_ratings (account_id, effective_at, position);
CREATE TABLE interaction_states (
    interaction_id uuid NOT NULL, account_id uuid NOT NULL, kind text NOT NULL, direction text, status text,
    done boolean NOT NULL, meaningful boolean NOT NULL, at timestamptz, participants uuid[] NOT NULL,
    retracted boolean NOT NULL, actor text NOT NULL, effective_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL, event_id text NOT NULL, position bigint NOT NULL
);
CREATE INDEX interaction_states_by_interaction_id ON interaction_states (interaction_id, effective_at, position);
CREATE INDEX interaction_states_of_account ON interaction_states (account_id);
CREATE TABLE policy_steps (
    policy text NOT NULL, version integer NOT NULL, kind text NOT NULL, document jsonb, function text,
    by text NOT NULL, signed_off boolean, effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL,
    event_id text NOT NULL, position bigint NOT NULL
);
CREATE INDEX policy_steps_by_policy_version ON policy_steps (policy, version, effective_at, position);
CREATE TABLE stakeholder_steps (
    account_id uuid NOT NULL, subject_id uuid NOT NULL, kind text NOT NULL, crm_id text, live boolean,
    roles text[], influence integer, interest integer, attitude integer, effective_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL, event_id text NOT NULL, position bigint NOT NULL
);
CREATE INDEX stakeholder_steps_by_account_id_subject_id
    ON stakeholder_steps (account_id, subject_id, effective_at, position);
CREATE TABLE standard_steps (
    account_id uuid NOT NULL, standard text NOT NULL, kept boolean NOT NULL, required text NOT NULL,
    actual text NOT NULL, since timestamptz NOT NULL, effective_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL, event_id text NOT NULL, position bigint NOT NULL
);
CREATE INDEX standard_steps_by_account_id_standard ON standard_steps (account_id, standard, effective_at, position);
CREATE TABLE theme_steps (
    account_id uuid NOT NULL, theme text NOT NULL, kind text NOT NULL, user_id text, reason text,
    effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, event_id text NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX theme_steps_by_account_id_theme ON theme_steps (account_id, theme, effective_at, position);
CREATE TABLE tier_assessments (
    account_id uuid NOT NULL, score_bp integer, completeness_bp integer NOT NULL, raw_tier text,
    outcome text NOT NULL, gates jsonb NOT NULL, criteria jsonb NOT NULL, policy_version integer NOT NULL,
    effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, event_id text NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX tier_assessments_by_account_id ON tier_assessments (account_id, effective_at, position);
CREATE TABLE tier_steps (
    account_id uuid NOT NULL, kind text NOT NULL, from_tier text, to_tier text, reason text,
    decided_by text NOT NULL, provisional boolean NOT NULL, until timestamptz, score_bp integer,
    effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, event_id text NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX tier_steps_by_account_id ON tier_steps (account_id, effective_at, position);
CREATE TABLE timeline (
    account_id uuid NOT NULL, kind text NOT NULL, what text NOT NULL, facts jsonb NOT NULL,
    meaningful boolean NOT NULL, actor text NOT NULL, effective_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL, event_id text NOT NULL, position bigint NOT NULL
);
CREATE INDEX timeline_by_account_id ON timeline (account_id, effective_at, position);
CREATE TABLE usage_reports (
    account_id uuid NOT NULL, product text NOT NULL, metric text NOT NULL, period_start date NOT NULL,
    period_end date NOT NULL, value bigint NOT NULL, licensed bigint, reported_at timestamptz NOT NULL,
    effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, event_id text NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX usage_reports_by_account_id_product_metric_period_start
    ON usage_reports (account_id, product, metric, period_start, effective_at, position);
CREATE TABLE account_wishes (
    account_id uuid PRIMARY KEY, revision integer NOT NULL, owner_id text, owner_active boolean, parent_id uuid,
    parent_since timestamptz, seen_at timestamptz NOT NULL
);
CREATE TABLE deals (
    deal_id text NOT NULL, account_id uuid, revision integer NOT NULL, name text NOT NULL, motion text,
    stage text NOT NULL, closes_on date, open boolean NOT NULL, effective_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL, event_id text NOT NULL, position bigint NOT NULL
);
CREATE INDEX deals_by_deal_id ON deals (deal_id, effective_at, position);
CREATE INDEX deals_of_account ON deals (account_id);
CREATE TABLE employees (
    user_id text NOT NULL, revision integer NOT NULL, subject_id uuid NOT NULL, active boolean NOT NULL,
    reports_to text, effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, event_id text NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX employees_by_user_id ON employees (user_id, effective_at, position);
CREATE TABLE sources (
    system text NOT NULL, what text NOT NULL, effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL,
    event_id text NOT NULL, position bigint NOT NULL
);
CREATE INDEX sources_by_system ON sources (system, effective_at, position);
"""


def upgrade() -> None:
    run_sql(kernel_ddl())
    run_sql(READS)
