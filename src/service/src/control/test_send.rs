//! A message to oneself first.

use crate::{NoticeView, Services, UseError, UseResult};
use model::{
    Problem,
    access::User,
    ids::{MiniProgramId, NoticeId},
    notice::Audience,
    recipient::Recipient,
    values,
};
use std::{collections::BTreeMap, sync::Arc};
use store::CopyOf;

/// Recipients among whom one without a problem is looked for.
const LOOKED_AT: i64 = 1_000;

impl Services {
    /// Sends a draft's message to one openid as a notice of its own, and remembers the openid for the person.
    ///
    /// # Errors
    /// `Invalid` where it is no openid, the person has no grant, or the draft is not ready.
    pub async fn send_test(self: &Arc<Self>, draft: NoticeId, openid: &str, user: &User) -> UseResult<NoticeId> {
        let view = self.notice(draft).await?;
        let openid = values::openid(openid).map_err(|p| p.at("test_openid"))?;
        self.store.remember_test_openid(user.id, view.mini_program.id, &openid).await?;
        let copy = self.copy_for_test(&view, openid, &user.name).await?;
        match self.confirm_test(copy, &user.name).await {
            Ok(()) => Ok(copy),
            Err(error) => {
                self.store.delete_draft(copy).await?;
                Err(error)
            }
        }
    }

    /// A draft for one openid. Where recipients have values of their own, with theirs, or else with those of the first one
    /// with whom nothing is wrong: a message as somebody will get it.
    async fn copy_for_test(&self, draft: &NoticeView, openid: String, by: &str) -> UseResult<NoticeId> {
        let id = draft.notice.id;
        let values = match self.brings_values(draft).await? {
            true => Some(match self.store.recipient(id, &openid).await? {
                Some(own) => own.values,
                None => self.first_values(id).await?,
            }),
            false => None,
        };
        let audience = if values.is_some() { Audience::Nobody } else { Audience::Openids(vec![openid.clone()]) };
        let copy = self.store.duplicate_notice(id, CopyOf::Others(&audience), by, self.now()).await?;
        let copy = copy.ok_or(UseError::NotFound)?;
        if let Some(values) = values {
            let tester = Recipient { values, ..Recipient::of(openid) };
            self.store.add_recipients(copy, &[tester], None).await?.ok_or(UseError::NotFound)?;
        }
        Ok(copy)
    }

    async fn first_values(&self, id: NoticeId) -> UseResult<BTreeMap<String, String>> {
        let some = self.store.recipients(id, false, "", LOOKED_AT).await?;
        Ok(some.into_iter().find(|row| row.problem.is_none()).map(|row| row.values).unwrap_or_default())
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
