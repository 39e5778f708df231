//! `POST deltemplate`.

use serde::Deserialize;

use crate::account::AccountState;
use crate::answer::Outcome;
use crate::input::Input;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    #[serde(default)]
    pri_tmpl_id: String,
}

pub(super) fn delete(account: &AccountState, input: &Input) -> Outcome {
    let order: Order = input.json()?;
    if !account.delete_template(&order.pri_tmpl_id) {
        return Err(200_014.into());
    }
    Ok(r#"{"errcode":0,"errmsg":"ok"}"#.to_owned())
}
