//! Whom and what pushes name.

use super::{Push, dialect::Conn, query_as};
use crate::{StoreResult, records::to_json, text::text};
use model::callback::EventBody;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Our ids by mini program and the platform's name.
pub(super) type Ids = HashMap<(i64, String), i64>;

/// Names of ours by mini program.
type Names = BTreeMap<i64, BTreeSet<String>>;

const TEMPLATES: &str = concat!(
    "SELECT id, pri_tmpl_id FROM templates WHERE mini_program_id = $2 AND pri_tmpl_id IN (SELECT value FROM ",
    list!(),
    " AS l)"
);
const SUBSCRIBERS: &str = concat!(
    "SELECT id, openid FROM subscribers WHERE mini_program_id = $2 AND openid IN (SELECT value FROM ",
    list!(),
    " AS l)"
);

/// The templates that pushes name, as far as they are ours.
pub(super) async fn templates(conn: &mut Conn, pushes: &[Push]) -> StoreResult<Ids> {
    let mut names = Names::new();
    for push in pushes {
        let mut add = |name: &str| _ = names.entry(push.mini_program).or_default().insert(text(name).into_owned());
        push.answers().iter().for_each(|item| add(&item.pri_tmpl_id));
        if let EventBody::Sent(items) = &push.event.body {
            items.iter().for_each(|item| add(&item.pri_tmpl_id));
        }
    }
    read(conn, TEMPLATES, names).await
}

/// The people of some pushes, as far as they are ours.
pub(super) async fn subscribers<'a>(conn: &mut Conn, pushes: impl Iterator<Item = &'a Push>) -> StoreResult<Ids> {
    let mut names = Names::new();
    for push in pushes {
        names.entry(push.mini_program).or_default().insert(text(&push.event.openid).into_owned());
    }
    read(conn, SUBSCRIBERS, names).await
}

async fn read(conn: &mut Conn, sql: &'static str, names: Names) -> StoreResult<Ids> {
    let mut ids = Ids::new();
    for (mini_program, names) in names {
        let rows: Vec<(i64, String)> =
            query_as(sql).bind(to_json(&names)?).bind(mini_program).fetch_all(&mut *conn).await?;
        ids.extend(rows.into_iter().map(|(id, name)| ((mini_program, name), id)));
    }
    Ok(ids)
}

/// Our id of a name.
pub(super) fn id(ids: &Ids, mini_program: i64, name: &str) -> Option<i64> {
    ids.get(&(mini_program, text(name).into_owned())).copied()
}
