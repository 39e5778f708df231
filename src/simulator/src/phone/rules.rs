//! What wx.requestSubscribeMessage refuses (errCode table of its page).

use std::collections::HashSet;
use std::sync::Arc;

use super::prompt::{Choice, Prompt};
use crate::account::AccountState;
use crate::subscribers::Choices;
use crate::template::KnownTemplate;

/// Templates per popup.
const MOST: usize = 5;

/// Why there is no popup: errCode and errMsg.
pub(super) type Fault = (i32, &'static str);

/// What becomes of one template of a call.
pub(super) enum Fate {
    /// 封禁.
    Ban,
    /// Filtered, for a template of the same title came before.
    Filter,
    /// Answered by the person.
    Asked(bool),
    /// Answered by a kept choice: the popup does not show it.
    Kept(bool),
}

impl Fate {
    /// The answer, if the template got one.
    pub fn answer(&self) -> Option<bool> {
        match self {
            Self::Asked(accept) | Self::Kept(accept) => Some(*accept),
            Self::Ban | Self::Filter => None,
        }
    }

    /// The word in the result.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Ban => "ban",
            Self::Filter => "filter",
            Self::Asked(true) | Self::Kept(true) => "accept",
            Self::Asked(false) | Self::Kept(false) => "reject",
        }
    }
}

/// The templates of a call, or why it fails.
pub(super) fn templates(
    account: &AccountState,
    choices: &Choices,
    prompt: &Prompt,
) -> Result<Vec<(Arc<KnownTemplate>, Choice)>, Fault> {
    if prompt.results.is_empty() {
        return Err((10_001, "TmplIds can't be empty"));
    }
    if prompt.results.len() > MOST {
        return Err((20_003, "Templates count out of max bounds"));
    }
    if !account.settings().authorized {
        return Err((20_005, "This mini program was banned from subscribing messages"));
    }
    if choices.main_off {
        return Err((20_004, "The main switch is switched off"));
    }
    let find = |(id, choice): &(String, Choice)| Some((account.template(id)?, *choice));
    let known: Option<Vec<_>> = prompt.results.iter().map(find).collect();
    let known = known.filter(|all| !all.iter().any(|(known, _)| known.template.service_card));
    let known = known.ok_or((20_001, "No template data return, verify the template id exist"))?;
    if known.iter().any(|(template, _)| template.is_long_term() != known[0].0.is_long_term()) {
        return Err((20_002, "Templates type must be same"));
    }
    Ok(known)
}

/// What becomes of each template.
pub(super) fn fates(templates: &[(Arc<KnownTemplate>, Choice)], choices: &Choices) -> Vec<Fate> {
    let mut titles = HashSet::new();
    let fate = |(known, choice): &(Arc<KnownTemplate>, Choice)| {
        if known.template.banned {
            return Fate::Ban;
        }
        if !titles.insert(known.template.title.clone()) {
            return Fate::Filter;
        }
        choices.kept(&known.id).map_or(Fate::Asked(*choice == Choice::Accept), Fate::Kept)
    };
    templates.iter().map(fate).collect()
}
