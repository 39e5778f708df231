//! A message to oneself first.

use crate::{Services, UseError, UseResult};
use model::{
    Problem,
    access::User,
    ids::{MiniProgramId, NoticeId},
    notice::Audience,
    values,
};
use std::sync::Arc;

impl Services {
    /// Sends a draft's message to one openid as a notice of its own, and remembers the openid for the person.
    ///
    /// # Errors
    /// `Invalid` where it is no openid, the person has no grant, or the draft is not ready.
    pub async fn send_test(self: &Arc<Self>, draft: NoticeId, openid: &str, user: &User) -> UseResult<NoticeId> {
        let view = self.notice(draft).await?;
        let openid = values::openid(openid).map_err(|p| p.at("test_openid"))?;
        self.store.remember_test_openid(user.id, view.mini_program.id, &openid).await?;
        let audience = Audience::Openids(vec![openid]);
        let copy = self.store.duplicate_notice(draft, &audience, &user.name, self.now()).await?;
        let copy = copy.ok_or(UseError::NotFound)?;
        match self.confirm_test(copy, &user.name).await {
            Ok(()) => Ok(copy),
            Err(error) => {
                self.store.delete_draft(copy).await?;
                Err(error)
            }
        }
    }

    async fn confirm_test(self: &Arc<Self>, copy: NoticeId, by: &str) -> UseResult<()> {
        if self.review(copy).await?.preflight.will_send == 0 {
            return Err(Problem::of(
                "test_openid",
                "no_grant",
                "这个 openid 没有这个模板的可用额度，收不到测试消息。请先在小程序里同意订阅一次。",
                "This openid has no grant for the template, so no test can reach it. Accept once in the mini program first.",
            )
            .into());
        }
        self.confirm(copy, 1, super::When::Now, by).await
    }

    /// To whom a person sent tests last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn test_openid(&self, user: &User, program: MiniProgramId) -> UseResult<Option<String>> {
        Ok(self.store.test_openid(user.id, program).await?)
    }
}
