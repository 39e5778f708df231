-- Control of notices: held back, followed up, approved, repeated.

-- Null: nothing holds it back. A running notice is held back by a time that has not come (scheduled), a second person who has
-- not agreed (approval), a person or too many failures (paused), or because its time was missed (missed). Claims pass it over.
ALTER TABLE notices ADD COLUMN hold TEXT CHECK (hold IN ('scheduled', 'approval', 'paused', 'missed'));
-- The code that most of the failures had which paused it.
ALTER TABLE notices ADD COLUMN hold_errcode INTEGER;
-- 1: a person chose the time; 0: it goes at once, after the time to undo.
ALTER TABLE notices ADD COLUMN planned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE notices ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;
-- 1: quiet hours and the frequency cap count for it.
ALTER TABLE notices ADD COLUMN heeds INTEGER NOT NULL DEFAULT 0;
-- 1: it was held back for long, so that its places in the queue are of rounds that others have left behind.
ALTER TABLE notices ADD COLUMN lags INTEGER NOT NULL DEFAULT 0;
-- What had ended, and failed by our side, when somebody let it go on; the share of failures is judged from there.
ALTER TABLE notices ADD COLUMN judged_ended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE notices ADD COLUMN judged_failed INTEGER NOT NULL DEFAULT 0;
-- JSON: what was foretold when it was confirmed.
ALTER TABLE notices ADD COLUMN forecast TEXT;
-- JSON: to whom it was ordered, for another one like it; null where that is a long list.
ALTER TABLE notices ADD COLUMN ordered TEXT;
ALTER TABLE notices ADD COLUMN recurrence_id INTEGER;
ALTER TABLE notices ADD COLUMN occurs_at INTEGER;

DROP INDEX notices_by_state;
CREATE INDEX notices_by_standing ON notices (mini_program_id, COALESCE(hold, state), id);
CREATE INDEX notices_scheduled ON notices (due_at) WHERE hold = 'scheduled';
-- An occurrence is ordered once.
CREATE UNIQUE INDEX notices_of_recurrence ON notices (recurrence_id, occurs_at) WHERE recurrence_id IS NOT NULL;

-- Who did what with a notice after it was written.
CREATE TABLE notice_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    notice_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    -- Empty: nobody, Yanshu did it.
    by_whom TEXT NOT NULL,
    what TEXT NOT NULL,
    note TEXT NOT NULL
) STRICT;

CREATE INDEX notice_log_by_notice ON notice_log (notice_id, id);

-- Notices that were made from what became of another one.
CREATE TABLE follow_ups (
    of_notice INTEGER NOT NULL,
    notice_id INTEGER NOT NULL PRIMARY KEY,
    -- Which of its deliveries, as JSON; the same words find the same draft.
    slice TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX follow_ups_of ON follow_ups (of_notice, notice_id);

-- How a mini program's notices are sent; no row: the usual rules.
CREATE TABLE send_rules (
    mini_program_id INTEGER PRIMARY KEY,
    -- Percent of failures that pause a notice, once so many have ended; 0: never.
    fail_share INTEGER NOT NULL,
    fail_after INTEGER NOT NULL,
    -- Minutes of the local day; null: no quiet hours.
    quiet_from INTEGER,
    quiet_to INTEGER,
    -- At most so many messages to a person in so many days; null: no cap.
    cap_n INTEGER,
    cap_days INTEGER,
    -- More than so many need a second person; null: never.
    approve_above INTEGER,
    -- The quiet hours that are now or next, worked out from the local time.
    quiet_since INTEGER NOT NULL DEFAULT 0,
    quiet_until INTEGER NOT NULL DEFAULT 0
) STRICT;

-- To whom a person sends a test of a notice first.
CREATE TABLE test_openids (
    user_id INTEGER NOT NULL,
    mini_program_id INTEGER NOT NULL,
    openid TEXT NOT NULL,
    PRIMARY KEY (user_id, mini_program_id)
) STRICT, WITHOUT ROWID;

-- Notices that are ordered again and again; each time makes a notice of its own.
CREATE TABLE recurrences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mini_program_id INTEGER NOT NULL,
    template_id INTEGER NOT NULL,
    content TEXT NOT NULL,
    audience TEXT NOT NULL,
    -- JSON: which days, at what local time.
    rule TEXT NOT NULL,
    urgent INTEGER NOT NULL,
    -- Null: it has been ended.
    next_at INTEGER,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX recurrences_due ON recurrences (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX recurrences_list ON recurrences (mini_program_id, id);
