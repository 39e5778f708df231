-- A webhook's secret that was changed signs beside the new one for a day, so that the receiver can be changed without losing
-- a message.
ALTER TABLE webhook_endpoints ADD COLUMN sealed_old_secret TEXT;
ALTER TABLE webhook_endpoints ADD COLUMN old_secret_until INTEGER;

-- Why somebody is wanted, where the notice does not tell.
ALTER TABLE webhook_events ADD COLUMN reason TEXT;

-- WeChat gives no access token: told once for each change of the code, not for each try. Codes below 1 are of a line or a
-- platform that is busy, 45011 ends with the minute: they pass by themselves.
CREATE TRIGGER webhook_token_trouble AFTER UPDATE OF last_errcode ON tokens
WHEN NEW.last_errcode > 0 AND NEW.last_errcode <> 45011 AND NEW.last_errcode <> COALESCE(OLD.last_errcode, 0)
BEGIN
    INSERT INTO webhook_events (mini_program_id, kind, errcode, reason)
    SELECT NEW.mini_program_id, 4, NEW.last_errcode, 'token_failing'
    WHERE EXISTS (SELECT 1 FROM webhook_endpoints e
                  WHERE e.mini_program_id = NEW.mini_program_id AND e.disabled_at IS NULL AND e.wants & 4 <> 0);
END;
