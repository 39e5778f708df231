//! Reading the counters.

use super::{OWN_CODES, dialect::Backend, query_as};
use crate::{
    Period, Statistics, StoreResult,
    records::{codes, counts_by},
};
use async_trait::async_trait;
use model::{
    ids::TemplateId,
    statistics::{CodeCounts, HourAccuracy, HourCounts, TemplateCounts},
};

/// The platform says that there is no grant.
const NO_GRANT: i64 = 43101;

/// `$1` mini program, `$2` and `$3` the period, `$4` the template or null.
macro_rules! of_period {
    ($select:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $select,
            ", CAST(sum(c.n) AS BIGINT) AS total FROM counters c \
             WHERE c.mini_program_id = $1 AND c.hour_at >= $2 AND c.hour_at < $3 \
             AND (CAST($4 AS BIGINT) IS NULL OR c.template_id = $4) ",
            $rest
        )
    };
}

#[async_trait]
impl Statistics for Backend {
    async fn counts_by_hour(&self, period: Period) -> StoreResult<Vec<HourCounts>> {
        let rows =
            read(self, of_period!("c.hour_at, c.state", "GROUP BY c.hour_at, c.state HAVING sum(c.n) <> 0"), period)
                .await?;
        let mut hours: Vec<HourCounts> =
            counts_by("counters", rows)?.into_iter().map(|(hour_at, counts)| HourCounts { hour_at, counts }).collect();
        hours.sort_unstable_by_key(|hour| hour.hour_at);
        Ok(hours)
    }

    async fn accuracy_by_hour(&self, period: Period) -> StoreResult<Vec<HourAccuracy>> {
        let rows: Vec<(i64, i64, i64)> = query_as(
            "SELECT c.hour_at, CAST(sum(c.n) AS BIGINT),
                    CAST(sum(CASE WHEN c.state = 4 AND c.errcode = $6 THEN c.n ELSE 0 END) AS BIGINT)
             FROM counters c
             WHERE c.mini_program_id = $1 AND c.hour_at >= $2 AND c.hour_at < $3
               AND (CAST($4 AS BIGINT) IS NULL OR c.template_id = $4)
               AND c.state IN (2, 3, 4) AND c.errcode > $5
             GROUP BY c.hour_at HAVING sum(c.n) <> 0
             ORDER BY c.hour_at",
        )
        .bind(period.mini_program.0)
        .bind(period.from)
        .bind(period.to)
        .bind(period.template.map(|template| template.0))
        .bind(OWN_CODES)
        .bind(NO_GRANT)
        .fetch_all(self.read())
        .await?;
        Ok(rows
            .into_iter()
            .map(|(hour_at, answered, contradicted)| HourAccuracy { hour_at, answered, contradicted })
            .collect())
    }

    async fn counts_by_template(&self, period: Period) -> StoreResult<Vec<TemplateCounts>> {
        let rows = read(
            self,
            of_period!("c.template_id, c.state", "GROUP BY c.template_id, c.state HAVING sum(c.n) <> 0"),
            period,
        )
        .await?;
        let titles: Vec<(i64, String)> = query_as("SELECT id, title FROM templates WHERE mini_program_id = $1")
            .bind(period.mini_program.0)
            .fetch_all(self.read())
            .await?;
        let mut counts = counts_by("counters", rows)?;
        let mut templates: Vec<TemplateCounts> = titles
            .into_iter()
            .filter_map(|(id, title)| {
                counts.remove(&id).map(|counts| TemplateCounts { template: TemplateId(id), title, counts })
            })
            .collect();
        templates.sort_by_key(|t| (std::cmp::Reverse(t.counts.total()), t.template));
        Ok(templates)
    }

    async fn counts_by_code(&self, period: Period) -> StoreResult<Vec<CodeCounts>> {
        let rows = read(
            self,
            of_period!(
                "c.errcode, c.state",
                "AND c.state >= 4 GROUP BY c.errcode, c.state HAVING sum(c.n) <> 0 ORDER BY total DESC, c.state, c.errcode"
            ),
            period,
        )
        .await?;
        codes("counters", rows)
    }
}

async fn read(db: &Backend, sql: &'static str, period: Period) -> StoreResult<Vec<(i64, i64, i64)>> {
    Ok(query_as(sql)
        .bind(period.mini_program.0)
        .bind(period.from)
        .bind(period.to)
        .bind(period.template.map(|template| template.0))
        .fetch_all(db.read())
        .await?)
}
