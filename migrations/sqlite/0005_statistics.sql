-- Both tables are exact: they change in the transaction of the change that they count. The error code is counted for
-- failed, unknown, skipped and cancelled; it is 0 for the other states.

CREATE TABLE notice_counts (
    notice_id INTEGER NOT NULL,
    state INTEGER NOT NULL,
    errcode INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (notice_id, state, errcode)
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (
    mini_program_id INTEGER NOT NULL,
    hour_at INTEGER NOT NULL,
    template_id INTEGER NOT NULL,
    state INTEGER NOT NULL,
    errcode INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (mini_program_id, hour_at, template_id, state, errcode)
) STRICT, WITHOUT ROWID;
