//! Which templates the code asks for: up to five of one kind, as one popup takes them.

use super::super::tabs::Tab;
use crate::{components::words, web::Context};
use leptos::prelude::*;
use model::{
    mini_program::MiniProgram,
    template::{Template, TemplateKind},
};

/// `wx.requestSubscribeMessage` takes up to five ids.
const MOST: usize = 5;

/// The templates that can be asked for, and which of them are.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    /// All in use, with whether they are ticked.
    offered: Vec<(Template, bool)>,
    /// The person ticked; else it is our choice.
    asked: bool,
}

impl Chosen {
    /// Reads the query string (`t7=on` for the template 7); without a choice it is the first of one kind.
    pub(super) fn read(ctx: &Context, templates: &[Template]) -> Self {
        let usable = templates.iter().filter(|t| t.archived_at.is_none() && t.gone_at.is_none());
        let usable: Vec<Template> = usable.cloned().collect();
        Self::of(usable, |template| ctx.query(&name(template)).is_some())
    }

    fn of(usable: Vec<Template>, ticked: impl Fn(&Template) -> bool) -> Self {
        let asked = usable.iter().any(&ticked);
        let one_time = usable.iter().any(|t| t.settings.kind == TemplateKind::OneTime);
        let kind = if one_time { TemplateKind::OneTime } else { TemplateKind::LongTerm };
        let mut room = MOST;
        let mut first = |template: &Template| {
            let take = template.settings.kind == kind && room > 0;
            room -= usize::from(take);
            take
        };
        let offered = usable
            .into_iter()
            .map(|template| {
                let on = if asked { ticked(&template) } else { first(&template) };
                (template, on)
            })
            .collect();
        Self { offered, asked }
    }

    fn ticked(&self) -> impl Iterator<Item = &Template> {
        self.offered.iter().filter(|(_, on)| *on).map(|(template, _)| template)
    }

    /// Id and title of those that the code names: of the first one's kind, five at most.
    pub(super) fn templates(&self) -> Vec<(String, String)> {
        let kind = self.ticked().next().map(|t| t.settings.kind);
        let fits = self.ticked().filter(|t| Some(t.settings.kind) == kind).take(MOST);
        fits.map(|t| (t.settings.pri_tmpl_id.clone(), t.settings.title.clone())).collect()
    }

    /// The query string that keeps the choice, with its `?`; empty where there was none.
    pub(super) fn query(&self) -> String {
        if !self.asked {
            return String::new();
        }
        let pairs: Vec<_> = self.ticked().map(|t| format!("{}=on", name(t))).collect();
        format!("?{}", pairs.join("&"))
    }

    /// What one popup cannot do with the choice.
    fn problems(&self) -> Vec<Problem> {
        let ticked: Vec<_> = self.ticked().collect();
        let mut problems = Vec::new();
        if ticked.len() > MOST {
            problems.push(Problem::TooMany);
        }
        if ticked.iter().any(|t| Some(t.settings.kind) != ticked.first().map(|first| first.settings.kind)) {
            problems.push(Problem::Mixed);
        }
        let mut titles: Vec<_> = ticked.iter().map(|t| &t.settings.title).collect();
        titles.sort_unstable();
        if titles.windows(2).any(|pair| pair[0] == pair[1]) {
            problems.push(Problem::SameTitle);
        }
        problems
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Problem {
    TooMany,
    Mixed,
    SameTitle,
}

fn name(template: &Template) -> String {
    format!("t{}", template.id)
}

/// The form; it only reads, so it is a GET.
pub(super) fn card(ctx: &Context, program: &MiniProgram, chosen: &Chosen) -> AnyView {
    if chosen.offered.is_empty() {
        return none(ctx);
    }
    let boxes: Vec<_> = chosen.offered.iter().map(|(template, on)| tick(ctx, template, *on)).collect();
    let problems: Vec<_> = chosen.problems().into_iter().map(|problem| words_of(ctx, problem)).collect();
    let problems =
        (!problems.is_empty()).then(|| view! { <div class="notice-box warn" role="status">{problems}</div> });
    let watch = ctx.query("watch").map(|_| view! { <input type="hidden" name="watch" value="1" /> });
    view! {
        <section class="card" id="templates">
            <h2>{ctx.t("询问哪些模板", "Which templates to ask for").to_owned()}</h2>
            <p class="muted">
                {ctx.t("一次弹窗最多 5 个，一次性和长期模板不能放在一起。下面的代码会按选择更新。", "One popup takes up to five, of one kind. The code below follows the choice.").to_owned()}
            </p>
            {problems}
            <form method="get" action=Tab::Connect.path(program.id)>
                {watch}
                <div class="stack">{boxes}</div>
                <div class="form-actions">
                    <button class="button" type="submit">{ctx.t("更新代码", "Update the code").to_owned()}</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn none(ctx: &Context) -> AnyView {
    view! {
        <section class="card" id="templates">
            <h2>{ctx.t("询问哪些模板", "Which templates to ask for").to_owned()}</h2>
            <p class="notice-box info">
                {ctx.t("这个小程序还没有可用的模板，下面的代码里先用 TEMPLATE_ID 代替。", "This mini program has no template yet; TEMPLATE_ID stands for one below.").to_owned()}
                " " <a href="/templates">{ctx.t("去登记模板", "Register one").to_owned()}</a>
            </p>
        </section>
    }
    .into_any()
}

fn tick(ctx: &Context, template: &Template, on: bool) -> AnyView {
    let id = format!("f-{}", name(template));
    let kind = words::template_kind(template.settings.kind, ctx.lang);
    view! {
        <div class="check">
            <input id=id.clone() type="checkbox" name=name(template) value="on" checked=on />
            <label for=id>
                {template.settings.title.clone()} " " <span class="muted small">{kind}</span>
                <span class="field-hint"><code>{template.settings.pri_tmpl_id.clone()}</code></span>
            </label>
        </div>
    }
    .into_any()
}

fn words_of(ctx: &Context, problem: Problem) -> AnyView {
    let text = match problem {
        Problem::TooMany => ctx.t(
            "选择了超过 5 个，代码里只放前 5 个；其余的请放到另一次弹窗。",
            "More than five are ticked: the code names the first five. Ask for the others in another popup.",
        ),
        Problem::Mixed => ctx.t(
            "一次性和长期模板不能同时询问（微信会返回 20002），代码里只放与第一个同类的。",
            "One-time and long-term templates cannot be asked for together (WeChat answers 20002): the code names those of the first one's kind.",
        ),
        Problem::SameTitle => ctx.t(
            "有标题相同的模板：同一次弹窗里微信只显示其中一个，其余返回 filter。",
            "Some have the same title: WeChat shows one of them in a popup and answers filter for the others.",
        ),
    };
    view! { <p>{text.to_owned()}</p> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{
        ids::{MiniProgramId, TemplateId},
        template::TemplateSettings,
    };

    fn template(id: i64, kind: TemplateKind) -> Template {
        Template {
            id: TemplateId(id),
            mini_program: MiniProgramId(1),
            settings: TemplateSettings {
                pri_tmpl_id: format!("id{id}"),
                title: format!("title {}", id % 7),
                kind,
                ..TemplateSettings::default()
            },
            archived_at: None,
            gone_at: None,
            synced_at: None,
            created_at: 0,
        }
    }

    fn ids(chosen: &Chosen) -> Vec<String> {
        chosen.templates().into_iter().map(|(id, _)| id).collect()
    }

    #[test]
    fn without_a_choice_the_first_five_one_time_templates_are_asked_for() {
        let mut all = vec![template(100, TemplateKind::LongTerm)];
        all.extend((1..=7).map(|id| template(id, TemplateKind::OneTime)));
        let chosen = Chosen::of(all, |_| false);
        assert_eq!(ids(&chosen), ["id1", "id2", "id3", "id4", "id5"]);
        assert_eq!((chosen.problems(), chosen.query()), (vec![], String::new()));
        let long = Chosen::of(vec![template(1, TemplateKind::LongTerm)], |_| false);
        assert_eq!(ids(&long), ["id1"]);
    }

    #[test]
    fn a_choice_that_no_popup_takes_is_cut_to_one_that_it_does() {
        let all = vec![
            template(1, TemplateKind::LongTerm),
            template(2, TemplateKind::OneTime),
            template(8, TemplateKind::LongTerm),
        ];
        let mixed = Chosen::of(all, |_| true);
        assert_eq!(ids(&mixed), ["id1", "id8"]);
        assert_eq!(mixed.problems(), [Problem::Mixed, Problem::SameTitle]);
        assert_eq!(mixed.query(), "?t1=on&t2=on&t8=on");
        let many = Chosen::of((1..=6).map(|id| template(id, TemplateKind::OneTime)).collect(), |_| true);
        assert_eq!((ids(&many).len(), many.problems()), (5, vec![Problem::TooMany]));
    }
}
