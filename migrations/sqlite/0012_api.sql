-- The business API: keys, and answers that are kept for a day so that a repeated request does nothing twice.

CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mini_program_id INTEGER NOT NULL REFERENCES mini_programs (id),
    name TEXT NOT NULL,
    -- The part of the key that may be shown; the key is looked up by it.
    public_id TEXT NOT NULL UNIQUE,
    -- SHA-256 of the secret part, 64 hex digits. The secret is 256 random bits: there is nothing to guess.
    digest TEXT NOT NULL,
    -- JSON: what the key may do.
    scopes TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    revoked_by TEXT,
    last_used_at INTEGER
) STRICT;

CREATE INDEX api_keys_list ON api_keys (mini_program_id, id);

CREATE TABLE idempotency (
    api_key_id INTEGER NOT NULL,
    -- What the caller named its request.
    name TEXT NOT NULL,
    -- SHA-256 of method, path and body: another request under the same name is refused.
    digest TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- Of whoever is doing it now; over when the answer is there.
    lease INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    -- The draft that was made for it, so that whoever takes over after a crash goes on from there.
    notice_id INTEGER,
    status INTEGER,
    answer TEXT,
    PRIMARY KEY (api_key_id, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_by_age ON idempotency (created_at);
