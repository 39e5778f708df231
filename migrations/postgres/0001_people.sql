-- Rules of this schema: every integer is 64 bits wide, instants are UTC milliseconds, JSON is text, flags are 0 or 1. The same
-- file stands in the other dialect's folder; the two differ in types and storage options only. Keys that are compared or
-- searched by their beginning have the collation "C": byte order, as in SQLite.

CREATE TABLE users (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name TEXT NOT NULL,
    -- The name in lower case: one Ann, whatever the case.
    name_key TEXT COLLATE "C" NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('administrator', 'operator')),
    session_epoch BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    last_sign_in_at BIGINT
);

CREATE TABLE sessions (
    id TEXT COLLATE "C" PRIMARY KEY,
    data TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE sign_in_failures (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Whom the failure counts against: an address or a name.
    key TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL
);

CREATE INDEX sign_in_failures_by_key ON sign_in_failures (key, at);
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (at);
