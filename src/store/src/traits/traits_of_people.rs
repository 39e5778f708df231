//! Tags and attributes of subscribers.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Millis,
    ids::{MiniProgramId, SubscriberId},
    subscriber::{PersonRow, PersonTraits},
};

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

    /// Sets all tags and attributes of a person; `false` when there is no such person.
    async fn change_traits(&self, id: SubscriberId, traits: &PersonTraits) -> StoreResult<bool>;

    /// Makes subscribers of openids that are new, sets remarks and attributes that are given and adds tags; nothing is
    /// taken away. Of equal openids the first counts.
    async fn merge_people(&self, mini_program: MiniProgramId, batch: &[PersonRow], now: Millis)
    -> StoreResult<Merged>;

    /// The tags of a mini program, each once, at most `limit`.
    async fn tags(&self, mini_program: MiniProgramId, limit: i64) -> StoreResult<Vec<String>>;
}
