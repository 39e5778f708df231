//! Where the remedy of a code is to be found, seen from numbers over many notices.

use model::{
    Lang,
    advice::{Advice, NextClick, Scope},
    ids::{MiniProgramId, TemplateId},
};

/// The next click: address and words. `None` when there is nothing to click on.
pub(in crate::pages) fn next_click(
    advice: &Advice,
    program: MiniProgramId,
    template: Option<TemplateId>,
    lang: Lang,
) -> Option<(String, &'static str)> {
    let next = advice.next?;
    let words = next.label(lang);
    Some(match next {
        NextClick::EditContent => (notices(template, advice.scope), words),
        NextClick::OpenTemplate => {
            (template.map_or_else(|| "/templates".to_owned(), |id| format!("/templates/{id}")), words)
        }
        NextClick::OpenMiniProgram => (format!("/mini-programs/{program}"), words),
        // Many people are behind one number; they are found in the notices.
        NextClick::OpenSubscriber => {
            (notices(template, Scope::Delivery), lang.t("在通知任务里查看这些人", "See the people in the notices"))
        }
        NextClick::ContactPlatform => ("https://mp.weixin.qq.com/".to_owned(), words),
        NextClick::Wait | NextClick::ReportBug => return None,
    })
}

/// The list of notices; a code that stops a notice is found among those that were stopped.
fn notices(template: Option<TemplateId>, scope: Scope) -> String {
    let state = (scope == Scope::Notice).then(|| "state=stopped".to_owned());
    let template = template.map(|id| format!("template={id}"));
    let query: Vec<String> = [state, template].into_iter().flatten().collect();
    if query.is_empty() { "/notices".to_owned() } else { format!("/notices?{}", query.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::advice::{advise, all};

    fn href(code: i64, template: Option<TemplateId>) -> Option<String> {
        next_click(&advise(code), MiniProgramId(3), template, Lang::Zh).map(|(href, _)| href)
    }

    #[test]
    fn codes_lead_to_where_the_remedy_is() {
        assert_eq!(href(40125, None).as_deref(), Some("/mini-programs/3"));
        assert_eq!(href(40037, None).as_deref(), Some("/templates"));
        assert_eq!(href(40037, Some(TemplateId(5))).as_deref(), Some("/templates/5"));
        assert_eq!(href(47003, Some(TemplateId(5))).as_deref(), Some("/notices?state=stopped&template=5"));
        assert_eq!(href(43101, None).as_deref(), Some("/notices"));
        assert_eq!(href(-1, None), None);
    }

    #[test]
    fn every_known_code_leads_somewhere_of_ours_or_to_wechat_or_nowhere() {
        for advice in all() {
            if let Some((href, words)) = next_click(advice, MiniProgramId(1), None, Lang::En) {
                assert!(href.starts_with('/') || href == "https://mp.weixin.qq.com/", "{href}");
                assert!(!words.is_empty());
            }
        }
    }
}
