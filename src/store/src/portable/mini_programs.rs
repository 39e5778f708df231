//! Mini programs and their secrets.

use super::{dialect::Backend, query, query_as};
use crate::{MiniPrograms, StoreError, StoreResult, records::MiniProgramRecord, text::text};
use async_trait::async_trait;
use model::{
    Millis,
    ids::MiniProgramId,
    mini_program::{MiniProgram, MiniProgramSettings},
};

/// No pause is longer than to the end of the day in China: what seems so is of a clock that has gone back since.
const LONGEST_PAUSE_MS: Millis = 93_600_000;
/// Pauses whose ends lie so close together are one.
const TOGETHER_MS: Millis = 60_000;

/// Every column but the secret.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, appid, default_page, program_state, message_lang, time_zone, require_login_token, \
             token_mode, api_base, grant_source, send_rate, send_at_once, callback_mode, login_epoch, paused_until, pause_errcode, created_at \
             FROM mini_programs ",
            $rest
        )
    };
}

#[async_trait]
impl MiniPrograms for Backend {
    async fn add_mini_program(
        &self,
        settings: &MiniProgramSettings,
        sealed_secret: &str,
        now: Millis,
    ) -> StoreResult<MiniProgramId> {
        let (id,) = query_as(
            "INSERT INTO mini_programs (name, appid, default_page, program_state, message_lang, time_zone,
                                        require_login_token, sealed_secret, created_at, token_mode, api_base,
                                        grant_source, send_rate, send_at_once)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             RETURNING id",
        )
        .bind(text(&settings.name))
        .bind(text(&settings.appid))
        .bind(text(&settings.default_page))
        .bind(settings.program_state.code())
        .bind(settings.message_lang.code())
        .bind(text(&settings.time_zone))
        .bind(i64::from(settings.require_login_token))
        .bind(text(sealed_secret))
        .bind(now)
        .bind(settings.token_mode.code())
        .bind(text(&settings.api_base))
        .bind(settings.grant_source.code())
        .bind(settings.send_rate)
        .bind(settings.send_at_once)
        .fetch_one(self.write())
        .await
        .map_err(|e| StoreError::unique(e, "appid"))?;
        Ok(MiniProgramId(id))
    }

    async fn change_mini_program(
        &self,
        id: MiniProgramId,
        settings: &MiniProgramSettings,
        sealed_secret: Option<&str>,
    ) -> StoreResult<bool> {
        let mut tx = self.begin().await?;
        // With another AppID, secret, token call or address the token is not the one that would be got now, and what made
        // sending rest may be mended. A refresh under way with the old settings loses its lease.
        query(
            "UPDATE tokens SET sealed = NULL, last_errcode = NULL, last_errmsg = NULL, retry_at = 0,
                               lease = NULL, lease_until = NULL
             WHERE mini_program_id = $1
               AND ($3 = 1 OR EXISTS (SELECT 1 FROM mini_programs m WHERE m.id = $1
                                      AND (m.appid <> $2 OR m.token_mode <> $4 OR m.api_base <> $5)))",
        )
        .bind(id.0)
        .bind(text(&settings.appid))
        .bind(i64::from(sealed_secret.is_some()))
        .bind(settings.token_mode.code())
        .bind(text(&settings.api_base))
        .execute(&mut *tx)
        .await?;
        let done = query(
            "UPDATE mini_programs
             SET paused_until = CASE WHEN appid <> $3 OR $9 IS NOT NULL THEN NULL ELSE paused_until END,
                 pause_errcode = CASE WHEN appid <> $3 OR $9 IS NOT NULL THEN NULL ELSE pause_errcode END,
                 name = $2, appid = $3, default_page = $4, program_state = $5, message_lang = $6, time_zone = $7,
                 require_login_token = $8, sealed_secret = COALESCE($9, sealed_secret),
                 token_mode = $10, api_base = $11, grant_source = $12, send_rate = $13,
                 send_at_once = $14
             WHERE id = $1",
        )
        .bind(id.0)
        .bind(text(&settings.name))
        .bind(text(&settings.appid))
        .bind(text(&settings.default_page))
        .bind(settings.program_state.code())
        .bind(settings.message_lang.code())
        .bind(text(&settings.time_zone))
        .bind(i64::from(settings.require_login_token))
        .bind(sealed_secret.map(text))
        .bind(settings.token_mode.code())
        .bind(text(&settings.api_base))
        .bind(settings.grant_source.code())
        .bind(settings.send_rate)
        .bind(settings.send_at_once)
        .execute(&mut *tx)
        .await
        .map_err(|e| StoreError::unique(e, "appid"))?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    async fn mini_program(&self, id: MiniProgramId) -> StoreResult<Option<MiniProgram>> {
        let row: Option<MiniProgramRecord> =
            query_as(select!("WHERE id = $1")).bind(id.0).fetch_optional(self.read()).await?;
        row.map(MiniProgram::try_from).transpose()
    }

    async fn mini_program_by_appid(&self, appid: &str) -> StoreResult<Option<MiniProgram>> {
        let row: Option<MiniProgramRecord> =
            query_as(select!("WHERE appid = $1")).bind(text(appid)).fetch_optional(self.read()).await?;
        row.map(MiniProgram::try_from).transpose()
    }

    async fn mini_programs(&self) -> StoreResult<Vec<MiniProgram>> {
        let rows: Vec<MiniProgramRecord> = query_as(select!("ORDER BY id")).fetch_all(self.read()).await?;
        rows.into_iter().map(MiniProgram::try_from).collect()
    }

    async fn sealed_secret(&self, id: MiniProgramId) -> StoreResult<Option<String>> {
        let row: Option<(String,)> = query_as("SELECT sealed_secret FROM mini_programs WHERE id = $1")
            .bind(id.0)
            .fetch_optional(self.read())
            .await?;
        Ok(row.map(|(secret,)| secret))
    }

    async fn rotate_login_key(&self, id: MiniProgramId, by: i64) -> StoreResult<Option<i64>> {
        let row: Option<(i64,)> =
            query_as("UPDATE mini_programs SET login_epoch = login_epoch + $2 WHERE id = $1 RETURNING login_epoch")
                .bind(id.0)
                .bind(by)
                .fetch_optional(self.write())
                .await?;
        Ok(row.map(|(epoch,)| epoch))
    }

    async fn pause_mini_program(
        &self,
        id: MiniProgramId,
        until: Millis,
        errcode: i64,
        now: Millis,
    ) -> StoreResult<bool> {
        let done = query(
            "UPDATE mini_programs SET paused_until = $2, pause_errcode = $3
             WHERE id = $1 AND (paused_until IS NULL OR paused_until <= $4 OR paused_until > $4 + $5
                                OR paused_until < $2 - $6)",
        )
        .bind(id.0)
        .bind(until)
        .bind(errcode)
        .bind(now)
        .bind(LONGEST_PAUSE_MS)
        .bind(TOGETHER_MS)
        .execute(self.write())
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn unpause_mini_program(&self, id: MiniProgramId) -> StoreResult<()> {
        query("UPDATE mini_programs SET paused_until = NULL, pause_errcode = NULL WHERE id = $1")
            .bind(id.0)
            .execute(self.write())
            .await?;
        Ok(())
    }
}
