//! Webhooks.

mod calls;
mod endpoints;
mod events;

use super::{
    dialect::{self, Backend, Conn},
    query, query_as,
};
use crate::{DueMessage, Fate, NewMessage, SealedSecrets, StoreResult, Webhooks};
use async_trait::async_trait;
use model::{
    Millis,
    ids::{EndpointId, MiniProgramId},
    page::{At, Page},
    webhook::{Call, DisabledWhy, Endpoint, Event, Message},
};

pub(super) use events::{note, note_anyway, note_attention};

/// Locks an endpoint until the transaction ends, before any of its messages: whoever takes messages, ends one or removes all
/// goes one after the other. `false` when there is none.
async fn hold(conn: &mut Conn, endpoint: i64) -> StoreResult<bool> {
    let row: Option<(i64,)> =
        query_as(concat!("SELECT e.id FROM webhook_endpoints e WHERE e.id = $1", for_update!("e")))
            .bind(endpoint)
            .fetch_optional(conn)
            .await?;
    Ok(row.is_some())
}

#[async_trait]
impl Webhooks for Backend {
    async fn add_endpoint(
        &self,
        mini_program: MiniProgramId,
        url: &str,
        sealed_secret: &str,
        wants: i64,
        by: &str,
        now: Millis,
    ) -> StoreResult<EndpointId> {
        endpoints::add(self, mini_program, url, sealed_secret, wants, by, now).await
    }

    async fn endpoints(&self, mini_program: MiniProgramId) -> StoreResult<Vec<Endpoint>> {
        endpoints::of(self, mini_program).await
    }

    async fn endpoint(&self, id: EndpointId) -> StoreResult<Option<(Endpoint, SealedSecrets)>> {
        endpoints::one(self, id).await
    }

    async fn change_endpoint(&self, id: EndpointId, url: &str, wants: i64) -> StoreResult<bool> {
        endpoints::change(self, id, url, wants).await
    }

    async fn change_endpoint_secret(
        &self,
        id: EndpointId,
        sealed_secret: &str,
        old_until: Millis,
    ) -> StoreResult<bool> {
        endpoints::change_secret(self, id, sealed_secret, old_until).await
    }

    async fn switch_endpoint(&self, id: EndpointId, off: Option<DisabledWhy>, now: Millis) -> StoreResult<bool> {
        endpoints::switch(self, id, off, now).await
    }

    async fn delete_endpoint(&self, id: EndpointId) -> StoreResult<bool> {
        endpoints::delete(self, id).await
    }

    async fn endpoints_on(&self) -> StoreResult<Vec<Endpoint>> {
        endpoints::on(self).await
    }

    async fn webhook_events(&self, limit: i64) -> StoreResult<Vec<Event>> {
        events::waiting(self, limit).await
    }

    async fn pack_webhooks(&self, events: &[i64], messages: &[NewMessage], now: Millis) -> StoreResult<bool> {
        events::pack(self, events, messages, now).await
    }

    async fn claim_webhooks(
        &self,
        endpoint: EndpointId,
        lease: i64,
        at_once: i64,
        now: Millis,
        until: Millis,
    ) -> StoreResult<Vec<DueMessage>> {
        calls::claim(self, endpoint, lease, at_once, now, until).await
    }

    async fn end_webhook(
        &self,
        message: i64,
        lease: i64,
        call: &Call,
        fate: Fate,
        failing: Millis,
        now: Millis,
    ) -> StoreResult<bool> {
        calls::end(self, (message, lease), call, fate, failing, now).await
    }

    async fn webhook_messages(&self, endpoint: EndpointId, at: At, size: i64) -> StoreResult<Page<Message>> {
        calls::messages(self, endpoint, at, size).await
    }

    async fn resend_webhook(&self, endpoint: EndpointId, message: i64, now: Millis) -> StoreResult<bool> {
        calls::resend(self, endpoint, message, now).await
    }

    async fn prune_webhooks(&self, before: Millis, taken_before: Millis, limit: i64) -> StoreResult<u64> {
        events::prune(self, before, taken_before, limit).await
    }
}
