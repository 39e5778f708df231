-- Files of recipients and of subscribers, tags and attributes of people, saved filters.

-- A file that was handed in. It is read by the process that runs it; `beat_at` tells that it still does.
CREATE TABLE imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mini_program_id INTEGER NOT NULL,
    -- Null: a file of subscribers.
    notice_id INTEGER,
    file_name TEXT NOT NULL,
    -- Where the file lies on the machine that took it.
    path TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    -- JSON: what the file is, and what each column means.
    shape TEXT NOT NULL,
    columns TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('uploaded', 'running', 'done', 'stopped', 'failed')),
    -- Random, of the run that may write; null before the first.
    run INTEGER,
    stop_asked INTEGER NOT NULL DEFAULT 0 CHECK (stop_asked IN (0, 1)),
    beat_at INTEGER NOT NULL,
    permille INTEGER NOT NULL DEFAULT 0,
    n_rows INTEGER NOT NULL DEFAULT 0,
    n_added INTEGER NOT NULL DEFAULT 0,
    n_bad INTEGER NOT NULL DEFAULT 0,
    n_duplicates INTEGER NOT NULL DEFAULT 0,
    -- JSON: why it failed.
    problem TEXT,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX imports_by_notice ON imports (notice_id, id) WHERE notice_id IS NOT NULL;
CREATE INDEX imports_of_subscribers ON imports (mini_program_id, id) WHERE notice_id IS NULL;
CREATE INDEX imports_by_age ON imports (created_at);

-- Rows that were left out, as they stood in the file.
CREATE TABLE import_errors (
    import_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    -- JSON
    problem TEXT NOT NULL,
    cells TEXT NOT NULL,
    PRIMARY KEY (import_id, line)
) STRICT, WITHOUT ROWID;

-- What the columns of a file meant the last time, by its header.
CREATE TABLE column_choices (
    mini_program_id INTEGER NOT NULL,
    -- 0: a file of subscribers.
    template_id INTEGER NOT NULL,
    header TEXT NOT NULL,
    columns TEXT NOT NULL,
    PRIMARY KEY (mini_program_id, template_id, header)
) STRICT, WITHOUT ROWID;

CREATE TABLE subscriber_tags (
    mini_program_id INTEGER NOT NULL,
    tag TEXT NOT NULL,
    subscriber_id INTEGER NOT NULL,
    PRIMARY KEY (mini_program_id, tag, subscriber_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX subscriber_tags_by_person ON subscriber_tags (subscriber_id, tag);

CREATE TABLE subscriber_attributes (
    subscriber_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    mini_program_id INTEGER NOT NULL,
    PRIMARY KEY (subscriber_id, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX subscriber_attributes_by_value ON subscriber_attributes (mini_program_id, name, value, subscriber_id);

-- Filters with a name.
CREATE TABLE segments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mini_program_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    -- JSON
    filter TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (mini_program_id, name)
) STRICT;

-- JSON: what filling the placeholders for everybody came to, and of which content and audience that holds.
ALTER TABLE notices ADD COLUMN checked TEXT;
