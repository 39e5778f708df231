CREATE TABLE mini_programs (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name TEXT NOT NULL,
    appid TEXT COLLATE "C" NOT NULL UNIQUE,
    -- Sealed; never leaves the storage layer with the settings.
    sealed_secret TEXT NOT NULL,
    default_page TEXT NOT NULL,
    program_state TEXT NOT NULL,
    message_lang TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    require_login_token BIGINT NOT NULL CHECK (require_login_token IN (0, 1)),
    paused_until BIGINT,
    pause_errcode BIGINT,
    created_at BIGINT NOT NULL
);

CREATE TABLE tokens (
    mini_program_id BIGINT PRIMARY KEY REFERENCES mini_programs (id),
    -- Sealed; null when there is none to use.
    sealed TEXT,
    version BIGINT NOT NULL DEFAULT 0,
    expires_at BIGINT NOT NULL DEFAULT 0,
    obtained_at BIGINT NOT NULL DEFAULT 0,
    last_errcode BIGINT,
    last_errmsg TEXT,
    retry_at BIGINT NOT NULL DEFAULT 0,
    -- Who is refreshing, and until when nobody else may.
    lease BIGINT,
    lease_until BIGINT
);

CREATE TABLE templates (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mini_program_id BIGINT NOT NULL REFERENCES mini_programs (id),
    pri_tmpl_id TEXT COLLATE "C" NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('one_time', 'long_term')),
    fields TEXT NOT NULL,
    archived_at BIGINT,
    created_at BIGINT NOT NULL,
    UNIQUE (mini_program_id, pri_tmpl_id)
);
