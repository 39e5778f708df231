-- Recipients of a notice that come with more than their openid: from a file, or from a business system. Staged while the
-- notice is a draft, kept with its deliveries, and removed with them: cut by notice as they are.
CREATE TABLE recipients (
    notice_id BIGINT NOT NULL,
    openid TEXT COLLATE "C" NOT NULL,
    -- Where it stood in the file or list.
    line BIGINT,
    -- JSON: the person's own values; null: none.
    data TEXT,
    -- JSON: why nothing can be sent to this person; null: nothing is wrong.
    problem TEXT,
    PRIMARY KEY (notice_id, openid)
) PARTITION BY RANGE (notice_id);

CREATE INDEX recipients_bad ON recipients (notice_id, openid) WHERE problem IS NOT NULL;

CREATE OR REPLACE FUNCTION add_part(number BIGINT) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first TEXT := CASE number WHEN 0 THEN 'MINVALUE' ELSE (number * 1000000)::text END;
BEGIN
    INSERT INTO parts (part) VALUES (number) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN RETURN; END IF;
    EXECUTE format('CREATE TABLE deliveries_%s PARTITION OF deliveries FOR VALUES FROM (%s) TO (%s) WITH (fillfactor = 90)',
                   number, first, (number + 1) * 1000000);
    EXECUTE format('CREATE TABLE attempts_%s PARTITION OF attempts FOR VALUES FROM (%s) TO (%s)',
                   number, first, (number + 1) * 1000000);
    EXECUTE format('CREATE TABLE recipients_%s PARTITION OF recipients FOR VALUES FROM (%s) TO (%s)',
                   number, first, (number + 1) * 1000000);
END $$;

-- The parts that are there already.
DO $$
DECLARE
    number BIGINT;
BEGIN
    FOR number IN SELECT part FROM parts LOOP
        EXECUTE format('CREATE TABLE recipients_%s PARTITION OF recipients FOR VALUES FROM (%s) TO (%s)', number,
                       CASE number WHEN 0 THEN 'MINVALUE' ELSE (number * 1000000)::text END, (number + 1) * 1000000);
    END LOOP;
END $$;

-- Whether a message of it may differ from person to person: only then does a claim look for values.
ALTER TABLE notices ADD COLUMN personal BIGINT NOT NULL DEFAULT 0;
