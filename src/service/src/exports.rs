//! Long lists for files, page by page.

use crate::{Services, UseResult, checking::Filling};
use model::{
    delivery::{Delivery, DeliveryState},
    ids::{MiniProgramId, NoticeId},
    page::{At, Page},
    recipient::Recipient,
    subscriber::{PersonTraits, SubscriberFilter, SubscriberSummary},
};
use std::collections::HashMap;

/// Rows of a page of a file.
pub const ROWS: i64 = 2_000;

/// A slice of a draft's preflight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreflightSlice {
    /// Will be sent.
    Send,
    /// No grant left.
    NoGrant,
    /// Refused.
    Refused,
    /// Never seen before.
    Unknown,
    /// Invalid data.
    Invalid,
    /// Had enough messages lately.
    TooOften,
}

impl PreflightSlice {
    /// All.
    pub const ALL: [Self; 6] = [Self::Send, Self::NoGrant, Self::Refused, Self::Unknown, Self::Invalid, Self::TooOften];

    /// The name in addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::NoGrant => "no_grant",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Invalid => "invalid",
            Self::TooOften => "too_often",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|slice| slice.code() == s)
    }
}

/// Where the next page of a slice begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SlicePlace {
    /// After a subscriber.
    Subscriber(i64),
    /// After an openid.
    Openid(String),
}

impl Services {
    /// A page of a notice's deliveries for a file; an empty search finds everybody.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn many_deliveries(
        &self,
        id: NoticeId,
        search: &str,
        states: &[DeliveryState],
        errcode: Option<i64>,
        at: At,
    ) -> UseResult<Page<Delivery>> {
        Ok(self.store.find_deliveries(id, search, states, errcode, at, ROWS).await?)
    }

    /// A page of subscribers for a file, with their tags and attributes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn many_subscribers(
        &self,
        program: MiniProgramId,
        filter: &SubscriberFilter,
        at: At,
    ) -> UseResult<(Page<SubscriberSummary>, HashMap<model::ids::SubscriberId, PersonTraits>)> {
        let page = self.store.subscribers(program, &filter.as_of(self.now()), at, ROWS).await?;
        let ids: Vec<_> = page.rows.iter().map(|row| row.subscriber.id).collect();
        let traits = self.store.traits_of_many(&ids).await?;
        Ok((page, traits))
    }

    /// A page of a slice of a draft's preflight, and where the next one begins. Together the pages are those that the last
    /// step counts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn preflight_slice(
        &self,
        id: NoticeId,
        slice: PreflightSlice,
        after: Option<SlicePlace>,
    ) -> UseResult<(Vec<Recipient>, Option<SlicePlace>)> {
        let view = self.notice(id).await?;
        let own = self.own_fields(&view).await?;
        let filling = Filling::of_each(&view, &own);
        if slice == PreflightSlice::Send || slice == PreflightSlice::Invalid && filling.is_some() {
            let after = if let Some(SlicePlace::Subscriber(id)) = after { id } else { 0 };
            let people = self.store.reachable(id, (after, ROWS), self.now()).await?;
            let next = people.last().map(|last| SlicePlace::Subscriber(last.subscriber));
            let next = next.filter(|_| is_full(people.len()));
            let judged = people.into_iter().map(|person| match filling {
                Some(filling) => filling.judged(person),
                None => Recipient::of(person.openid),
            });
            let is_bad = slice == PreflightSlice::Invalid;
            return Ok((judged.filter(|person| person.problem.is_some() == is_bad).collect(), next));
        }
        let openid = if let Some(SlicePlace::Openid(openid)) = &after { openid.as_str() } else { "" };
        let rows = if slice == PreflightSlice::Invalid {
            self.store.recipients(id, true, openid, ROWS).await?
        } else {
            let openids = self.store.skipped_slice(id, slice.code(), (openid, ROWS), self.now()).await?;
            openids.into_iter().map(Recipient::of).collect()
        };
        let next = rows.last().map(|last| SlicePlace::Openid(last.openid.clone())).filter(|_| is_full(rows.len()));
        Ok((rows, next))
    }
}

fn is_full(n: usize) -> bool {
    i64::try_from(n).unwrap_or(i64::MAX) >= ROWS
}
