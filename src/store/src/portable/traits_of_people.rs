//! Tags and attributes of subscribers.

use super::{
    dialect::{self, Backend, Conn},
    query, query_as,
};
use crate::{
    Merged, StoreResult, Traits,
    records::to_json,
    text::{folded, text},
};
use async_trait::async_trait;
use model::{
    Millis,
    ids::{MiniProgramId, SubscriberId},
    subscriber::{PersonRow, PersonTraits},
};
use std::collections::{BTreeMap, HashMap};

#[async_trait]
impl Traits for Backend {
    async fn traits_of(&self, id: SubscriberId) -> StoreResult<PersonTraits> {
        let mut tx = self.begin_snapshot().await?;
        let tags: Vec<(String,)> =
            query_as("SELECT tag FROM subscriber_tags WHERE subscriber_id = $1").bind(id.0).fetch_all(&mut *tx).await?;
        let attributes: Vec<(String, String)> =
            query_as("SELECT name, value FROM subscriber_attributes WHERE subscriber_id = $1")
                .bind(id.0)
                .fetch_all(&mut *tx)
                .await?;
        Ok(PersonTraits {
            tags: tags.into_iter().map(|(tag,)| tag).collect(),
            attributes: attributes.into_iter().collect(),
        })
    }

    async fn change_traits(&self, id: SubscriberId, traits: &PersonTraits) -> StoreResult<bool> {
        let mut tx = self.begin().await?;
        let row: Option<(i64,)> = query_as(concat!(
            "SELECT s.mini_program_id FROM subscribers s WHERE s.id = $1",
            for_update!("s")
        ))
        .bind(id.0)
        .fetch_optional(&mut *tx)
        .await?;
        let Some((mini_program,)) = row else { return Ok(false) };
        query("DELETE FROM subscriber_tags WHERE subscriber_id = $1").bind(id.0).execute(&mut *tx).await?;
        query("DELETE FROM subscriber_attributes WHERE subscriber_id = $1").bind(id.0).execute(&mut *tx).await?;
        write(&mut tx, mini_program, &[(id.0, traits)]).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn merge_people(
        &self,
        mini_program: MiniProgramId,
        batch: &[PersonRow],
        now: Millis,
    ) -> StoreResult<Merged> {
        let mut people: BTreeMap<String, &PersonRow> = BTreeMap::new();
        for row in batch {
            people.entry(text(&row.openid).into_owned()).or_insert(row);
        }
        let openids: Vec<&String> = people.keys().collect();
        let list = to_json(&openids)?;
        let mut tx = self.begin().await?;
        dialect::plan_for_many(&mut tx).await?;
        let added = query(concat!(
            "INSERT INTO subscribers (mini_program_id, openid, remark, remark_key, created_at)
             SELECT $2, l.value, '', '', $3 FROM ",
            list!(),
            " AS l WHERE true ON CONFLICT (mini_program_id, openid) DO NOTHING"
        ))
        .bind(&list)
        .bind(mini_program.0)
        .bind(now)
        .execute(&mut *tx)
        .await?
        .rows_affected();
        let ids: Vec<(String, i64)> = query_as(concat!(
            "SELECT s.openid, s.id FROM ",
            list!(),
            " AS l JOIN subscribers s ON s.mini_program_id = $2 AND s.openid = l.value"
        ))
        .bind(&list)
        .bind(mini_program.0)
        .fetch_all(&mut *tx)
        .await?;
        let ids: HashMap<String, i64> = ids.into_iter().collect();
        let found = || people.iter().filter_map(|(openid, row)| Some((*ids.get(openid)?, *row)));
        let remarks: Vec<(i64, String, String)> = found()
            .filter_map(|(id, row)| row.remark.as_ref().map(|r| (id, text(r).into_owned(), folded(r))))
            .collect();
        if !remarks.is_empty() {
            dialect::set_remarks(&mut tx, &remarks).await?;
        }
        let traits: Vec<(i64, &PersonTraits)> = found().map(|(id, row)| (id, &row.traits)).collect();
        write(&mut tx, mini_program.0, &traits).await?;
        tx.commit().await?;
        let (added, all) = (i64::try_from(added).unwrap_or(i64::MAX), i64::try_from(people.len()).unwrap_or(i64::MAX));
        Ok(Merged { added, known: all - added })
    }

    async fn tags(&self, mini_program: MiniProgramId, limit: i64) -> StoreResult<Vec<String>> {
        // From one tag to the next by the key, however many people carry each.
        let rows: Vec<(String,)> = query_as(
            "WITH RECURSIVE t(tag, n) AS (
                 SELECT (SELECT min(tag) FROM subscriber_tags WHERE mini_program_id = $1), 1
                 UNION ALL
                 SELECT (SELECT min(s.tag) FROM subscriber_tags s WHERE s.mini_program_id = $1 AND s.tag > t.tag), n + 1
                 FROM t WHERE t.tag IS NOT NULL AND n < $2)
             SELECT tag FROM t WHERE tag IS NOT NULL",
        )
        .bind(mini_program.0)
        .bind(limit.max(1))
        .fetch_all(self.read())
        .await?;
        Ok(rows.into_iter().map(|(tag,)| tag).collect())
    }
}

/// Adds tags and sets attributes.
async fn write(conn: &mut Conn, mini_program: i64, people: &[(i64, &PersonTraits)]) -> StoreResult<()> {
    let tags: Vec<(i64, &str, &str)> =
        people.iter().flat_map(|(id, traits)| traits.tags.iter().map(|tag| (*id, tag.as_str(), ""))).collect();
    if !tags.is_empty() {
        dialect::insert_tags(conn, mini_program, &tags).await?;
    }
    let attributes: Vec<(i64, &str, &str)> = people
        .iter()
        .flat_map(|(id, traits)| traits.attributes.iter().map(|(name, value)| (*id, name.as_str(), value.as_str())))
        .collect();
    if !attributes.is_empty() {
        dialect::insert_attributes(conn, mini_program, &attributes).await?;
    }
    Ok(())
}

/// Attributes of people in a claim.
pub(super) const ATTRIBUTES: &str = concat!(
    "SELECT a.subscriber_id, a.name, a.value FROM ",
    rows!(1: 1 "r_subscriber"),
    " AS r JOIN subscriber_attributes a ON a.subscriber_id = r_subscriber"
);
