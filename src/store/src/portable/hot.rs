//! The statements that run all the time or on the big table, by name, for tests of how they are planned.

use super::{
    claim, delivery_pages, ended, ending, events, grants, queue, recipients, recover, results, traits_of_people,
};

pub(in super::super) const STATEMENTS: [(&str, &str); 28] = [
    ("the next window of the queue", queue::WINDOW),
    ("the notices of a window", queue::NOTICES),
    ("the running notices", queue::RUNNING),
    ("the next of one notice", queue::STREAM),
    ("who has had enough messages", claim::CAPPED),
    ("taking out of the queue", claim::TAKE),
    ("whom to call", claim::PEOPLE),
    ("values of their own", recipients::OWN),
    ("their attributes", traits_of_people::ATTRIBUTES),
    ("what is leased under the results' leases", results::LEASED),
    ("letting go what was leased", ended::LET_GO),
    ("storing ends", ended::INSERT),
    ("expired leases", recover::EXPIRED),
    ("what was put off by another clock", recover::HASTEN),
    ("withdrawing", ending::WITHDRAWN),
    ("a page of deliveries", delivery_pages::ALL.up),
    ("the page before", delivery_pages::ALL.down),
    ("a page of some states", delivery_pages::STATES.up),
    ("a page without errors", delivery_pages::CLEAN.up),
    ("a page of one error", delivery_pages::ENDED.up),
    ("the page of one error before", delivery_pages::ENDED.down),
    ("a page of the queue", delivery_pages::QUEUED.up),
    ("ended deliveries of people", delivery_pages::found::ENDED_OF),
    ("queued deliveries of people", delivery_pages::found::QUEUED_OF),
    ("pushes that are due", events::work::DUE),
    ("deliveries that an event may belong to", events::sent::CANDIDATES),
    ("what events confirm", events::sent::END),
    ("what came after an instant", grants::LATER),
];
