//! Tags and attributes of subscribers.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Millis,
    ids::{MiniProgramId, NoticeId, SegmentId, SubscriberId},
    recipient::Reachable,
    subscriber::{PersonRow, PersonTraits, Segment, SubscriberFilter},
};
use std::collections::{BTreeMap, HashMap};

/// What became of a batch of people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// How many are new.
    pub added: i64,
    /// How many were known.
    pub known: i64,
}

/// Tags and attributes.
#[async_trait]
pub trait Traits {
    /// What is known of a person.
    async fn traits_of(&self, id: SubscriberId) -> StoreResult<PersonTraits>;

    /// Sets all tags and attributes of a person; `false` when there is no such person. Checks of drafts of the mini program
    /// are forgotten.
    async fn change_traits(&self, id: SubscriberId, traits: &PersonTraits) -> StoreResult<bool>;

    /// Makes subscribers of openids that are new, sets remarks and attributes that are given and adds tags; nothing is
    /// taken away. Of equal openids the first counts. Checks of drafts of the mini program are forgotten.
    async fn merge_people(&self, mini_program: MiniProgramId, batch: &[PersonRow], now: Millis) -> StoreResult<Merged>;

    /// Attributes by openid, of those that have any.
    async fn attributes_of(
        &self,
        mini_program: MiniProgramId,
        openids: &[&str],
    ) -> StoreResult<HashMap<String, BTreeMap<String, String>>>;

    /// Those of a draft's audience who would be sent to now, as preflight counts them: by rising subscriber after one, at
    /// most so many, with their attributes.
    async fn reachable(&self, notice: NoticeId, page: (i64, i64), now: Millis) -> StoreResult<Vec<Reachable>>;

    /// Openids of a slice of a draft's preflight (`no_grant`, `refused`, `unknown` or `too_often`), by rising openid after
    /// one, at most so many.
    async fn skipped_slice(
        &self,
        notice: NoticeId,
        slice: &str,
        page: (&str, i64),
        now: Millis,
    ) -> StoreResult<Vec<String>>;

    /// Saves a filter under a name; one of the same name is replaced.
    async fn save_segment(
        &self,
        mini_program: MiniProgramId,
        name: &str,
        filter: &SubscriberFilter,
        by: &str,
        now: Millis,
    ) -> StoreResult<SegmentId>;

    /// The saved filters, by name.
    async fn segments(&self, mini_program: MiniProgramId) -> StoreResult<Vec<Segment>>;

    /// Forgets one; `false` when there is none.
    async fn delete_segment(&self, mini_program: MiniProgramId, id: SegmentId) -> StoreResult<bool>;

    /// Tags and attributes of many.
    async fn traits_of_many(&self, ids: &[SubscriberId]) -> StoreResult<HashMap<SubscriberId, PersonTraits>>;

    /// The names of attributes of a mini program, each once, at most `limit`.
    async fn attribute_names(&self, mini_program: MiniProgramId, limit: i64) -> StoreResult<Vec<String>>;

    /// The tags of a mini program, each once, at most `limit`.
    async fn tags(&self, mini_program: MiniProgramId, limit: i64) -> StoreResult<Vec<String>>;
}
