-- What was wrong with the last time of a repetition (JSON), when that was, and the draft that it left behind.
ALTER TABLE recurrences ADD COLUMN trouble TEXT;
ALTER TABLE recurrences ADD COLUMN trouble_at BIGINT;
ALTER TABLE recurrences ADD COLUMN trouble_notice BIGINT;
