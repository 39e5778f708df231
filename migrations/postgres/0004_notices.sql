CREATE TABLE notices (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mini_program_id BIGINT NOT NULL REFERENCES mini_programs (id),
    template_id BIGINT NOT NULL REFERENCES templates (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'running', 'finished', 'stopped', 'cancelled')),
    duplicates BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    -- When its deliveries were due first; most of the queue still stands there.
    due_at BIGINT,
    -- The hour that its deliveries are counted under.
    hour_at BIGINT,
    -- When nothing was left to do, for one that was stopped or cancelled too.
    finished_at BIGINT,
    stop_errcode BIGINT,
    content TEXT NOT NULL,
    -- Last, because it may be megabytes; emptied at confirmation.
    audience TEXT NOT NULL
);

CREATE INDEX notices_list ON notices (mini_program_id, id);
CREATE INDEX notices_by_state ON notices (mini_program_id, state, id);
CREATE INDEX notices_by_template ON notices (mini_program_id, template_id, id);
-- Few at any time: those with something left to do.
CREATE INDEX notices_open ON notices (mini_program_id, id) WHERE confirmed_at IS NOT NULL AND finished_at IS NULL;

-- The big table: count the bytes of a row. What is wanted of a single call stands in `attempts`. No foreign keys, see
-- subscribers.
CREATE TABLE deliveries (
    notice_id BIGINT NOT NULL,
    subscriber_id BIGINT NOT NULL,
    mini_program_id BIGINT NOT NULL,
    template_id BIGINT NOT NULL,
    -- 0 pending, 1 sending, 2 sent, 3 delivered, 4 failed, 5 unknown, 6 skipped, 7 cancelled
    state BIGINT NOT NULL CHECK (state BETWEEN 0 AND 7),
    errcode BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    -- The claim that holds it; kept by `unknown`, for a late answer.
    lease BIGINT,
    lease_until BIGINT,
    msgid BIGINT,
    PRIMARY KEY (notice_id, subscriber_id)
-- A claim walks over what earlier claims left at the head of the queue until it is vacuumed away.
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);

CREATE INDEX deliveries_queue ON deliveries (mini_program_id, due_at, notice_id, subscriber_id) WHERE state = 0;
-- One call per openid at a time, as a fact of the database.
CREATE UNIQUE INDEX deliveries_sending ON deliveries (subscriber_id) WHERE state = 1;
-- What was sent to a person.
CREATE INDEX deliveries_timeline ON deliveries (subscriber_id, notice_id);
-- The rows behind each number of a notice's error table; rows without an error cost nothing here.
CREATE INDEX deliveries_errors ON deliveries (notice_id, errcode, state, subscriber_id) WHERE errcode <> 0;

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
);
