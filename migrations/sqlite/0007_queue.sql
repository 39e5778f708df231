-- The big table is split by what happens to a row: what is to be sent (`queue`), what is being sent (`sending`), what has
-- ended (`deliveries`). A delivery is written once into the table that keeps it, by the transaction that knows its end.

CREATE TABLE queue (
    mini_program_id INTEGER NOT NULL,
    -- The place: a small number of what is ready, round by round over all notices, so that a small notice is not behind
    -- a big one; 2^60 and the instant for what waits for another try.
    turn INTEGER NOT NULL,
    notice_id INTEGER NOT NULL,
    subscriber_id INTEGER NOT NULL,
    -- Null: never tried.
    attempts INTEGER,
    errcode INTEGER,
    PRIMARY KEY (mini_program_id, turn, notice_id, subscriber_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX queue_by_notice ON queue (notice_id, subscriber_id);

CREATE TABLE sending (
    -- One call per openid at a time, as a fact of the database.
    subscriber_id INTEGER PRIMARY KEY,
    mini_program_id INTEGER NOT NULL,
    notice_id INTEGER NOT NULL,
    template_id INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    errcode INTEGER NOT NULL,
    -- The claim that holds it.
    lease INTEGER NOT NULL,
    lease_until INTEGER NOT NULL
) STRICT;

DROP INDEX deliveries_queue;
DROP INDEX deliveries_sending;
DROP INDEX deliveries_timeline;
DROP INDEX deliveries_errors;
ALTER TABLE deliveries RENAME TO deliveries_before;

-- The big table: count the bytes of a row. No foreign keys, see subscribers.
CREATE TABLE deliveries (
    notice_id INTEGER NOT NULL,
    subscriber_id INTEGER NOT NULL,
    -- 2 sent, 3 delivered, 4 failed, 5 unknown, 6 skipped, 7 cancelled
    state INTEGER NOT NULL CHECK (state BETWEEN 2 AND 7),
    errcode INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    -- The last call, where WeChat accepted it; every other call stands in `attempts`.
    started_at INTEGER,
    duration_ms INTEGER,
    msgid INTEGER,
    -- Of the claim that became unknown, for a late answer.
    lease INTEGER,
    PRIMARY KEY (notice_id, subscriber_id)
) STRICT, WITHOUT ROWID;

INSERT INTO deliveries
SELECT d.notice_id, d.subscriber_id, d.state, d.errcode, d.attempts, d.updated_at, a.started_at, a.duration_ms, d.msgid,
       d.lease
FROM deliveries_before d
LEFT JOIN attempts a ON a.notice_id = d.notice_id AND a.subscriber_id = d.subscriber_id AND a.number = d.attempts
                    AND a.errcode = 0 AND d.state IN (2, 3)
WHERE d.state >= 2;

DELETE FROM attempts
WHERE errcode = 0
  AND EXISTS (SELECT 1 FROM deliveries d
              WHERE d.notice_id = attempts.notice_id AND d.subscriber_id = attempts.subscriber_id
                AND d.attempts = attempts.number AND d.started_at IS NOT NULL);

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
ALTER TABLE notices ADD COLUMN pruned_at INTEGER;
CREATE INDEX notices_kept ON notices (finished_at) WHERE pruned_at IS NULL AND finished_at IS NOT NULL;
CREATE INDEX notices_pruning ON notices (id) WHERE pruned_at = 0;

-- How fast a mini program may send now. No row: as fast as it goes.
CREATE TABLE paces (
    mini_program_id INTEGER PRIMARY KEY,
    -- Calls in a thousand seconds; null: no limit.
    rate INTEGER,
    -- Thousandths of a call that may begin now, as of `at`.
    budget INTEGER NOT NULL,
    at INTEGER NOT NULL,
    slowed_at INTEGER NOT NULL
) STRICT;
-- What a person has set: calls a second and calls under way at once, over all processes; null: no limit.
ALTER TABLE mini_programs ADD COLUMN send_rate INTEGER;
ALTER TABLE mini_programs ADD COLUMN send_at_once INTEGER;
