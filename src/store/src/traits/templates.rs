//! Registered templates.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Millis,
    ids::{MiniProgramId, TemplateId},
    template::{Template, TemplateSettings, TemplateSummary},
};

/// Templates.
#[async_trait]
pub trait Templates {
    /// Registers one. (mini program, `priTmplId`) is unique: [`crate::StoreError::NotUnique`]`("pri_tmpl_id")`.
    async fn add_template(
        &self,
        mini_program: MiniProgramId,
        settings: &TemplateSettings,
        now: Millis,
    ) -> StoreResult<TemplateId>;

    /// Changes one; answers whether it exists. Same uniqueness as above.
    async fn change_template(&self, id: TemplateId, settings: &TemplateSettings) -> StoreResult<bool>;

    /// Archives (an instant) or brings back (`None`); answers whether it exists.
    async fn archive_template(&self, id: TemplateId, at: Option<Millis>) -> StoreResult<bool>;

    /// Notes that the platform does not list it any more (an instant) or does again (`None`); answers whether it exists.
    async fn mark_template_gone(&self, id: TemplateId, at: Option<Millis>) -> StoreResult<bool>;

    /// One of them.
    async fn template(&self, id: TemplateId) -> StoreResult<Option<Template>>;

    /// By the platform's id.
    async fn template_by_pri_tmpl_id(
        &self,
        mini_program: MiniProgramId,
        pri_tmpl_id: &str,
    ) -> StoreResult<Option<Template>>;

    /// All of a mini program, newest first, archived last, with what their grants amount to.
    async fn registered_templates(&self, mini_program: MiniProgramId) -> StoreResult<Vec<Template>>;

    /// The same with what their grants amount to, by a look at all grants of the mini program: for the lists that show it.
    async fn templates(&self, mini_program: MiniProgramId) -> StoreResult<Vec<TemplateSummary>>;
}
