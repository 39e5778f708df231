//! Keys of the business API, and requests that must not be done twice.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Millis,
    api::{ApiKey, Scope},
    ids::{ApiKeyId, MiniProgramId, NoticeId, TemplateId},
    notice::{Audience, Content, Preflight},
};

/// A key to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewApiKey<'a> {
    /// The only mini program it opens.
    pub mini_program: MiniProgramId,
    /// What people call it.
    pub name: &'a str,
    /// The part that may be shown; unique.
    pub public_id: &'a str,
    /// Digest of the secret part.
    pub digest: &'a str,
    /// What it may do.
    pub scopes: &'a [Scope],
    /// Its end.
    pub expires_at: Option<Millis>,
    /// Who makes it.
    pub created_by: &'a str,
}

/// A request as its caller named it, and whoever is doing it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// Whose request.
    pub key: ApiKeyId,
    /// What the caller named it.
    pub name: &'a str,
    /// A random positive number of whoever does it.
    pub lease: i64,
}

/// What is known of a named request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is the caller's to do, for as long as the lease.
    Ours {
        /// Where somebody broke off before, the draft made then.
        draft: Option<NoticeId>,
        /// When the request came for the first time.
        since: Millis,
    },
    /// It was done: HTTP status and body of the answer.
    Answered(i64, String),
    /// Somebody is doing it now.
    Busy,
    /// Another request has this name.
    Different,
}

/// A draft to be made for a request.
#[derive(Clone, Copy, Debug)]
pub struct NewDraft<'a> {
    /// Of which mini program.
    pub mini_program: MiniProgramId,
    /// Of which template.
    pub template: TemplateId,
    /// To whom.
    pub audience: &'a Audience,
    /// Openids dropped because they stood in the list more than once.
    pub duplicates: i64,
    /// What.
    pub content: &'a Content,
    /// Who orders it.
    pub created_by: &'a str,
    /// Whether quiet hours and the frequency cap do not hold for it.
    pub urgent: bool,
}

/// Keys and named requests.
#[async_trait]
pub trait ApiKeys {
    /// Stores a key.
    async fn add_api_key(&self, key: NewApiKey<'_>, now: Millis) -> StoreResult<ApiKeyId>;

    /// All keys of a mini program, newest first, revoked ones too.
    async fn api_keys(&self, mini_program: MiniProgramId) -> StoreResult<Vec<ApiKey>>;

    /// One by its public part, with the digest of the secret one.
    async fn api_key_by_public_id(&self, public_id: &str) -> StoreResult<Option<(ApiKey, String)>>;

    /// Revokes one of a mini program; `false` when there is none or it is revoked already.
    async fn revoke_api_key(
        &self,
        mini_program: MiniProgramId,
        id: ApiKeyId,
        by: &str,
        now: Millis,
    ) -> StoreResult<bool>;

    /// Notes that a key was used, unless that was noted less than `apart` ago.
    async fn touch_api_key(&self, id: ApiKeyId, apart: Millis, now: Millis) -> StoreResult<()>;

    /// Takes a named request, for one at a time and until `until`. What was begun at or before `forget` counts as never
    /// heard of; a lease that ended may be taken over.
    async fn begin_named(
        &self,
        request: Named<'_>,
        digest: &str,
        forget: Millis,
        now: Millis,
        until: Millis,
    ) -> StoreResult<Begun>;

    /// Keeps the answer of a named request; `false` (nothing kept) when the lease was lost.
    async fn end_named(&self, request: Named<'_>, status: i64, answer: &str) -> StoreResult<bool>;

    /// The request was refused and did nothing: its name is free again, unless the lease was lost.
    async fn drop_named(&self, request: Named<'_>) -> StoreResult<()>;

    /// The request failed on the way: whoever repeats it may go on at once.
    async fn release_named(&self, request: Named<'_>) -> StoreResult<()>;

    /// Forgets at most `limit` requests begun at or before an instant; answers how many.
    async fn prune_named(&self, before: Millis, limit: i64) -> StoreResult<u64>;

    /// Makes a draft, and notes it at the request it is for, in one transaction; `None` (no draft) when the lease of that
    /// request was lost.
    async fn add_ordered_draft(
        &self,
        draft: NewDraft<'_>,
        request: Option<Named<'_>>,
        now: Millis,
    ) -> StoreResult<Option<NoticeId>>;

    /// At most `limit` drafts of orders made at or before an instant, oldest first.
    async fn broken_orders(&self, before: Millis, limit: i64) -> StoreResult<Vec<NoticeId>>;

    /// Who would get such a draft now. Nothing is stored.
    async fn preflight_of(&self, draft: NewDraft<'_>, now: Millis) -> StoreResult<Preflight>;
}
