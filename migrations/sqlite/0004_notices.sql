CREATE TABLE notices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mini_program_id INTEGER NOT NULL REFERENCES mini_programs (id),
    template_id INTEGER NOT NULL REFERENCES templates (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'running', 'finished', 'stopped', 'cancelled')),
    duplicates INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    -- When its deliveries were due first; most of the queue still stands there.
    due_at INTEGER,
    -- The hour that its deliveries are counted under.
    hour_at INTEGER,
    -- When nothing was left to do, for one that was stopped or cancelled too.
    finished_at INTEGER,
    stop_errcode INTEGER,
    content TEXT NOT NULL,
    -- Last, because it may be megabytes; emptied at confirmation.
    audience TEXT NOT NULL
) STRICT;

CREATE INDEX notices_list ON notices (mini_program_id, id);
CREATE INDEX notices_by_state ON notices (mini_program_id, state, id);
CREATE INDEX notices_by_template ON notices (mini_program_id, template_id, id);
-- Few at any time: those with something left to do.
CREATE INDEX notices_open ON notices (mini_program_id, id) WHERE confirmed_at IS NOT NULL AND finished_at IS NULL;

-- The big table: count the bytes of a row. What is wanted of a single call stands in `attempts`. No foreign keys, see
-- subscribers.
CREATE TABLE deliveries (
    notice_id INTEGER NOT NULL,
    subscriber_id INTEGER NOT NULL,
    mini_program_id INTEGER NOT NULL,
    template_id INTEGER NOT NULL,
    -- 0 pending, 1 sending, 2 sent, 3 delivered, 4 failed, 5 unknown, 6 skipped, 7 cancelled
    state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 7),
    errcode INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    -- The claim that holds it; kept by `unknown`, for a late answer.
    lease INTEGER,
    lease_until INTEGER,
    msgid INTEGER,
    PRIMARY KEY (notice_id, subscriber_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX deliveries_queue ON deliveries (mini_program_id, due_at, notice_id, subscriber_id) WHERE state = 0;
-- One call per openid at a time, as a fact of the database.
CREATE UNIQUE INDEX deliveries_sending ON deliveries (subscriber_id) WHERE state = 1;
-- What was sent to a person.
CREATE INDEX deliveries_timeline ON deliveries (subscriber_id, notice_id);
-- The rows behind each number of a notice's error table; rows without an error cost nothing here.
CREATE INDEX deliveries_errors ON deliveries (notice_id, errcode, state, subscriber_id) WHERE errcode <> 0;

CREATE TABLE attempts (
    notice_id INTEGER NOT NULL,
    subscriber_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    errcode INTEGER NOT NULL,
    rid TEXT,
    errmsg TEXT,
    PRIMARY KEY (notice_id, subscriber_id, number)
) STRICT, WITHOUT ROWID;
