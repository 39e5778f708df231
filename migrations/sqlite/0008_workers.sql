-- Processes that send, as they last told of themselves; a row goes when its process stops in order or was silent for long.
CREATE TABLE workers (
    -- random, made at the start of the process
    id INTEGER NOT NULL PRIMARY KEY,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    version TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    beat_at INTEGER NOT NULL,
    draining INTEGER NOT NULL,
    under_way INTEGER NOT NULL,
    -- of the last minute
    sent INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    -- thousandths of a result per second
    millirate INTEGER NOT NULL,
    p50_ms INTEGER,
    p95_ms INTEGER,
    -- JSON: what was finished in the last minute by mini program, and the errcodes of the last five
    paces TEXT NOT NULL,
    errors TEXT NOT NULL,
    -- JSON: what is dangerous about the settings
    warnings TEXT NOT NULL
) STRICT;
