-- The log of one service. Every writer takes ONE advisory lock as the last thing before it inserts and commits; under it the
-- next position is max(position) + 1. So positions have no holes and rise in commit order: a reader at `position > last`
-- misses nothing. A writer that forgets the lock hits UNIQUE (position): a mistake is an error, never a lost event.

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
    causation_id   text,                         -- id of the event that led to this one, of any service
    policy_refs    jsonb,                        -- [[policy, version], ...] that a judgement was made under
    source         jsonb,                        -- {system, object, record_id, change_id} of an ingested fact
    subjects       uuid[],                       -- pseudonyms of the persons named
    state          bytea       NOT NULL,         -- JSON of the event's own fields
    PRIMARY KEY (stream_id, version)
);

-- What a command led to: a repeat gets the first result. A command that changed nothing is remembered too (count 0).
CREATE TABLE commands (command_id uuid PRIMARY KEY, first_position bigint NOT NULL, count int NOT NULL);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the log is append-only: correct an event by a new one that names it'; END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events EXECUTE FUNCTION refuse_change();

CREATE FUNCTION lock_log() RETURNS void LANGUAGE sql AS $$ SELECT pg_advisory_xact_lock(7283) $$;

-- Appends inside the caller's transaction and returns the position of the first event. An optional column may be null as a
-- whole. Events whose owner is among `taken` are left out.
CREATE FUNCTION append_events(
    streams uuid[], versions bigint[], topics text[], states bytea[], effective timestamptz[], actors text[],
    classes smallint[], commands_ uuid[], correlations uuid[], causations text[], policies text[], sources text[],
    persons text[], owners int[] DEFAULT NULL, taken int[] DEFAULT '{}'
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE base bigint; now_ timestamptz;
BEGIN
    PERFORM lock_log();                                       -- held until the end of the transaction, thus through its commit
    now_ := clock_timestamp();
    SELECT coalesce(max(position), 0) INTO base FROM events;  -- a statement of its own: its snapshot is taken after the lock
    INSERT INTO events (position, stream_id, version, topic, state, effective_at, actor, class_version, command_id,
                        correlation_id, causation_id, policy_refs, source, subjects, recorded_at)
    SELECT base + row_number() OVER (), s, v, t, b, e, a, coalesce(k, 1), c, r, z, p::jsonb, o::jsonb, h::uuid[], now_
      FROM unnest(streams, versions, topics, states, effective, actors, classes, commands_, correlations, causations,
                  policies, sources, persons, owners) AS u(s, v, t, b, e, a, k, c, r, z, p, o, h, w)
     WHERE w <> ALL (taken) OR w IS NULL;
    RETURN base + 1;
END $$;

-- Many commands in one statement: command k has id ids[k] (or null) and counts[k] events, those with owner k. Returns one row
-- (null, first position of all, …) if everything went in, else a row for each command: 'ok' with its first position, 'repeat'
-- with the first result, 'conflict' if one of its versions is taken or wanted by an earlier command of the call.
CREATE FUNCTION append_commands(
    ids uuid[], counts int[], owners int[],
    streams uuid[], versions bigint[], topics text[], states bytea[], effective timestamptz[], actors text[],
    classes smallint[], commands_ uuid[], correlations uuid[], causations text[], policies text[], sources text[], persons text[]
) RETURNS TABLE (outcome text, first bigint, number int) LANGUAGE plpgsql AS $$
DECLARE base bigint; taken int[];
BEGIN
    LOOP
        BEGIN                                                 -- the first time with all of them: it nearly always works
            base := append_events(streams, versions, topics, states, effective, actors, classes, commands_, correlations,
                                  causations, policies, sources, persons, owners, coalesce(taken, '{}'));
            INSERT INTO commands SELECT * FROM (
                SELECT i, base + sum(m) OVER (ROWS UNBOUNDED PRECEDING) - m, m FROM unnest(ids, counts) WITH ORDINALITY AS u(i, m, k)
                 WHERE k <> ALL (coalesce(taken, '{}'))) AS x(i) WHERE i IS NOT NULL;
            EXIT;
        EXCEPTION WHEN unique_violation THEN
            IF taken IS NOT NULL THEN RAISE; END IF;          -- none of the reasons we know
        END;
        PERFORM lock_log();                                   -- the rollback gave it back; from here on nobody else writes
        taken := ARRAY(
            SELECT w FROM (SELECT w, s, v, min(w) OVER (PARTITION BY s, v) AS earliest
                             FROM unnest(owners, streams, versions) AS u(w, s, v)) x
             WHERE w > earliest OR EXISTS (SELECT FROM events e WHERE e.stream_id = s AND e.version = v)
            UNION
            SELECT k FROM (SELECT i, k, min(k) OVER (PARTITION BY i) AS earliest
                             FROM unnest(ids) WITH ORDINALITY AS u(i, k) WHERE i IS NOT NULL) y
             WHERE k > earliest OR EXISTS (SELECT FROM commands c WHERE c.command_id = i));
    END LOOP;
    IF taken IS NULL OR taken = '{}' THEN
        RETURN QUERY SELECT NULL::text, base, NULL::int;
        RETURN;
    END IF;
    RETURN QUERY
    SELECT CASE WHEN k <> ALL (taken) THEN 'ok' WHEN c.command_id IS NOT NULL THEN 'repeat' ELSE 'conflict' END,
           CASE WHEN k <> ALL (taken) THEN base + sum(m) FILTER (WHERE k <> ALL (taken)) OVER (ORDER BY k) - m
                ELSE c.first_position END::bigint,
           coalesce(c.count, m)
      FROM unnest(ids, counts) WITH ORDINALITY AS u(i, m, k) LEFT JOIN commands c ON c.command_id = i ORDER BY k;
END $$;
