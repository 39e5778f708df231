//! Templates.

use super::{
    caller::Reads,
    refusal::Refusal,
    shapes::{List, TemplateShape},
};
use crate::web::WebState;
use axum::{Json, extract::State};

/// List templates
///
/// All that are registered, with the fields that an order fills in.
#[utoipa::path(
    get,
    path = "/templates",
    operation_id = "listTemplates",
    tag = "Templates",
    responses((status = 200, description = "All templates.", body = List<TemplateShape>)),
    security(("key" = ["read"])),
)]
pub async fn list(Reads(caller): Reads, State(state): State<WebState>) -> Result<Json<List<TemplateShape>>, Refusal> {
    let templates = state.services.registered_templates(caller.api.program.id).await?;
    Ok(Json(List { items: templates.into_iter().map(TemplateShape::from).collect(), next: None }))
}
