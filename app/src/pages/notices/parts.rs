//! What the pages of notices and of sending share.

use crate::{
    components::{PhoneCard, words},
    web::Context,
};
use leptos::prelude::*;
use model::{
    Lang, Millis,
    mini_program::{MiniProgram, ProgramState},
    notice::{Audience, Content},
    page::At,
};
use service::NoticeView;

/// An instant, short; the whole of it on hover.
pub(in crate::pages) fn when(ctx: &Context, at: Millis) -> impl IntoView + use<> {
    let whole = ctx.time(at);
    view! { <time datetime=whole.clone() title=whole>{ctx.short_time(at)}</time> }
}

/// An instant to the second.
pub(super) fn exactly(ctx: &Context, at: Millis) -> impl IntoView + use<> {
    let whole = ctx.time(at);
    view! { <time datetime=whole.clone()>{whole.clone()}</time> }
}

/// Which page of a list the query asks for.
pub(super) fn at(ctx: &Context) -> At {
    let key = |name: &str| ctx.query(name).and_then(|s| s.parse().ok());
    match (key("after"), key("before")) {
        (Some(key), _) => At::After(key),
        (None, Some(key)) => At::Before(key),
        (None, None) => At::Start,
    }
}

/// The name of a mini program that is not the one worked with.
pub(in crate::pages) fn own_name(ctx: &Context, program: &MiniProgram) -> Option<String> {
    let here = ctx.mini_program.as_ref().is_some_and(|current| current.id == program.id);
    (!here).then(|| program.settings.name.clone())
}

/// The audience in words.
pub(in crate::pages) fn audience_text(audience: &Audience, lang: Lang) -> String {
    let count = |n: usize| words::number(i64::try_from(n).unwrap_or(i64::MAX));
    match (audience, lang) {
        (Audience::Nobody, _) => lang.t("尚未选择", "Not chosen yet").to_owned(),
        (Audience::EverybodyWithGrant, _) => lang.t("所有有授权额度的人", "Everybody with a grant").to_owned(),
        (Audience::Chosen(ids), Lang::Zh) => format!("在订阅者列表中勾选的 {} 人", count(ids.len())),
        (Audience::Chosen(ids), Lang::En) => format!("{} people ticked in the list", count(ids.len())),
        (Audience::Openids(list), _) if list.len() == 1 => list.concat(),
        (Audience::Results { notice, .. }, Lang::Zh) => format!("通知任务 #{notice} 中按结果选出的人"),
        (Audience::Results { notice, .. }, Lang::En) => format!("people chosen by the results of notice #{notice}"),
        (Audience::Openids(list), Lang::Zh) => format!("粘贴的 {} 个 openid", count(list.len())),
        (Audience::Openids(list), Lang::En) => format!("{} pasted openids", count(list.len())),
        (Audience::Filtered(_), _) => lang.t("符合筛选条件的人", "Whoever the filter finds").to_owned(),
        (Audience::Listed { size }, Lang::Zh) => format!("名单里的 {} 人", words::number(*size)),
        (Audience::Listed { size }, Lang::En) => format!("{} people of a list", words::number(*size)),
    }
}

/// Page, version and language, for a list of facts.
pub(in crate::pages) fn content_facts(ctx: &Context, content: &Content) -> impl IntoView + use<> {
    let page = if content.page.is_empty() {
        view! { <span class="muted">{ctx.t("不跳转", "None").to_owned()}</span> }.into_any()
    } else {
        view! { <code>{content.page.clone()}</code> }.into_any()
    };
    let class = if content.program_state == ProgramState::Formal { "" } else { "badge fail" };
    view! {
        <dt>{ctx.t("点开后的页面", "Page that a tap opens").to_owned()}</dt>
        <dd>{page}</dd>
        <dt>{ctx.t("打开的版本", "Version that it opens").to_owned()}</dt>
        <dd><span class=class>{words::program_state(content.program_state, ctx.lang)}</span></dd>
        <dt>{ctx.t("消息语言", "Language of the message").to_owned()}</dt>
        <dd>{words::message_lang(content.message_lang)}</dd>
    }
}

/// The message as it looks on the phone. A value whose field the template does not have any more is shown by its key.
pub(in crate::pages) fn phone(view: &NoticeView, lang: Lang) -> impl IntoView + use<> {
    let fields = &view.template.settings.fields;
    let values = &view.notice.content.values;
    let known = fields.iter().filter_map(|f| values.get(&f.key).map(|value| (f.label.clone(), value.clone())));
    let gone = values
        .iter()
        .filter(|(key, _)| !fields.iter().any(|f| f.key == **key))
        .map(|(key, value)| (key.clone(), value.clone()));
    let rows: Vec<_> = known.chain(gone).collect();
    let opens = !view.notice.content.page.is_empty();
    view! {
        <PhoneCard
            app=view.mini_program.settings.name.clone()
            title=view.template.settings.title.clone()
            rows=rows
            opens=opens
            lang
        />
    }
}

/// A duration as one would say it.
pub(in crate::pages) fn duration(ms: i64, lang: Lang) -> String {
    let seconds = ms / 1_000;
    let t = |zh: String, en: String| match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    match (ms, seconds) {
        (..1_000, _) => t(format!("{ms} 毫秒"), format!("{ms} ms")),
        (_, ..60) => t(format!("{seconds} 秒"), format!("{seconds} s")),
        (_, ..3_600) => {
            let (m, s) = (seconds / 60, seconds % 60);
            t(format!("{m} 分 {s} 秒"), format!("{m} min {s} s"))
        }
        _ => {
            let (h, m) = (seconds / 3_600, seconds % 3_600 / 60);
            t(format!("{h} 小时 {m} 分"), format!("{h} h {m} min"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_in_two_units_at_most() {
        assert_eq!(duration(950, Lang::Zh), "950 毫秒");
        assert_eq!(duration(59_999, Lang::En), "59 s");
        assert_eq!(duration(61_000, Lang::Zh), "1 分 1 秒");
        assert_eq!(duration(7_260_000, Lang::Zh), "2 小时 1 分");
    }
}
