//! The subscriber list with its search and filters.

use super::{
    dialect::{Backend, Conn, Db},
    query_as,
};
use crate::{
    StoreResult,
    page::{Order, Reading},
    records::SubscriberSummaryRecord,
    text::{folded, text},
};
use futures::TryStreamExt as _;
use model::{
    ids::MiniProgramId,
    page::{At, Page},
    subscriber::{BalanceFilter, LastFilter, SeenFilter, SubscriberFilter, SubscriberSummary},
};
use sqlx::QueryBuilder;
use std::fmt::Write as _;

/// Up to so many matches of an openid's beginning are read through the index of openids and sorted; where there are
/// more (all openids of a mini program may begin alike) walking down the list meets a page of them soon.
const FEW: i64 = 1_000;

/// Which rows one statement looks for.
#[derive(Clone, Copy)]
enum Match<'a> {
    All,
    /// The openid begins so; whether by way of the index.
    Openid(&'a str, bool),
    /// The remark, in lower case, holds this.
    Remark(&'a str),
}

pub(super) async fn subscribers(
    db: &Backend,
    mini_program: MiniProgramId,
    filter: &SubscriberFilter,
    at: At,
    size: i64,
) -> StoreResult<Page<SubscriberSummary>> {
    let reading = Reading::new(at, size, Order::Falling);
    let list = List { db, mini_program, filter, reading };
    let search = text(filter.search.trim());
    let mut rows = if search.is_empty() {
        list.read(Match::All).await?
    } else {
        // Two statements, each with a good index, instead of one OR with none.
        let by_index = few_begin_with(db, mini_program, &search).await?;
        let mut rows = list.read(Match::Openid(&search, by_index)).await?;
        // Whoever types somebody's whole openid means that person: no remark has to be read for it.
        if rows.iter().all(|row| row.subscriber.openid != search) {
            rows.extend(list.read(Match::Remark(&folded(&search))).await?);
        }
        rows
    };
    rows.sort_by_key(|row| if reading.rising() { row.subscriber.id.0 } else { -row.subscriber.id.0 });
    rows.dedup_by_key(|row| row.subscriber.id);
    rows.truncate(usize::try_from(reading.limit()).unwrap_or(usize::MAX));
    Ok(reading.page(rows, |row| row.subscriber.id.0))
}

async fn few_begin_with(db: &Backend, mini_program: MiniProgramId, beginning: &str) -> StoreResult<bool> {
    let (n,): (i64,) = query_as(
        "SELECT count(*) FROM (
             SELECT 1 FROM subscribers WHERE mini_program_id = $1 AND openid >= $2 AND openid < $3 LIMIT $4
         ) AS matches",
    )
    .bind(mini_program.0)
    .bind(beginning)
    .bind(past(beginning))
    .bind(FEW + 1)
    .fetch_one(db.read())
    .await?;
    Ok(n <= FEW)
}

/// The first text after all that begin so, in byte order.
fn past(beginning: &str) -> String {
    format!("{beginning}\u{10ffff}")
}

#[derive(Clone, Copy)]
struct List<'a> {
    db: &'a Backend,
    mini_program: MiniProgramId,
    filter: &'a SubscriberFilter,
    reading: Reading,
}

impl List<'_> {
    /// One row more than a page, in the order of reading. The text pushed is all our own; values are bound.
    async fn read(self, wanted: Match<'_>) -> StoreResult<Vec<SubscriberSummary>> {
        let mut sql = QueryBuilder::<Db>::new(
            "SELECT s.id, s.mini_program_id, s.openid, s.remark, s.created_at, s.last_seen_at, ",
        );
        self.push_from(&mut sql, wanted);
        sql.push(" AND s.mini_program_id = ").push_bind(self.mini_program.0);
        push_match(&mut sql, wanted);
        push_traits(&mut sql, self.mini_program, self.filter);
        let key = self.key(wanted);
        let (beyond, order) = if self.reading.rising() { (" > ", "") } else { (" < ", " DESC") };
        sql.push(" AND ").push(key).push(beyond).push_bind(self.reading.key());
        sql.push(" ORDER BY ").push(key).push(order).push(" LIMIT ").push_bind(self.reading.limit());
        let rows: Vec<SubscriberSummaryRecord> = sql.build_query_as().fetch_all(self.db.read()).await?;
        Ok(rows.into_iter().map(SubscriberSummary::from).collect())
    }

    /// The column that the list is read by: that of the index that finds it. Where the index of openids finds a few, it
    /// must not look like one: both databases would rather walk down the whole list than sort what was found.
    fn key(&self, wanted: Match<'_>) -> &'static str {
        let filter = self.filter;
        if matches!(wanted, Match::Openid(_, true)) {
            "(s.id + 0)"
        } else if filter.template.is_some() {
            "g.subscriber_id"
        } else if !filter.tag.is_empty() {
            "t.subscriber_id"
        } else if !filter.attribute.0.is_empty() {
            "a.subscriber_id"
        } else {
            "s.id"
        }
    }

    fn push_from(&self, sql: &mut QueryBuilder<Db>, wanted: Match<'_>) {
        let filter = self.filter;
        if filter.template.is_some() {
            sql.push("g.balance");
        } else {
            sql.push(
                "CAST(COALESCE((SELECT sum(g.balance) FROM grants g WHERE g.subscriber_id = s.id), 0) AS BIGINT) AS balance",
            );
        }
        let index = if let Match::Remark(_) = wanted { indexed_by!("subscribers_remarked") } else { "" };
        push_source(sql, self.mini_program, filter, index);
    }
}

/// `FROM` and what finds the people by an index; more conditions may follow. `index` is the one by which subscribers are
/// read where no filter has found them: SQLite takes another one that looks as good to it and is ten times as long.
pub(super) fn push_source(
    sql: &mut QueryBuilder<Db>,
    mini_program: MiniProgramId,
    filter: &SubscriberFilter,
    index: &str,
) {
    if let Some(template) = filter.template {
        sql.push(" FROM grants g JOIN subscribers s ON s.id = g.subscriber_id WHERE g.template_id = ");
        sql.push_bind(template.0);
        sql.push(match filter.balance {
            BalanceFilter::Any => "",
            BalanceFilter::Some => " AND g.balance > 0",
            BalanceFilter::None => " AND g.balance = 0",
        });
        return;
    }
    if !filter.tag.is_empty() {
        sql.push(" FROM subscriber_tags t JOIN subscribers s ON s.id = t.subscriber_id WHERE t.mini_program_id = ");
        sql.push_bind(mini_program.0).push(" AND t.tag = ").push_bind(text(&filter.tag).into_owned());
    } else if !filter.attribute.0.is_empty() {
        let (name, value) = &filter.attribute;
        sql.push(
            " FROM subscriber_attributes a JOIN subscribers s ON s.id = a.subscriber_id WHERE a.mini_program_id = ",
        );
        sql.push_bind(mini_program.0).push(" AND a.name = ").push_bind(text(name).into_owned());
        sql.push(" AND a.value = ").push_bind(text(value).into_owned());
    } else {
        sql.push(" FROM subscribers s").push(index).push(" WHERE 1 = 1");
    }
    sql.push(match filter.balance {
        BalanceFilter::Any => "",
        BalanceFilter::Some => " AND EXISTS (SELECT 1 FROM grants g WHERE g.subscriber_id = s.id AND g.balance > 0)",
        BalanceFilter::None => {
            " AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.subscriber_id = s.id AND g.balance > 0)"
        }
    });
}

/// Tag, attribute, last seen and last result, where they have not found the people already.
pub(super) fn push_traits(sql: &mut QueryBuilder<Db>, mini_program: MiniProgramId, filter: &SubscriberFilter) {
    if !filter.tag.is_empty() && filter.template.is_some() {
        sql.push(" AND EXISTS (SELECT 1 FROM subscriber_tags t WHERE t.mini_program_id = ").push_bind(mini_program.0);
        sql.push(" AND t.tag = ").push_bind(text(&filter.tag).into_owned()).push(" AND t.subscriber_id = s.id)");
    }
    if !filter.attribute.0.is_empty() && (filter.template.is_some() || !filter.tag.is_empty()) {
        let (name, value) = &filter.attribute;
        sql.push(" AND EXISTS (SELECT 1 FROM subscriber_attributes a WHERE a.subscriber_id = s.id AND a.name = ");
        sql.push_bind(text(name).into_owned()).push(" AND a.value = ").push_bind(text(value).into_owned()).push(")");
    }
    match filter.seen {
        // Days are told from a moment on by `SubscriberFilter::as_of`; without one they say nothing.
        SeenFilter::Any | SeenFilter::Within(_) | SeenFilter::NotWithin(_) => {}
        SeenFilter::Since(at) => {
            sql.push(" AND s.last_seen_at >= ").push_bind(at);
        }
        SeenFilter::NotSince(at) => {
            sql.push(" AND (s.last_seen_at IS NULL OR s.last_seen_at < ").push_bind(at).push(")");
        }
    }
    if filter.last == LastFilter::Never {
        sql.push(" AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.subscriber_id = s.id)");
    } else if let Some((first, last)) = filter.last.states() {
        sql.push(
            " AND (SELECT d.state FROM deliveries d WHERE d.subscriber_id = s.id ORDER BY d.subscriber_id DESC, \
             d.notice_id DESC LIMIT 1) BETWEEN ",
        );
        sql.push_bind(first).push(" AND ").push_bind(last);
    }
}

fn push_match(sql: &mut QueryBuilder<Db>, wanted: Match<'_>) {
    match wanted {
        Match::All => {}
        Match::Openid(beginning, by_index) => {
            // An expression cannot use the index, which is the purpose.
            let column = if by_index { "s.openid" } else { "(s.openid || '')" };
            sql.push(" AND ").push(column).push(" >= ").push_bind(beginning.to_owned());
            sql.push(" AND ").push(column).push(" < ").push_bind(past(beginning));
        }
        Match::Remark(part) => {
            sql.push(concat!(" AND s.remark_key <> '' AND ", position!(), "(s.remark_key, "));
            sql.push_bind(part.to_owned()).push(") > 0");
        }
    }
}

/// The search of a filter as one condition, for statements that read everybody it finds anyway.
pub(super) fn push_search(sql: &mut QueryBuilder<Db>, filter: &SubscriberFilter) {
    let search = text(filter.search.trim());
    if !search.is_empty() {
        sql.push(" AND (1 = 0 OR (1 = 1");
        push_match(sql, Match::Openid(&search, false));
        sql.push(") OR (1 = 1");
        push_match(sql, Match::Remark(&folded(&search)));
        sql.push("))");
    }
}

/// Everybody whom a filter finds, as JSON ids: an audience is worked on as a list.
pub(super) async fn everybody(conn: &mut Conn, mini_program: i64, filter: &SubscriberFilter) -> StoreResult<String> {
    let mini_program = MiniProgramId(mini_program);
    let mut sql = QueryBuilder::<Db>::new("SELECT s.id");
    push_source(&mut sql, mini_program, filter, "");
    sql.push(" AND s.mini_program_id = ").push_bind(mini_program.0);
    push_search(&mut sql, filter);
    push_traits(&mut sql, mini_program, filter);
    let mut json = String::from("[");
    let mut rows = sql.build_query_as::<(i64,)>().fetch(conn);
    while let Some((id,)) = rows.try_next().await? {
        if json.len() > 1 {
            json.push(',');
        }
        // Writing to a string cannot fail.
        _ = write!(json, "{id}");
    }
    json.push(']');
    Ok(json)
}
