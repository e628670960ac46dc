-- What is to happen at a time unless something changes before. One row for each rule and subject.
CREATE TABLE IF NOT EXISTS timers (
    rule          text        NOT NULL,
    subject       uuid        NOT NULL,
    due_version   bigint      NOT NULL,                 -- only grows: an older one never replaces a newer one
    due_at        timestamptz,                          -- null: disarmed
    data          jsonb       NOT NULL,
    fired_at      timestamptz,
    failures      int         NOT NULL DEFAULT 0,
    retry_at      timestamptz,
    error         text,
    PRIMARY KEY (rule, subject)
);
CREATE INDEX IF NOT EXISTS timers_due ON timers (due_at) WHERE fired_at IS NULL;
