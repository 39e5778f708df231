CREATE TABLE mini_programs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    appid TEXT NOT NULL UNIQUE,
    -- Sealed; never leaves the storage layer with the settings.
    sealed_secret TEXT NOT NULL,
    default_page TEXT NOT NULL,
    program_state TEXT NOT NULL,
    message_lang TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    require_login_token INTEGER NOT NULL CHECK (require_login_token IN (0, 1)),
    paused_until INTEGER,
    pause_errcode INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE tokens (
    mini_program_id INTEGER PRIMARY KEY REFERENCES mini_programs (id),
    -- Sealed; null when there is none to use.
    sealed TEXT,
    version INTEGER NOT NULL DEFAULT 0,
    expires_at INTEGER NOT NULL DEFAULT 0,
    obtained_at INTEGER NOT NULL DEFAULT 0,
    last_errcode INTEGER,
    last_errmsg TEXT,
    retry_at INTEGER NOT NULL DEFAULT 0,
    -- Who is refreshing, and until when nobody else may.
    lease INTEGER,
    lease_until INTEGER
) STRICT;

CREATE TABLE templates (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mini_program_id INTEGER NOT NULL REFERENCES mini_programs (id),
    pri_tmpl_id TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('one_time', 'long_term')),
    fields TEXT NOT NULL,
    archived_at INTEGER,
    created_at INTEGER NOT NULL,
    UNIQUE (mini_program_id, pri_tmpl_id)
) STRICT;
