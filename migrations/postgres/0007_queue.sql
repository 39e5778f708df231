-- The big table is split by what happens to a row: what is to be sent (`queue`), what is being sent (`sending`), what has
-- ended (`deliveries`). A delivery is written once into the table that keeps it, by the transaction that knows its end.

CREATE TABLE queue (
    mini_program_id BIGINT NOT NULL,
    -- The place: a small number of what is ready, round by round over all notices, so that a small notice is not behind
    -- a big one; 2^60 and the instant for what waits for another try.
    turn BIGINT NOT NULL,
    notice_id BIGINT NOT NULL,
    subscriber_id BIGINT NOT NULL,
    -- Null: never tried.
    attempts BIGINT,
    errcode BIGINT,
    PRIMARY KEY (mini_program_id, turn, notice_id, subscriber_id)
-- A claim walks over what earlier claims left at the head of the queue until it is vacuumed away.
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);

CREATE UNIQUE INDEX queue_by_notice ON queue (notice_id, subscriber_id);

CREATE TABLE sending (
    -- One call per openid at a time, as a fact of the database.
    subscriber_id BIGINT PRIMARY KEY,
    mini_program_id BIGINT NOT NULL,
    notice_id BIGINT NOT NULL,
    template_id BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    errcode BIGINT NOT NULL,
    -- The claim that holds it.
    lease BIGINT NOT NULL,
    lease_until BIGINT NOT NULL
-- A few hundred rows that come and go thousands of times a second.
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

DROP INDEX deliveries_queue;
DROP INDEX deliveries_sending;
DROP INDEX deliveries_timeline;
DROP INDEX deliveries_errors;
ALTER TABLE deliveries RENAME TO deliveries_before;
ALTER INDEX deliveries_pkey RENAME TO deliveries_before_pkey;
ALTER TABLE attempts RENAME TO attempts_before;
ALTER INDEX attempts_pkey RENAME TO attempts_before_pkey;

-- The big table: count the bytes of a row. No foreign keys, see subscribers.
CREATE TABLE deliveries (
    notice_id BIGINT NOT NULL,
    subscriber_id BIGINT NOT NULL,
    -- 2 sent, 3 delivered, 4 failed, 5 unknown, 6 skipped, 7 cancelled
    state BIGINT NOT NULL CHECK (state BETWEEN 2 AND 7),
    errcode BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    -- The last call, where WeChat accepted it; every other call stands in `attempts`.
    started_at BIGINT,
    duration_ms BIGINT,
    msgid BIGINT,
    -- Of the claim that became unknown, for a late answer.
    lease BIGINT,
    PRIMARY KEY (notice_id, subscriber_id)
) PARTITION BY RANGE (notice_id);

CREATE TABLE attempts (
    notice_id BIGINT NOT NULL,
    subscriber_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    errcode BIGINT NOT NULL,
    rid TEXT,
    errmsg TEXT,
    PRIMARY KEY (notice_id, subscriber_id, number)
) PARTITION BY RANGE (notice_id);

-- Both are cut by notice: a new part is begun with each month, by letting the numbers of notices go on at its beginning, so
-- that months too old to keep are dropped in an instant. A part holds a million numbers; the next one always exists.
CREATE TABLE parts (
    part BIGINT PRIMARY KEY,
    -- The month (China) in which the first notice of it was made: 202611.
    month BIGINT
);

CREATE FUNCTION add_part(number BIGINT) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first TEXT := CASE number WHEN 0 THEN 'MINVALUE' ELSE (number * 1000000)::text END;
BEGIN
    INSERT INTO parts (part) VALUES (number) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN RETURN; END IF;
    EXECUTE format('CREATE TABLE deliveries_%s PARTITION OF deliveries FOR VALUES FROM (%s) TO (%s) WITH (fillfactor = 90)',
                   number, first, (number + 1) * 1000000);
    EXECUTE format('CREATE TABLE attempts_%s PARTITION OF attempts FOR VALUES FROM (%s) TO (%s)',
                   number, first, (number + 1) * 1000000);
END $$;

SELECT add_part(number) FROM generate_series(0, (SELECT COALESCE(max(id), 0) / 1000000 + 1 FROM notices)) AS number;

INSERT INTO deliveries
SELECT d.notice_id, d.subscriber_id, d.state, d.errcode, d.attempts, d.updated_at, a.started_at, a.duration_ms, d.msgid,
       d.lease
FROM deliveries_before d
LEFT JOIN attempts_before a ON a.notice_id = d.notice_id AND a.subscriber_id = d.subscriber_id AND a.number = d.attempts
                    AND a.errcode = 0 AND d.state IN (2, 3)
WHERE d.state >= 2;

INSERT INTO attempts
SELECT a.* FROM attempts_before a
WHERE NOT (a.errcode = 0
           AND EXISTS (SELECT 1 FROM deliveries d
                       WHERE d.notice_id = a.notice_id AND d.subscriber_id = a.subscriber_id
                         AND d.attempts = a.number AND d.started_at IS NOT NULL));
DROP TABLE attempts_before;

INSERT INTO queue
SELECT d.mini_program_id,
       CASE WHEN d.due_at = n.due_at
            THEN (row_number() OVER (PARTITION BY d.mini_program_id ORDER BY d.due_at, d.notice_id, d.subscriber_id)) / 32
            ELSE 1152921504606846976 + d.due_at END,
       d.notice_id, d.subscriber_id, NULLIF(d.attempts, 0), NULLIF(d.errcode, 0)
FROM deliveries_before d JOIN notices n ON n.id = d.notice_id
WHERE d.state = 0;

INSERT INTO sending
SELECT d.subscriber_id, d.mini_program_id, d.notice_id, d.template_id, d.attempts, d.errcode, d.lease, d.lease_until
FROM deliveries_before d WHERE d.state = 1;

DROP TABLE deliveries_before;

-- What was sent to a person.
CREATE INDEX deliveries_timeline ON deliveries (subscriber_id, notice_id);
-- The rows behind each number of a notice's error table; rows without an error cost nothing here.
CREATE INDEX deliveries_errors ON deliveries (notice_id, errcode, subscriber_id) WHERE errcode <> 0;

-- Pending and sending are counted as one, under 0; `sending` says which is which. A claim changes no counter.
INSERT INTO notice_counts
SELECT notice_id, 0, 0, n FROM notice_counts WHERE state = 1
ON CONFLICT (notice_id, state, errcode) DO UPDATE SET n = notice_counts.n + excluded.n;
DELETE FROM notice_counts WHERE state = 1;
INSERT INTO counters
SELECT mini_program_id, hour_at, template_id, 0, 0, n FROM counters WHERE state = 1
ON CONFLICT (mini_program_id, hour_at, template_id, state, errcode) DO UPDATE SET n = counters.n + excluded.n;
DELETE FROM counters WHERE state = 1;

-- Null: every delivery is there; 0: they are being removed; else when they were, because they were older than is kept.
ALTER TABLE notices ADD COLUMN pruned_at BIGINT;
CREATE INDEX notices_kept ON notices (finished_at) WHERE pruned_at IS NULL AND finished_at IS NOT NULL;
CREATE INDEX notices_pruning ON notices (id) WHERE pruned_at = 0;

-- How fast a mini program may send now. No row: as fast as it goes.
CREATE TABLE paces (
    mini_program_id BIGINT PRIMARY KEY,
    -- Calls in a thousand seconds; null: no limit.
    rate BIGINT,
    -- Thousandths of a call that may begin now, as of `at`.
    budget BIGINT NOT NULL,
    at BIGINT NOT NULL,
    slowed_at BIGINT NOT NULL
) WITH (fillfactor = 50);
-- What a person has set: calls a second and calls under way at once, over all processes; null: no limit.
ALTER TABLE mini_programs ADD COLUMN send_rate BIGINT;
ALTER TABLE mini_programs ADD COLUMN send_at_once BIGINT;
