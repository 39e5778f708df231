-- Tokens, template sync, callbacks and the ledger's second source.

-- Token call, base address, callback and login key of a mini program.
ALTER TABLE mini_programs ADD COLUMN token_mode TEXT NOT NULL DEFAULT 'stable';
ALTER TABLE mini_programs ADD COLUMN api_base TEXT NOT NULL DEFAULT '';
ALTER TABLE mini_programs ADD COLUMN grant_source TEXT NOT NULL DEFAULT 'both';
-- Null: no callback is set up. Token and key are sealed.
ALTER TABLE mini_programs ADD COLUMN callback_mode TEXT;
ALTER TABLE mini_programs ADD COLUMN sealed_callback_token TEXT;
ALTER TABLE mini_programs ADD COLUMN sealed_callback_key TEXT;
ALTER TABLE mini_programs ADD COLUMN login_epoch INTEGER NOT NULL DEFAULT 0;

-- The token that was called invalid last, as a digest: if the platform hands out the same again, it must be forced.
ALTER TABLE tokens ADD COLUMN dropped_digest TEXT;
ALTER TABLE tokens ADD COLUMN forced_at INTEGER NOT NULL DEFAULT 0;

ALTER TABLE templates ADD COLUMN validity_days INTEGER;
ALTER TABLE templates ADD COLUMN gone_at INTEGER;
ALTER TABLE templates ADD COLUMN synced_at INTEGER;

-- When it happened, where that is not when it was written.
ALTER TABLE ledger ADD COLUMN happened_at INTEGER;
-- The instant of the last answer that counted, so that a late event does not undo a newer one.
ALTER TABLE grants ADD COLUMN answered_at INTEGER NOT NULL DEFAULT 0;
-- The last instant at which the platform is known to have held nothing (43101, a refusal): no earlier acceptance counts.
ALTER TABLE grants ADD COLUMN emptied_at INTEGER NOT NULL DEFAULT 0;

-- What the platform allows only so often: `period` is a day (2026-11-21) or a month (2026-11) in China.
CREATE TABLE uses (
    mini_program_id INTEGER NOT NULL,
    what TEXT NOT NULL,
    period TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (mini_program_id, what, period)
) STRICT, WITHOUT ROWID;

-- Answers of the platform that are asked for sparingly: templates, public library, quota, request details.
CREATE TABLE snapshots (
    mini_program_id INTEGER NOT NULL,
    what TEXT NOT NULL,
    key TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (mini_program_id, what, key)
) STRICT;

-- Pushes of the platform: stored first, worked off after. `digest` names a push, so that a repeated one is absorbed.
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mini_program_id INTEGER NOT NULL,
    digest TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    -- Null: it waits, until `due_at` for its next try.
    done_at INTEGER,
    due_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    unmatched INTEGER NOT NULL DEFAULT 0,
    UNIQUE (mini_program_id, digest)
) STRICT;

CREATE INDEX events_waiting ON events (due_at, id) WHERE done_at IS NULL;
CREATE INDEX events_list ON events (mini_program_id, id);
CREATE INDEX events_by_age ON events (received_at);

CREATE TABLE callback_tallies (
    mini_program_id INTEGER NOT NULL,
    what TEXT NOT NULL,
    n INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    last_lag_ms INTEGER,
    PRIMARY KEY (mini_program_id, what)
) STRICT, WITHOUT ROWID;

-- Taps that one source has told of and the other has not yet; a row goes when its pair comes or its time is over.
CREATE TABLE taps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subscriber_id INTEGER NOT NULL,
    template_id INTEGER NOT NULL,
    -- `report` or `event`
    source TEXT NOT NULL,
    answer TEXT NOT NULL,
    happened_at INTEGER NOT NULL
) STRICT;

CREATE INDEX taps_by_person ON taps (subscriber_id, template_id, happened_at);
CREATE INDEX taps_by_age ON taps (happened_at);

-- Reports that carried an id, so that a repeated one counts once.
CREATE TABLE reports (
    subscriber_id INTEGER NOT NULL,
    report_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (subscriber_id, report_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX reports_by_age ON reports (at);
