-- The log of one service. Every writer takes ONE advisory lock as the last thing before it inserts and commits; under it
-- the next position is max(position) + 1. So positions have no holes and rise in commit order: a reader at
-- `position > last` misses nothing. A writer that forgets the lock hits UNIQUE (position): an error, never a lost event.
CREATE TABLE events (
    position       bigint      NOT NULL UNIQUE,  -- place in the log: 1, 2, 3 ...
    version        bigint      NOT NULL,         -- place in the stream: 1, 2, 3 ...
    recorded_at    timestamptz NOT NULL,         -- when we learned it; taken after the lock, so it rises with position
    effective_at   timestamptz NOT NULL,         -- when it became true in the business
    stream_id      uuid        NOT NULL,
    command_id     uuid,
    correlation_id uuid,
    class_version  smallint    NOT NULL,         -- which upcasters `state` still needs
    topic          text        NOT NULL,         -- the event class: a frozen string, never a module path
    actor          text        NOT NULL,         -- user:<id>, system:<service>, crm:<system>, policy:<name>
    causation_id   text,                         -- id of the event, of any service, that led to this one
    policy_refs    jsonb,                        -- [[policy, version], ...] that a judgement was made under
    source         jsonb,                        -- {system, object, record_id, change_id} of an ingested fact
    subjects       uuid[],                       -- pseudonyms of the persons named
    state          bytea       NOT NULL,         -- JSON of the event's own fields
    PRIMARY KEY (stream_id, version)
);

-- What a command led to, so that a repeat gets the first result; count 0 if it changed nothing.
CREATE TABLE commands (command_id uuid PRIMARY KEY, first_position bigint NOT NULL, count int NOT NULL);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the log is append-only: correct an event by a new one that names it'; END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events EXECUTE FUNCTION refuse_change();

CREATE FUNCTION lock_log() RETURNS void LANGUAGE sql AS $$ SELECT pg_advisory_xact_lock(7283) $$;

-- A column that came as the one value that all n events share.
CREATE FUNCTION spread(a anyarray, n int) RETURNS anyarray LANGUAGE sql IMMUTABLE AS $$
SELECT CASE WHEN cardinality(a) < n THEN array_fill(a[1], ARRAY[n]) ELSE a END $$;

-- Appends in the caller's transaction; returns the first event's position. From `topics` on a column may be spread; those
-- that are optional may be null as a whole.
CREATE FUNCTION append_events(
    streams uuid[], versions bigint[], topics text[], states bytea[], effective timestamptz[], actors text[],
    classes smallint[], commands_ uuid[], correlations uuid[], causations text[], policies text[], sources text[],
    persons text[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE base bigint; now_ timestamptz; l int := cardinality(streams);
BEGIN
    PERFORM lock_log();                                       -- held until the transaction ends: through its commit
    now_ := clock_timestamp();
    SELECT coalesce(max(position), 0) INTO base FROM events;  -- a new statement: it sees what committed before the lock
    INSERT INTO events (position, stream_id, version, topic, state, effective_at, actor, class_version, command_id,
                        correlation_id, causation_id, policy_refs, source, subjects, recorded_at)
    SELECT base + n, s, v, t, b, e, a, coalesce(k, 1), c, r, z, p::jsonb, o::jsonb, h::uuid[], now_
      FROM unnest(streams, versions, spread(topics, l), states, spread(effective, l), spread(actors, l), spread(classes, l),
                  spread(commands_, l), spread(correlations, l), spread(causations, l), spread(policies, l),
                  spread(sources, l), spread(persons, l)) WITH ORDINALITY AS u(s, v, t, b, e, a, k, c, r, z, p, o, h, n);
    RETURN base + 1;
END $$;

-- Many commands in one statement: command k has id ids[k] or null, and counts[k] events, those with owner k. No two ids are
-- alike. Either everything is written: one row (0, first position, null). Or nothing: a row for each command in the way, with
-- its first result if it is a repeat, else with nulls: a version that it wants is taken, or wanted by a command before it.
CREATE FUNCTION append_commands(
    ids uuid[], counts int[], owners int[],
    streams uuid[], versions bigint[], topics text[], states bytea[], effective timestamptz[], actors text[],
    classes smallint[], commands_ uuid[], correlations uuid[], causations text[], policies text[], sources text[],
    persons text[]) RETURNS TABLE (command int, first bigint, number int) LANGUAGE plpgsql AS $$
DECLARE base bigint;
BEGIN
    base := append_events(streams, versions, topics, states, effective, actors, classes, commands_, correlations,
                          causations, policies, sources, persons);
    INSERT INTO commands
    SELECT * FROM (SELECT i, base + sum(m) OVER (ROWS UNBOUNDED PRECEDING) - m, m FROM unnest(ids, counts) AS u(i, m)) x(i)
     WHERE i IS NOT NULL;
    RETURN QUERY SELECT 0, base, NULL::int;
EXCEPTION WHEN unique_violation THEN
    RETURN QUERY
    SELECT k::int, c.first_position, c.count FROM unnest(ids) WITH ORDINALITY AS u(i, k) JOIN commands c ON c.command_id = i
    UNION ALL
    SELECT DISTINCT w, NULL::bigint, NULL::int
      FROM (SELECT w, s, v, min(w) OVER (PARTITION BY s, v) AS earliest FROM unnest(owners, streams, versions) AS u(w, s, v)) x
     WHERE w > earliest OR EXISTS (SELECT FROM events e WHERE e.stream_id = s AND e.version = v);
    IF NOT FOUND THEN RAISE; END IF;                          -- none of the reasons we know
END $$;
