-- Recipients of a notice that come with more than their openid: from a file, or from a business system. Staged while the
-- notice is a draft, kept with its deliveries, and removed with them.
CREATE TABLE recipients (
    notice_id INTEGER NOT NULL,
    openid TEXT NOT NULL,
    -- Where it stood in the file or list.
    line INTEGER,
    -- JSON: the person's own values; null: none.
    data TEXT,
    -- JSON: why nothing can be sent to this person; null: nothing is wrong.
    problem TEXT,
    PRIMARY KEY (notice_id, openid)
) STRICT, WITHOUT ROWID;

CREATE INDEX recipients_bad ON recipients (notice_id, openid) WHERE problem IS NOT NULL;

-- Whether a message of it may differ from person to person: only then does a claim look for values.
ALTER TABLE notices ADD COLUMN personal INTEGER NOT NULL DEFAULT 0;
