-- No foreign keys in this file and in the tables of deliveries: rows come a million at a time, made by one statement from
-- their parents, and parents are never deleted. PostgreSQL would look each parent up again for each row.

CREATE TABLE subscribers (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mini_program_id BIGINT NOT NULL,
    openid TEXT COLLATE "C" NOT NULL,
    remark TEXT NOT NULL,
    -- The remark in lower case, so that both databases find the same whatever the letters.
    remark_key TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT,
    UNIQUE (mini_program_id, openid)
);

-- The list, newest first.
CREATE INDEX subscribers_list ON subscribers (mini_program_id, id);
-- A search in the remarks reads only those who have one.
CREATE INDEX subscribers_remarked ON subscribers (mini_program_id, id) WHERE remark_key <> '';

-- For a one-time template `reserved` of the `balance` are promised to deliveries that are pending or sending. The
-- balance may fall below it for a while, when the platform or a person takes grants away under a running notice.
CREATE TABLE grants (
    template_id BIGINT NOT NULL,
    subscriber_id BIGINT NOT NULL,
    balance BIGINT NOT NULL CHECK (balance >= 0),
    reserved BIGINT NOT NULL CHECK (reserved >= 0),
    refused BIGINT NOT NULL CHECK (refused IN (0, 1)),
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (template_id, subscriber_id)
-- Every grant is promised and then spent, often all of a template at once: with room for the new version of a row beside
-- the old one neither change touches an index.
) WITH (fillfactor = 50);

CREATE INDEX grants_by_subscriber ON grants (subscriber_id, template_id);

-- Append-only.
CREATE TABLE ledger (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscriber_id BIGINT NOT NULL,
    template_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    change BIGINT NOT NULL,
    balance_after BIGINT NOT NULL CHECK (balance_after >= 0),
    notice_id BIGINT,
    note TEXT NOT NULL
);

CREATE INDEX ledger_by_subscriber ON ledger (subscriber_id, id);
