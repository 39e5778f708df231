-- Tokens, template sync, callbacks and the ledger's second source.

-- Token call, base address, callback and login key of a mini program.
ALTER TABLE mini_programs ADD COLUMN token_mode TEXT NOT NULL DEFAULT 'stable';
ALTER TABLE mini_programs ADD COLUMN api_base TEXT NOT NULL DEFAULT '';
ALTER TABLE mini_programs ADD COLUMN grant_source TEXT NOT NULL DEFAULT 'both';
-- Null: no callback is set up. Token and key are sealed.
ALTER TABLE mini_programs ADD COLUMN callback_mode TEXT;
ALTER TABLE mini_programs ADD COLUMN sealed_callback_token TEXT;
ALTER TABLE mini_programs ADD COLUMN sealed_callback_key TEXT;
ALTER TABLE mini_programs ADD COLUMN login_epoch BIGINT NOT NULL DEFAULT 0;

-- The token that was called invalid last, as a digest: if the platform hands out the same again, it must be forced.
ALTER TABLE tokens ADD COLUMN dropped_digest TEXT;
ALTER TABLE tokens ADD COLUMN forced_at BIGINT NOT NULL DEFAULT 0;

ALTER TABLE templates ADD COLUMN validity_days BIGINT;
ALTER TABLE templates ADD COLUMN gone_at BIGINT;
ALTER TABLE templates ADD COLUMN synced_at BIGINT;

-- When it happened, where that is not when it was written.
ALTER TABLE ledger ADD COLUMN happened_at BIGINT;
-- The instant of the last answer that counted, so that a late event does not undo a newer one.
ALTER TABLE grants ADD COLUMN answered_at BIGINT NOT NULL DEFAULT 0;
-- The last instant at which the platform is known to have held nothing (43101, a refusal): no earlier acceptance counts.
ALTER TABLE grants ADD COLUMN emptied_at BIGINT NOT NULL DEFAULT 0;

-- What the platform allows only so often: `period` is a day (2026-11-21) or a month (2026-11) in China.
CREATE TABLE uses (
    mini_program_id BIGINT NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    period TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (mini_program_id, what, period)
);

-- Answers of the platform that are asked for sparingly: templates, public library, quota, request details.
CREATE TABLE snapshots (
    mini_program_id BIGINT NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (mini_program_id, what, key)
);

-- Pushes of the platform: stored first, worked off after. `digest` names a push, so that a repeated one is absorbed.
CREATE TABLE events (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mini_program_id BIGINT NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    received_at BIGINT NOT NULL,
    body TEXT NOT NULL,
    -- Null: it waits, until `due_at` for its next try.
    done_at BIGINT,
    due_at BIGINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    unmatched BIGINT NOT NULL DEFAULT 0,
    UNIQUE (mini_program_id, digest)
);

CREATE INDEX events_waiting ON events (due_at, id) WHERE done_at IS NULL;
CREATE INDEX events_list ON events (mini_program_id, id);
CREATE INDEX events_by_age ON events (received_at);

CREATE TABLE callback_tallies (
    mini_program_id BIGINT NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    last_lag_ms BIGINT,
    PRIMARY KEY (mini_program_id, what)
);

-- Taps that one source has told of and the other has not yet; a row goes when its pair comes or its time is over.
CREATE TABLE taps (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscriber_id BIGINT NOT NULL,
    template_id BIGINT NOT NULL,
    -- `report` or `event`
    source TEXT NOT NULL,
    answer TEXT NOT NULL,
    happened_at BIGINT NOT NULL
);

CREATE INDEX taps_by_person ON taps (subscriber_id, template_id, happened_at);
CREATE INDEX taps_by_age ON taps (happened_at);

-- Reports that carried an id, so that a repeated one counts once.
CREATE TABLE reports (
    subscriber_id BIGINT NOT NULL,
    report_id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (subscriber_id, report_id)
);

CREATE INDEX reports_by_age ON reports (at);
