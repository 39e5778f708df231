-- Both tables are exact: they change in the transaction of the change that they count. The error code is counted for
-- failed, unknown, skipped and cancelled; it is 0 for the other states.

CREATE TABLE notice_counts (
    notice_id BIGINT NOT NULL,
    state BIGINT NOT NULL,
    errcode BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (notice_id, state, errcode)
-- A running notice changes its few rows many times a second: room for new versions keeps that off the index.
) WITH (fillfactor = 50);

CREATE TABLE counters (
    mini_program_id BIGINT NOT NULL,
    hour_at BIGINT NOT NULL,
    template_id BIGINT NOT NULL,
    state BIGINT NOT NULL,
    errcode BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (mini_program_id, hour_at, template_id, state, errcode)
) WITH (fillfactor = 50);
