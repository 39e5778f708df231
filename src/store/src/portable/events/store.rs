//! Taking pushes in.

use super::{
    dialect::{self, Backend},
    tally::Tallies,
};
use crate::{
    NewEvent, StoreResult,
    records::{NewEventRecord, to_json},
    text::text,
};
use model::callback::CallbackCount;
use std::collections::{HashMap, HashSet};

pub(in super::super) async fn all(db: &Backend, events: &[NewEvent]) -> StoreResult<Vec<bool>> {
    if events.is_empty() {
        return Ok(Vec::new());
    }
    // The first of each name, in the order of names: two processes that get the same pushes do not wait for each other.
    let mut first: HashMap<(i64, String), usize> = HashMap::with_capacity(events.len());
    for (place, event) in events.iter().enumerate() {
        first.entry(name(event)).or_insert(place);
    }
    let mut rows: Vec<NewEventRecord> = Vec::with_capacity(first.len());
    for ((mini_program, digest), place) in &first {
        rows.push((*mini_program, digest.clone(), events[*place].received_at, to_json(&events[*place].event)?));
    }
    rows.sort_unstable();
    let mut tx = db.begin().await?;
    let stored: HashSet<(i64, String)> = dialect::insert_events(&mut tx, &rows).await?.into_iter().collect();
    let mut tallies = Tallies::default();
    let mut new = Vec::with_capacity(events.len());
    for (place, event) in events.iter().enumerate() {
        let name = name(event);
        let is_new = first.get(&name) == Some(&place) && stored.contains(&name);
        new.push(is_new);
        tallies.count(event, is_new);
    }
    tallies.write(&mut tx).await?;
    tx.commit().await?;
    Ok(new)
}

fn name(event: &NewEvent) -> (i64, String) {
    (event.mini_program.0, text(&event.digest).into_owned())
}

impl Tallies {
    fn count(&mut self, event: &NewEvent, is_new: bool) {
        let (id, at) = (event.mini_program.0, event.received_at);
        if is_new {
            // An unknown event may carry no time.
            let lag = (event.event.happened_at > 0).then(|| (at - event.event.happened_at).max(0));
            self.add(id, event.event.body.count(), 1, at, lag);
        } else {
            self.add(id, CallbackCount::Duplicate, 1, at, None);
        }
    }
}
