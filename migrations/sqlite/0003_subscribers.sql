-- No foreign keys in this file and in the tables of deliveries: rows come a million at a time, made by one statement from
-- their parents, and parents are never deleted. PostgreSQL would look each parent up again for each row.

CREATE TABLE subscribers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mini_program_id INTEGER NOT NULL,
    openid TEXT NOT NULL,
    remark TEXT NOT NULL,
    -- The remark in lower case, so that both databases find the same whatever the letters.
    remark_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER,
    UNIQUE (mini_program_id, openid)
) STRICT;

-- The list, newest first.
CREATE INDEX subscribers_list ON subscribers (mini_program_id, id);
-- A search in the remarks reads only those who have one.
CREATE INDEX subscribers_remarked ON subscribers (mini_program_id, id) WHERE remark_key <> '';

-- For a one-time template `reserved` of the `balance` are promised to deliveries that are pending or sending. The
-- balance may fall below it for a while, when the platform or a person takes grants away under a running notice.
CREATE TABLE grants (
    template_id INTEGER NOT NULL,
    subscriber_id INTEGER NOT NULL,
    balance INTEGER NOT NULL CHECK (balance >= 0),
    reserved INTEGER NOT NULL CHECK (reserved >= 0),
    refused INTEGER NOT NULL CHECK (refused IN (0, 1)),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (template_id, subscriber_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX grants_by_subscriber ON grants (subscriber_id, template_id);

-- Append-only.
CREATE TABLE ledger (
    id INTEGER PRIMARY KEY,
    subscriber_id INTEGER NOT NULL,
    template_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    change INTEGER NOT NULL,
    balance_after INTEGER NOT NULL CHECK (balance_after >= 0),
    notice_id INTEGER,
    note TEXT NOT NULL
) STRICT;

CREATE INDEX ledger_by_subscriber ON ledger (subscriber_id, id);
