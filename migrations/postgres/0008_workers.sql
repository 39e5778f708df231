-- Processes that send, as they last told of themselves; a row goes when its process stops in order or was silent for long.
CREATE TABLE workers (
    -- random, made at the start of the process
    id BIGINT NOT NULL PRIMARY KEY,
    host TEXT NOT NULL,
    pid BIGINT NOT NULL,
    version TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    beat_at BIGINT NOT NULL,
    draining BIGINT NOT NULL,
    under_way BIGINT NOT NULL,
    -- of the last minute
    sent BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    -- thousandths of a result per second
    millirate BIGINT NOT NULL,
    p50_ms BIGINT,
    p95_ms BIGINT,
    -- JSON: what was finished in the last minute by mini program, and the errcodes of the last five
    paces TEXT NOT NULL,
    errors TEXT NOT NULL,
    -- JSON: what is dangerous about the settings
    warnings TEXT NOT NULL
);
