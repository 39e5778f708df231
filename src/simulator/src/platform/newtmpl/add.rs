//! `POST addtemplate`.

use serde::Deserialize;
use serde_json::json;

use crate::account::AccountState;
use crate::answer::Outcome;
use crate::input::Input;
use crate::library::{self, Keyword, Title};
use crate::refusal::Refusal;
use crate::sync::lock;

/// How many keywords a template may have.
const KEYWORDS: std::ops::RangeInclusive<usize> = 2..=5;
/// How long 服务场景描述 may be.
const SCENE: usize = 15;

/// `tid` is a string by the documentation, unlike in the list of titles.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    #[serde(default)]
    tid: String,
    #[serde(default)]
    kid_list: Vec<u32>,
    #[serde(default)]
    scene_desc: String,
}

pub(super) fn add(account: &AccountState, input: &Input) -> Outcome {
    let order: Order = input.json()?;
    let (title, keywords) = chosen(&order)?;
    if order.scene_desc.trim().is_empty() || order.scene_desc.chars().count() > SCENE {
        return Err(200_021.into());
    }
    // Held until the end: of two equal orders at one time the second finds the first.
    let mut added = lock(&account.added);
    if let Some(existing) = added.find(title.tid, &order.kid_list) {
        return Err(Refusal::existing(existing));
    }
    if account.template_count() >= account.settings().template_limit {
        return Err(200_012.into());
    }
    let template = title.template(&keywords);
    let id = template.id.clone();
    added.remember(title.tid, &order.kid_list, &id);
    account.set_template(template);
    Ok(json!({ "errcode": 0, "errmsg": "ok", "priTmplId": id }).to_string())
}

/// The title and the keywords in the order asked; a service card has none.
fn chosen(order: &Order) -> Result<(&'static Title, Vec<&'static Keyword>), Refusal> {
    let tid = order.tid.parse().map_err(|_no_number| 200_014)?;
    if let Some(card) = library::service_card(tid) {
        return if order.kid_list.is_empty() { Ok((card, Vec::new())) } else { Err(200_020.into()) };
    }
    let title = library::title(tid).ok_or(200_014)?;
    let repeated = (1..order.kid_list.len()).any(|at| order.kid_list[..at].contains(&order.kid_list[at]));
    let keywords: Option<Vec<_>> = order.kid_list.iter().map(|kid| title.keyword(*kid)).collect();
    match keywords {
        Some(keywords) if KEYWORDS.contains(&keywords.len()) && !repeated => Ok((title, keywords)),
        _ => Err(200_020.into()),
    }
}
