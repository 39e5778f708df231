-- Webhooks: what happened is written down in the transaction in which it happened, where somebody wants to hear of it;
-- packed into messages; and called out until it was heard.

CREATE TABLE webhook_endpoints (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mini_program_id INTEGER NOT NULL REFERENCES mini_programs (id),
    url TEXT NOT NULL,
    sealed_secret TEXT NOT NULL,
    -- A bit set: 1 results of deliveries, 2 notices that finished, 4 what needs attention.
    wants INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- Since when every call has failed; null: the last one did not.
    failing_since INTEGER,
    disabled_at INTEGER,
    -- person, failing (for days) or gone (410)
    disabled_why TEXT
) STRICT;

CREATE INDEX webhook_endpoints_list ON webhook_endpoints (mini_program_id, id);

-- What happened and is in no message yet.
CREATE TABLE webhook_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mini_program_id INTEGER NOT NULL,
    -- One of the bits above.
    kind INTEGER NOT NULL,
    -- Null: it concerns the whole mini program.
    notice_id INTEGER,
    subscriber_id INTEGER,
    state INTEGER,
    errcode INTEGER,
    -- Null where the database alone knows that it happened.
    at INTEGER
) STRICT;

CREATE TABLE webhook_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    endpoint_id INTEGER NOT NULL,
    -- Names it to the receiver; the same for each try.
    name TEXT NOT NULL,
    kind INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- 0 waiting, 1 taken, 2 given up
    state INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL,
    lease INTEGER NOT NULL DEFAULT 0,
    -- 0: nobody has it.
    lease_until INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX webhook_messages_list ON webhook_messages (endpoint_id, id);
CREATE INDEX webhook_messages_due ON webhook_messages (endpoint_id, next_at, id) WHERE state = 0;
CREATE INDEX webhook_messages_leased ON webhook_messages (endpoint_id) WHERE lease_until > 0;
CREATE INDEX webhook_messages_by_age ON webhook_messages (created_at);

CREATE TABLE webhook_attempts (
    message_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    -- HTTP status; null: there was no answer.
    status INTEGER,
    fault TEXT,
    -- The beginning of the answer.
    answer TEXT,
    PRIMARY KEY (message_id, number)
) STRICT, WITHOUT ROWID;

-- Whoever ends a notice, by whatever way, need not know of webhooks: the database writes down that it happened. It costs one
-- look at an index for each notice, and nothing for each delivery.
CREATE TRIGGER webhook_notice_finished AFTER UPDATE OF finished_at ON notices
WHEN NEW.finished_at IS NOT NULL AND OLD.finished_at IS NULL
BEGIN
    INSERT INTO webhook_events (mini_program_id, kind, notice_id, at)
    SELECT NEW.mini_program_id, 2, NEW.id, NEW.finished_at
    WHERE EXISTS (SELECT 1 FROM webhook_endpoints e
                  WHERE e.mini_program_id = NEW.mini_program_id AND e.disabled_at IS NULL AND e.wants & 2 <> 0);
END;

CREATE TRIGGER webhook_notice_stopped AFTER UPDATE OF state ON notices
WHEN NEW.state = 'stopped' AND OLD.state <> 'stopped'
BEGIN
    INSERT INTO webhook_events (mini_program_id, kind, notice_id, errcode)
    SELECT NEW.mini_program_id, 4, NEW.id, NEW.stop_errcode
    WHERE EXISTS (SELECT 1 FROM webhook_endpoints e
                  WHERE e.mini_program_id = NEW.mini_program_id AND e.disabled_at IS NULL AND e.wants & 4 <> 0);
END;

-- It waits for somebody: paused by failures, missed, or to be approved.
CREATE TRIGGER webhook_notice_held AFTER UPDATE OF hold ON notices
WHEN NEW.hold <> COALESCE(OLD.hold, '')
     AND (NEW.hold IN ('missed', 'approval') OR NEW.hold = 'paused' AND NEW.hold_errcode IS NOT NULL)
BEGIN
    INSERT INTO webhook_events (mini_program_id, kind, notice_id, errcode)
    SELECT NEW.mini_program_id, 4, NEW.id, NEW.hold_errcode
    WHERE EXISTS (SELECT 1 FROM webhook_endpoints e
                  WHERE e.mini_program_id = NEW.mini_program_id AND e.disabled_at IS NULL AND e.wants & 4 <> 0);
END;

CREATE TRIGGER webhook_sending_rests AFTER UPDATE OF paused_until ON mini_programs
WHEN NEW.paused_until IS NOT NULL AND NEW.paused_until <> COALESCE(OLD.paused_until, 0)
BEGIN
    INSERT INTO webhook_events (mini_program_id, kind, errcode)
    SELECT NEW.id, 4, NEW.pause_errcode
    WHERE EXISTS (SELECT 1 FROM webhook_endpoints e
                  WHERE e.mini_program_id = NEW.id AND e.disabled_at IS NULL AND e.wants & 4 <> 0);
END;
