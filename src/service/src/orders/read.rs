//! What business systems may look at: everything of their own mini program, and of others not even that it is there.

use crate::{ApiCaller, Services, UseError, UseResult};
use model::{
    delivery::{Delivery, DeliveryState},
    grant::Grant,
    ids::NoticeId,
    notice::{Notice, NoticeState},
    page::{At, Page},
    subscriber::{Subscriber, SubscriberFilter, SubscriberSummary},
    template::Template,
};
use std::sync::Arc;

/// A subscriber with what may still be sent.
#[derive(Clone, Debug)]
pub struct SubscriberBalances {
    /// The subscriber.
    pub subscriber: Subscriber,
    /// Each grant with its template.
    pub grants: Vec<(Template, Grant)>,
}

impl Services {
    /// A notice of the caller's mini program.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn notice_of(&self, caller: &ApiCaller, id: NoticeId) -> UseResult<Notice> {
        let notice = self.store.notice(id).await?.ok_or(UseError::NotFound)?;
        if notice.mini_program == caller.program.id { Ok(notice) } else { Err(UseError::NotFound) }
    }

    /// A page of them, newest first.
    ///
    /// # Errors
    /// `NotFound` for a template of another mini program.
    pub async fn notices_of(
        &self,
        caller: &ApiCaller,
        state: Option<NoticeState>,
        template: Option<&str>,
        at: At,
        size: i64,
    ) -> UseResult<Page<Notice>> {
        let template = match template {
            Some(name) => Some(self.template_of(caller, name).await?.ok_or(UseError::NotFound)?.id),
            None => None,
        };
        Ok(self.store.notices(caller.program.id, state, template, at, size).await?)
    }

    /// A page of a notice's deliveries.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn deliveries_of(
        &self,
        caller: &ApiCaller,
        id: NoticeId,
        (states, errcode): (&[DeliveryState], Option<i64>),
        at: At,
        size: i64,
    ) -> UseResult<Page<Delivery>> {
        self.notice_of(caller, id).await?;
        Ok(self.store.deliveries(id, states, errcode, at, size).await?)
    }

    /// Withdraws what of a notice has not been sent. `false`: there was nothing to withdraw, it had ended.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn cancel_of(self: &Arc<Self>, caller: &ApiCaller, id: NoticeId) -> UseResult<bool> {
        self.notice_of(caller, id).await?;
        match self.cancel_notice(id, &caller.key.signature()).await {
            Ok(()) => Ok(true),
            Err(UseError::NotFound) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// A page of subscribers, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn subscribers_of(
        &self,
        caller: &ApiCaller,
        search: &str,
        at: At,
        size: i64,
    ) -> UseResult<Page<SubscriberSummary>> {
        let filter = SubscriberFilter { search: search.to_owned(), ..SubscriberFilter::default() };
        Ok(self.store.subscribers(caller.program.id, &filter, at, size).await?)
    }

    /// A person, by openid.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn subscriber_of(&self, caller: &ApiCaller, openid: &str) -> UseResult<SubscriberBalances> {
        let found = self.store.subscriber_by_openid(caller.program.id, openid).await?;
        let subscriber = found.ok_or(UseError::NotFound)?;
        let templates = self.store.registered_templates(caller.program.id).await?;
        let grants = self.store.grants_of(subscriber.id).await?;
        let grants = grants
            .into_iter()
            .filter_map(|grant| Some((templates.iter().find(|t| t.id == grant.template)?.clone(), grant)))
            .collect();
        Ok(SubscriberBalances { subscriber, grants })
    }

    /// A template of the caller's mini program, by the platform's id or by our number.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn template_named(&self, caller: &ApiCaller, name: &str) -> UseResult<Template> {
        self.template_of(caller, name).await?.ok_or(UseError::NotFound)
    }
}
