//! What the files beside a list hold is what its page's address asks for.

use super::{notices::filter::Filter, subscribers::filter};
use crate::web::Context;
use model::{delivery::DeliveryState, subscriber::SubscriberFilter};

/// States (none: all) and error code of the deliveries asked for.
#[must_use]
pub fn asked_deliveries(ctx: &Context) -> (String, Vec<DeliveryState>, Option<i64>) {
    let filter = Filter::of(ctx);
    (filter.search.clone(), filter.states(), filter.code)
}

/// The subscribers asked for.
#[must_use]
pub fn asked_subscribers(ctx: &Context) -> SubscriberFilter {
    filter::asked(ctx, |_| true)
}
