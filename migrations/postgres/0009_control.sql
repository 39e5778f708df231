-- Control of notices: held back, followed up, approved, repeated.

-- Null: nothing holds it back. A running notice is held back by a time that has not come (scheduled), a second person who has
-- not agreed (approval), a person or too many failures (paused), or because its time was missed (missed). Claims pass it over.
ALTER TABLE notices ADD COLUMN hold TEXT CHECK (hold IN ('scheduled', 'approval', 'paused', 'missed'));
-- The code that most of the failures had which paused it.
ALTER TABLE notices ADD COLUMN hold_errcode BIGINT;
-- 1: a person chose the time; 0: it goes at once, after the time to undo.
ALTER TABLE notices ADD COLUMN planned BIGINT NOT NULL DEFAULT 0;
ALTER TABLE notices ADD COLUMN urgent BIGINT NOT NULL DEFAULT 0;
-- 1: quiet hours and the frequency cap count for it.
ALTER TABLE notices ADD COLUMN heeds BIGINT NOT NULL DEFAULT 0;
-- 1: it was held back for long, so that its places in the queue are of rounds that others have left behind.
ALTER TABLE notices ADD COLUMN lags BIGINT NOT NULL DEFAULT 0;
-- What had ended, and failed by our side, when somebody let it go on; the share of failures is judged from there.
ALTER TABLE notices ADD COLUMN judged_ended BIGINT NOT NULL DEFAULT 0;
ALTER TABLE notices ADD COLUMN judged_failed BIGINT NOT NULL DEFAULT 0;
-- JSON: what was foretold when it was confirmed.
ALTER TABLE notices ADD COLUMN forecast TEXT;
-- JSON: to whom it was ordered, for another one like it; null where that is a long list.
ALTER TABLE notices ADD COLUMN ordered TEXT;
ALTER TABLE notices ADD COLUMN recurrence_id BIGINT;
ALTER TABLE notices ADD COLUMN occurs_at BIGINT;

DROP INDEX notices_by_state;
CREATE INDEX notices_by_standing ON notices (mini_program_id, COALESCE(hold, state), id);
CREATE INDEX notices_scheduled ON notices (due_at) WHERE hold = 'scheduled';
-- An occurrence is ordered once.
CREATE UNIQUE INDEX notices_of_recurrence ON notices (recurrence_id, occurs_at) WHERE recurrence_id IS NOT NULL;

-- Who did what with a notice after it was written.
CREATE TABLE notice_log (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notice_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    -- Empty: nobody, Yanshu did it.
    by_whom TEXT NOT NULL,
    what TEXT NOT NULL,
    note TEXT NOT NULL
);

CREATE INDEX notice_log_by_notice ON notice_log (notice_id, id);

-- Notices that were made from what became of another one.
CREATE TABLE follow_ups (
    of_notice BIGINT NOT NULL,
    notice_id BIGINT NOT NULL PRIMARY KEY,
    -- Which of its deliveries, as JSON; the same words find the same draft.
    slice TEXT NOT NULL
);

CREATE INDEX follow_ups_of ON follow_ups (of_notice, notice_id);

-- How a mini program's notices are sent; no row: the usual rules.
CREATE TABLE send_rules (
    mini_program_id BIGINT PRIMARY KEY,
    -- Percent of failures that pause a notice, once so many have ended; 0: never.
    fail_share BIGINT NOT NULL,
    fail_after BIGINT NOT NULL,
    -- Minutes of the local day; null: no quiet hours.
    quiet_from BIGINT,
    quiet_to BIGINT,
    -- At most so many messages to a person in so many days; null: no cap.
    cap_n BIGINT,
    cap_days BIGINT,
    -- More than so many need a second person; null: never.
    approve_above BIGINT,
    -- The quiet hours that are now or next, worked out from the local time.
    quiet_since BIGINT NOT NULL DEFAULT 0,
    quiet_until BIGINT NOT NULL DEFAULT 0
);

-- To whom a person sends a test of a notice first.
CREATE TABLE test_openids (
    user_id BIGINT NOT NULL,
    mini_program_id BIGINT NOT NULL,
    openid TEXT NOT NULL,
    PRIMARY KEY (user_id, mini_program_id)
);

-- Notices that are ordered again and again; each time makes a notice of its own.
CREATE TABLE recurrences (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mini_program_id BIGINT NOT NULL,
    template_id BIGINT NOT NULL,
    content TEXT NOT NULL,
    audience TEXT NOT NULL,
    -- JSON: which days, at what local time.
    rule TEXT NOT NULL,
    urgent BIGINT NOT NULL,
    -- Null: it has been ended.
    next_at BIGINT,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX recurrences_due ON recurrences (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX recurrences_list ON recurrences (mini_program_id, id);
