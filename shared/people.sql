-- The words about persons, by pseudonym. The event log never holds them. words null: erased.
CREATE TABLE IF NOT EXISTS people (
    subject_id    uuid        NOT NULL PRIMARY KEY,
    kind          text        NOT NULL,
    crm_id        text        NOT NULL,
    change        bigint      NOT NULL,                 -- rises in commit order; the highest counts
    words         jsonb
);
CREATE INDEX IF NOT EXISTS people_change ON people (change);
