//! Webhooks: endpoints, what happened, messages, calls.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Millis,
    ids::{EndpointId, MiniProgramId},
    page::{At, Page},
    webhook::{Call, DisabledWhy, Endpoint, Event, EventKind, Message},
};

/// A message to be stored.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// To which endpoint.
    pub endpoint: EndpointId,
    /// What the receiver knows it by.
    pub name: String,
    /// What it tells.
    pub kind: EventKind,
    /// JSON.
    pub body: String,
}

/// What messages to an endpoint are signed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedSecrets {
    /// The secret.
    pub current: String,
    /// The one before it, and until when it signs too.
    pub old: Option<(String, Millis)>,
}

/// A message leased to the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueMessage {
    /// Row id.
    pub id: i64,
    /// What the receiver knows it by.
    pub name: String,
    /// JSON.
    pub body: String,
    /// Calls made before.
    pub tries: i64,
}

/// What becomes of a message after a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The receiver took it.
    Taken,
    /// Another try, then.
    Again(Millis),
    /// Tried often enough.
    GivenUp,
    /// The receiver wants nothing any more: the endpoint is switched off.
    Gone,
}

/// Webhooks.
#[async_trait]
pub trait Webhooks {
    /// Adds an endpoint.
    async fn add_endpoint(
        &self,
        mini_program: MiniProgramId,
        url: &str,
        sealed_secret: &str,
        wants: i64,
        by: &str,
        now: Millis,
    ) -> StoreResult<EndpointId>;

    /// Those of a mini program, oldest first.
    async fn endpoints(&self, mini_program: MiniProgramId) -> StoreResult<Vec<Endpoint>>;

    /// One of them, with its sealed secrets.
    async fn endpoint(&self, id: EndpointId) -> StoreResult<Option<(Endpoint, SealedSecrets)>>;

    /// Changes address and wishes; `false` when there is none.
    async fn change_endpoint(&self, id: EndpointId, url: &str, wants: i64) -> StoreResult<bool>;

    /// Changes the secret, and keeps the one before it until an instant; `false` when there is no such endpoint.
    async fn change_endpoint_secret(&self, id: EndpointId, sealed_secret: &str, old_until: Millis)
    -> StoreResult<bool>;

    /// Switches it off (with the reason) or on again, which forgets its failures; `false` when there is none.
    async fn switch_endpoint(&self, id: EndpointId, off: Option<DisabledWhy>, now: Millis) -> StoreResult<bool>;

    /// Removes it with its messages; `false` when there is none.
    async fn delete_endpoint(&self, id: EndpointId) -> StoreResult<bool>;

    /// All endpoints that are on, of all mini programs. From this call on, this process writes down results of deliveries
    /// where one of them wants them, and does without the look where none does.
    async fn endpoints_on(&self) -> StoreResult<Vec<Endpoint>>;

    /// What happened and is in no message, oldest first.
    async fn webhook_events(&self, limit: i64) -> StoreResult<Vec<Event>>;

    /// Puts messages in the place of events, all in one transaction; `false` (nothing done) when somebody else has taken
    /// one of the events.
    async fn pack_webhooks(&self, events: &[i64], messages: &[NewMessage], now: Millis) -> StoreResult<bool>;

    /// Leases messages of an endpoint that are due, so that at most `at_once` of it are leased.
    async fn claim_webhooks(
        &self,
        endpoint: EndpointId,
        lease: i64,
        at_once: i64,
        now: Millis,
        until: Millis,
    ) -> StoreResult<Vec<DueMessage>>;

    /// Stores a call and what becomes of its message; an endpoint of which every call has failed since `failing` is switched
    /// off. `false` (nothing stored) when the lease was lost. The call's number is given by the database.
    async fn end_webhook(
        &self,
        message: i64,
        lease: i64,
        call: &Call,
        fate: Fate,
        failing: Millis,
        now: Millis,
    ) -> StoreResult<bool>;

    /// A page of an endpoint's messages with their calls, newest first.
    async fn webhook_messages(&self, endpoint: EndpointId, at: At, size: i64) -> StoreResult<Page<Message>>;

    /// Makes a message due now, whatever became of it; `false` when the endpoint has none of this id.
    async fn resend_webhook(&self, endpoint: EndpointId, message: i64, now: Millis) -> StoreResult<bool>;

    /// Removes at most `limit` messages made before an instant, those that were taken (they may be many) before a later one;
    /// and events that nobody wants any more. Answers how many messages.
    async fn prune_webhooks(&self, before: Millis, taken_before: Millis, limit: i64) -> StoreResult<u64>;
}
