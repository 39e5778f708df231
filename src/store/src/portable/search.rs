//! The subscriber list with its search and filters.

use super::{
    dialect::{Backend, Db},
    query_as,
};
use crate::{
    StoreResult,
    page::{Order, Reading},
    records::SubscriberSummaryRecord,
    text::{folded, text},
};
use model::{
    ids::{MiniProgramId, TemplateId},
    page::{At, Page},
    subscriber::{BalanceFilter, SubscriberFilter, SubscriberSummary},
};
use sqlx::QueryBuilder;

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
    let list = List { db, mini_program, template: filter.template, balance: filter.balance, reading };
    let search = text(filter.search.trim());
    let mut rows = if search.is_empty() {
        list.read(Match::All).await?
    } else {
        // Two statements, each with a good index, instead of one OR with none.
        let by_index = few_begin_with(db, mini_program, &search).await?;
        let mut rows = list.read(Match::Openid(&search, by_index)).await?;
        rows.extend(list.read(Match::Remark(&folded(&search))).await?);
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
    template: Option<TemplateId>,
    balance: BalanceFilter,
    reading: Reading,
}

impl List<'_> {
    /// One row more than a page, in the order of reading. The text pushed is all our own; values are bound.
    async fn read(self, wanted: Match<'_>) -> StoreResult<Vec<SubscriberSummary>> {
        let mut sql = QueryBuilder::<Db>::new(
            "SELECT s.id, s.mini_program_id, s.openid, s.remark, s.created_at, s.last_seen_at, ",
        );
        self.push_from(&mut sql);
        sql.push(" AND s.mini_program_id = ").push_bind(self.mini_program.0);
        self.push_match(&mut sql, wanted);
        let key = if self.template.is_some() { "g.subscriber_id" } else { "s.id" };
        let (beyond, order) = if self.reading.rising() { (" > ", "") } else { (" < ", " DESC") };
        sql.push(" AND ").push(key).push(beyond).push_bind(self.reading.key());
        sql.push(" ORDER BY ").push(key).push(order).push(" LIMIT ").push_bind(self.reading.limit());
        let rows: Vec<SubscriberSummaryRecord> = sql.build_query_as().fetch_all(self.db.read()).await?;
        Ok(rows.into_iter().map(SubscriberSummary::from).collect())
    }

    fn push_from(&self, sql: &mut QueryBuilder<Db>) {
        if let Some(template) = self.template {
            sql.push("g.balance FROM grants g JOIN subscribers s ON s.id = g.subscriber_id WHERE g.template_id = ");
            sql.push_bind(template.0);
            sql.push(match self.balance {
                BalanceFilter::Any => "",
                BalanceFilter::Some => " AND g.balance > 0",
                BalanceFilter::None => " AND g.balance = 0",
            });
        } else {
            sql.push(
                "CAST(COALESCE((SELECT sum(g.balance) FROM grants g WHERE g.subscriber_id = s.id), 0) AS BIGINT) AS balance \
                 FROM subscribers s WHERE ",
            );
            sql.push(match self.balance {
                BalanceFilter::Any => "1 = 1",
                BalanceFilter::Some => "EXISTS (SELECT 1 FROM grants g WHERE g.subscriber_id = s.id AND g.balance > 0)",
                BalanceFilter::None => {
                    "NOT EXISTS (SELECT 1 FROM grants g WHERE g.subscriber_id = s.id AND g.balance > 0)"
                }
            });
        }
    }

    fn push_match(&self, sql: &mut QueryBuilder<Db>, wanted: Match<'_>) {
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
}
