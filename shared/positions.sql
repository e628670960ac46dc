-- How far a consumer, a projection or the relay has come; moved in the transaction that has the effect.
CREATE TABLE IF NOT EXISTS positions (
    consumer      text        NOT NULL,
    source        text        NOT NULL,                 -- topic, topic@cluster, or store
    partition     int         NOT NULL,
    position      bigint      NOT NULL,
    effective_at  timestamptz,                          -- newest business time seen there
    idle_at       timestamptz,                          -- when nothing was left to read there the last time we looked
    PRIMARY KEY (consumer, source, partition)
);
