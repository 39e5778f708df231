//! Tags and attributes of subscribers.

use super::{
    checks,
    dialect::{self, Backend, Conn},
    preflight, query, query_as, recipients,
};
use crate::{
    Merged, StoreResult, Traits,
    records::to_json,
    text::{folded, text},
};
use async_trait::async_trait;
use model::{
    Millis,
    ids::{MiniProgramId, NoticeId, SegmentId, SubscriberId},
    recipient::Reachable,
    subscriber::{PersonRow, PersonTraits, Segment, SubscriberFilter},
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
        let row: Option<(i64,)> =
            query_as(concat!("SELECT s.mini_program_id FROM subscribers s WHERE s.id = $1", for_update!("s")))
                .bind(id.0)
                .fetch_optional(&mut *tx)
                .await?;
        let Some((mini_program,)) = row else { return Ok(false) };
        query("DELETE FROM subscriber_tags WHERE subscriber_id = $1").bind(id.0).execute(&mut *tx).await?;
        query("DELETE FROM subscriber_attributes WHERE subscriber_id = $1").bind(id.0).execute(&mut *tx).await?;
        write(&mut tx, mini_program, &[(id.0, traits)]).await?;
        tx.commit().await?;
        // By itself: a draft that is held by somebody who waits for one of these people would wait for ever.
        checks::forget(self, mini_program).await?;
        Ok(true)
    }

    async fn merge_people(&self, mini_program: MiniProgramId, batch: &[PersonRow], now: Millis) -> StoreResult<Merged> {
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
        checks::forget(self, mini_program.0).await?;
        let (added, all) = (i64::try_from(added).unwrap_or(i64::MAX), i64::try_from(people.len()).unwrap_or(i64::MAX));
        Ok(Merged { added, known: all - added })
    }

    async fn attributes_of(
        &self,
        mini_program: MiniProgramId,
        openids: &[&str],
    ) -> StoreResult<HashMap<String, BTreeMap<String, String>>> {
        let rows: Vec<(String, String, String)> = query_as(concat!(
            "SELECT s.openid, a.name, a.value FROM ",
            list!(),
            " AS l JOIN subscribers s ON s.mini_program_id = $2 AND s.openid = l.value
             JOIN subscriber_attributes a ON a.subscriber_id = s.id"
        ))
        .bind(to_json(&openids.iter().map(|openid| text(openid)).collect::<Vec<_>>())?)
        .bind(mini_program.0)
        .fetch_all(self.read())
        .await?;
        let mut found: HashMap<String, BTreeMap<String, String>> = HashMap::new();
        for (openid, name, value) in rows {
            found.entry(openid).or_default().insert(name, value);
        }
        Ok(found)
    }

    async fn reachable(&self, notice: NoticeId, page: (i64, i64), now: Millis) -> StoreResult<Vec<Reachable>> {
        let mut tx = self.begin_snapshot().await?;
        let people = preflight::reachable(&mut tx, notice, page, now).await?;
        let keys: Vec<[i64; 1]> = people.iter().map(|(id, _)| [*id]).collect();
        let rows: Vec<(i64, String, String)> =
            query_as(ATTRIBUTES).bind(dialect::rows(&keys)).fetch_all(&mut *tx).await?;
        let mut attributes: HashMap<i64, BTreeMap<String, String>> = HashMap::new();
        for (id, name, value) in rows {
            attributes.entry(id).or_default().insert(name, value);
        }
        let openids: Vec<&str> = people.iter().map(|(_, openid)| openid.as_str()).collect();
        let mut values = recipients::values_of(&mut tx, notice, &openids).await?;
        let whole = |(subscriber, openid): (i64, String)| {
            let attributes = attributes.remove(&subscriber).unwrap_or_default();
            let values = values.remove(&openid).unwrap_or_default();
            Reachable { subscriber, openid, attributes, values }
        };
        Ok(people.into_iter().map(whole).collect())
    }

    async fn skipped_slice(
        &self,
        notice: NoticeId,
        slice: &str,
        (after, limit): (&str, i64),
        now: Millis,
    ) -> StoreResult<Vec<String>> {
        let mut tx = self.begin_snapshot().await?;
        dialect::plan_for_many(&mut tx).await?;
        preflight::slice(&mut tx, notice, slice, (&text(after), limit), now).await
    }

    async fn save_segment(
        &self,
        mini_program: MiniProgramId,
        name: &str,
        filter: &SubscriberFilter,
        by: &str,
        now: Millis,
    ) -> StoreResult<SegmentId> {
        let (id,) = query_as(
            "INSERT INTO segments (mini_program_id, name, filter, created_by, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (mini_program_id, name)
             DO UPDATE SET filter = excluded.filter, created_by = excluded.created_by, created_at = excluded.created_at
             RETURNING id",
        )
        .bind(mini_program.0)
        .bind(text(name))
        .bind(to_json(filter)?)
        .bind(text(by))
        .bind(now)
        .fetch_one(self.write())
        .await?;
        Ok(SegmentId(id))
    }

    async fn segments(&self, mini_program: MiniProgramId) -> StoreResult<Vec<Segment>> {
        let rows: Vec<(i64, String, String, String, i64)> = query_as(
            "SELECT id, name, filter, created_by, created_at FROM segments WHERE mini_program_id = $1 ORDER BY name",
        )
        .bind(mini_program.0)
        .fetch_all(self.read())
        .await?;
        rows.into_iter()
            .map(|(id, name, filter, created_by, created_at)| {
                let filter = crate::records::json("segments", "filter", &filter)?;
                Ok(Segment { id: SegmentId(id), name, filter, created_by, created_at })
            })
            .collect()
    }

    async fn delete_segment(&self, mini_program: MiniProgramId, id: SegmentId) -> StoreResult<bool> {
        let done = query("DELETE FROM segments WHERE mini_program_id = $1 AND id = $2")
            .bind(mini_program.0)
            .bind(id.0)
            .execute(self.write())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn traits_of_many(&self, ids: &[SubscriberId]) -> StoreResult<HashMap<SubscriberId, PersonTraits>> {
        let keys: Vec<[i64; 1]> = ids.iter().map(|id| [id.0]).collect();
        let mut found: HashMap<SubscriberId, PersonTraits> = HashMap::new();
        let mut tx = self.begin_snapshot().await?;
        let tags: Vec<(i64, String)> = query_as(concat!(
            "SELECT t.subscriber_id, t.tag FROM ",
            rows!(1: 1 "r_subscriber"),
            " AS r JOIN subscriber_tags t ON t.subscriber_id = r_subscriber"
        ))
        .bind(dialect::rows(&keys))
        .fetch_all(&mut *tx)
        .await?;
        for (id, tag) in tags {
            found.entry(SubscriberId(id)).or_default().tags.insert(tag);
        }
        let attributes: Vec<(i64, String, String)> =
            query_as(ATTRIBUTES).bind(dialect::rows(&keys)).fetch_all(&mut *tx).await?;
        for (id, name, value) in attributes {
            found.entry(SubscriberId(id)).or_default().attributes.insert(name, value);
        }
        Ok(found)
    }

    async fn attribute_names(&self, mini_program: MiniProgramId, limit: i64) -> StoreResult<Vec<String>> {
        // From one name to the next by the index, however many people have each.
        let rows: Vec<(String,)> = query_as(
            "WITH RECURSIVE t(name, n) AS (
                 SELECT (SELECT min(name) FROM subscriber_attributes WHERE mini_program_id = $1), 1
                 UNION ALL
                 SELECT (SELECT min(a.name) FROM subscriber_attributes a WHERE a.mini_program_id = $1 AND a.name > t.name),
                        n + 1
                 FROM t WHERE t.name IS NOT NULL AND n < $2)
             SELECT name FROM t WHERE name IS NOT NULL",
        )
        .bind(mini_program.0)
        .bind(limit.max(1))
        .fetch_all(self.read())
        .await?;
        Ok(rows.into_iter().map(|(name,)| name).collect())
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
