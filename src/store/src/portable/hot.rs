//! The statements that run all the time or on the big table, by name, for tests of how they are planned.

use super::{claim, delivery_pages, ending, events, grants, queue, recover, results};

pub(in super::super) const STATEMENTS: [(&str, &str); 16] = [
    ("the next window of the queue", queue::WINDOW),
    ("leasing", claim::LEASE),
    ("ending what was leased", results::END_LEASED),
    ("expired leases", recover::EXPIRED),
    ("withdrawing the untried", ending::UNTRIED),
    ("withdrawing any", ending::ANY),
    ("a page of deliveries", delivery_pages::ALL.up),
    ("the page before", delivery_pages::ALL.down),
    ("a page of some states", delivery_pages::STATES.up),
    ("a page without errors", delivery_pages::CLEAN.up),
    ("a page of one error", delivery_pages::ENDED.up),
    ("the page of one error before", delivery_pages::ENDED.down),
    ("pushes that are due", events::work::DUE),
    ("deliveries that an event may belong to", events::sent::CANDIDATES),
    ("what events confirm", events::sent::END),
    ("what came after an instant", grants::LATER),
];
