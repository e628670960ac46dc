-- Messages that no retry can cure, byte for byte, until somebody replays them.
CREATE TABLE IF NOT EXISTS dead_letters (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consumer      text        NOT NULL,
    topic         text        NOT NULL,
    cluster       text        NOT NULL,
    partition     int         NOT NULL,
    kafka_offset  bigint      NOT NULL,
    position      bigint      NOT NULL,
    key           bytea,
    value         bytea,
    headers       text        NOT NULL,                 -- JSON: [[name, percent-encoded bytes or null], …]
    reason        text        NOT NULL,
    sent_at       timestamptz NOT NULL,
    buried_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    replayed_at   timestamptz,
    UNIQUE (consumer, topic, cluster, partition, kafka_offset)
);
