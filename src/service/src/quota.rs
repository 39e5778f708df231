//! The platform's call counters of a mini program.

use crate::{Services, UseError, UseResult, zone};
use model::{
    Millis, Problem,
    ids::MiniProgramId,
    platform::{CallbackCheck, Quota, RESETS_A_MONTH, RidDetail, Use},
};
use wechat::{CheckOrder, SEND_PATH};

impl Services {
    /// Asks WeChat how many sends are left today, and keeps the answer.
    ///
    /// # Errors
    /// `Platform` when WeChat refuses or cannot be reached.
    pub async fn look_up_quota(&self, id: MiniProgramId) -> UseResult<Quota> {
        let quota = self.call(id, |client, token| async move { client.quota(&token, SEND_PATH).await }).await?;
        self.keep(id, "quota", "", &quota).await?;
        Ok(quota)
    }

    /// The answer of the last [`Services::look_up_quota`], and when it was given.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn quota_seen(&self, id: MiniProgramId) -> UseResult<Option<(Millis, Quota)>> {
        self.kept(id, "quota", "").await
    }

    /// Resets of the call counters that are left this month, as far as we know: those made in WeChat's console are not
    /// seen here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn resets_left(&self, id: MiniProgramId) -> UseResult<i64> {
        let uses = self.store.uses(id, &zone::china_month(self.now())).await?;
        let used = uses.iter().find(|(what, _)| *what == Use::Reset).map_or(0, |(_, n)| *n);
        Ok((RESETS_A_MONTH - used).max(0))
    }

    /// Resets the call counters of a mini program at WeChat and lets its sending go on. `left` is what the person was
    /// shown; if it is not true any more nothing is done.
    ///
    /// # Errors
    /// `Invalid` when the number changed, `Platform` when WeChat refuses (48006: none left).
    pub async fn clear_quota(&self, id: MiniProgramId, left: i64) -> UseResult<()> {
        if self.resets_left(id).await? != left {
            return Err(Problem::of(
                "left",
                "changed",
                "本月剩余的清零次数已变化，请核对后再确认。",
                "The number of resets left has changed in the meantime. Look at it again.",
            )
            .into());
        }
        let program = self.mini_program(id).await?;
        let appid = program.settings.appid.as_str();
        let cleared = self.call(id, |client, token| async move { client.clear_quota(&token, appid).await }).await;
        match cleared {
            // Even the quota of the token call is used up: the other way needs none.
            Err(UseError::Platform(error)) if error.errcode() == Some(45009) => {
                let credentials = self.tokens.credentials(id).await?;
                self.tokens.client(&program)?.clear_quota_by_secret(&credentials).await?;
            }
            other => other?,
        }
        self.store.count_use(id, Use::Reset, &zone::china_month(self.now())).await?;
        self.store.unpause_mini_program(id).await?;
        self.wake_engine();
        Ok(())
    }

    /// Asks WeChat what it kept of a call of the last seven days, and keeps the answer.
    ///
    /// # Errors
    /// `Platform` when WeChat refuses (76001: not known, 76004: too old).
    pub async fn ask_rid(&self, id: MiniProgramId, rid: &str) -> UseResult<RidDetail> {
        let rid = rid.trim();
        if rid.is_empty() || rid.len() > 64 || !rid.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err(Problem::of("rid", "bad_rid", "rid 格式不正确。", "This is no rid.").into());
        }
        let detail = self.call(id, |client, token| async move { client.rid_detail(&token, rid).await }).await?;
        self.keep(id, "rid", rid, &detail).await?;
        Ok(detail)
    }

    /// The answer of [`Services::ask_rid`], if it was asked before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rid_seen(&self, id: MiniProgramId, rid: &str) -> UseResult<Option<(Millis, RidDetail)>> {
        self.kept(id, "rid", rid).await
    }

    /// Asks WeChat whether it finds the callback's host, and keeps the answer.
    ///
    /// # Errors
    /// `Platform` when WeChat refuses (40201: no callback URL is set there).
    pub async fn check_callback(&self, id: MiniProgramId) -> UseResult<CallbackCheck> {
        let check =
            self.call(id, |client, token| async move { client.callback_check(&token, CheckOrder::All).await }).await?;
        self.keep(id, "callback_check", "", &check).await?;
        Ok(check)
    }

    /// The answer of the last [`Services::check_callback`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn callback_check_seen(&self, id: MiniProgramId) -> UseResult<Option<(Millis, CallbackCheck)>> {
        self.kept(id, "callback_check", "").await
    }
}
