//! Registered templates.

use super::{dialect::Backend, query, query_as, template_kind};
use crate::{
    StoreError, StoreResult, Templates,
    records::{TemplateRecord, TemplateSummaryRecord, to_json},
    text::text,
};
use async_trait::async_trait;
use model::{
    Millis,
    ids::{MiniProgramId, TemplateId},
    template::{Template, TemplateSettings, TemplateSummary},
};

macro_rules! columns {
    () => {
        "t.id, t.mini_program_id, t.pri_tmpl_id, t.title, t.kind, t.fields, t.validity_days, t.archived_at, t.gone_at, \
         t.synced_at, t.created_at"
    };
}

#[async_trait]
impl Templates for Backend {
    async fn add_template(
        &self,
        mini_program: MiniProgramId,
        settings: &TemplateSettings,
        now: Millis,
    ) -> StoreResult<TemplateId> {
        let (id,) = query_as(
            "INSERT INTO templates (mini_program_id, pri_tmpl_id, title, kind, fields, created_at, validity_days)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             RETURNING id",
        )
        .bind(mini_program.0)
        .bind(text(&settings.pri_tmpl_id))
        .bind(text(&settings.title))
        .bind(settings.kind.code())
        .bind(to_json(&settings.fields)?)
        .bind(now)
        .bind(settings.validity_days)
        .fetch_one(self.write())
        .await
        .map_err(|e| StoreError::unique(e, "pri_tmpl_id"))?;
        Ok(TemplateId(id))
    }

    async fn change_template(&self, id: TemplateId, settings: &TemplateSettings) -> StoreResult<bool> {
        let mut tx = self.begin().await?;
        template_kind::change(&mut tx, id, settings.kind).await?;
        let done = query(
            "UPDATE templates SET pri_tmpl_id = $2, title = $3, kind = $4, fields = $5, validity_days = $6
             WHERE id = $1",
        )
        .bind(id.0)
        .bind(text(&settings.pri_tmpl_id))
        .bind(text(&settings.title))
        .bind(settings.kind.code())
        .bind(to_json(&settings.fields)?)
        .bind(settings.validity_days)
        .execute(&mut *tx)
        .await
        .map_err(|e| StoreError::unique(e, "pri_tmpl_id"))?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    async fn archive_template(&self, id: TemplateId, at: Option<Millis>) -> StoreResult<bool> {
        let done = query("UPDATE templates SET archived_at = $2 WHERE id = $1")
            .bind(id.0)
            .bind(at)
            .execute(self.write())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn mark_template_gone(&self, id: TemplateId, at: Option<Millis>) -> StoreResult<bool> {
        let done =
            query("UPDATE templates SET gone_at = $2 WHERE id = $1").bind(id.0).bind(at).execute(self.write()).await?;
        Ok(done.rows_affected() > 0)
    }

    async fn template(&self, id: TemplateId) -> StoreResult<Option<Template>> {
        let row: Option<TemplateRecord> = query_as(concat!("SELECT ", columns!(), " FROM templates t WHERE t.id = $1"))
            .bind(id.0)
            .fetch_optional(self.read())
            .await?;
        row.map(Template::try_from).transpose()
    }

    async fn template_by_pri_tmpl_id(
        &self,
        mini_program: MiniProgramId,
        pri_tmpl_id: &str,
    ) -> StoreResult<Option<Template>> {
        let row: Option<TemplateRecord> = query_as(concat!(
            "SELECT ",
            columns!(),
            " FROM templates t WHERE t.mini_program_id = $1 AND t.pri_tmpl_id = $2"
        ))
        .bind(mini_program.0)
        .bind(text(pri_tmpl_id))
        .fetch_optional(self.read())
        .await?;
        row.map(Template::try_from).transpose()
    }

    async fn registered_templates(&self, mini_program: MiniProgramId) -> StoreResult<Vec<Template>> {
        let rows: Vec<TemplateRecord> = query_as(concat!(
            "SELECT ",
            columns!(),
            " FROM templates t WHERE t.mini_program_id = $1
             ORDER BY CASE WHEN t.archived_at IS NULL THEN 0 ELSE 1 END, t.id DESC"
        ))
        .bind(mini_program.0)
        .fetch_all(self.read())
        .await?;
        rows.into_iter().map(Template::try_from).collect()
    }

    async fn templates(&self, mini_program: MiniProgramId) -> StoreResult<Vec<TemplateSummary>> {
        let rows: Vec<TemplateSummaryRecord> = query_as(concat!(
            "SELECT ",
            columns!(),
            ", COALESCE(g.reachable, 0) AS reachable, COALESCE(g.balance, 0) AS balance
             FROM templates t
             LEFT JOIN (
                 SELECT template_id,
                        -- A long-term grant reserves nothing, so one rule does for both kinds.
                        CAST(sum(CASE WHEN balance - reserved >= 1 THEN 1 ELSE 0 END) AS BIGINT) AS reachable,
                        CAST(sum(balance) AS BIGINT) AS balance
                 FROM grants
                 WHERE template_id IN (SELECT id FROM templates WHERE mini_program_id = $1)
                 GROUP BY template_id
             ) g ON g.template_id = t.id
             WHERE t.mini_program_id = $1
             ORDER BY CASE WHEN t.archived_at IS NULL THEN 0 ELSE 1 END, t.id DESC"
        ))
        .bind(mini_program.0)
        .fetch_all(self.read())
        .await?;
        rows.into_iter().map(TemplateSummary::try_from).collect()
    }
}
