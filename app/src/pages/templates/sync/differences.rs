//! What differs between a template here and at WeChat, in words.

use super::super::{field_list, field_name};
use crate::components::words;
use model::{Lang, field::Field, platform::OwnTemplate, template::TemplateKind};

/// One difference: what, here, at WeChat. `None`: it is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) what: String,
    pub(super) ours: Option<String>,
    pub(super) theirs: Option<String>,
}

/// All of them: title, kind, fields. Examples do not count.
pub(super) fn between(ours: &OwnTemplate, theirs: &OwnTemplate, lang: Lang) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut differs = |what: String, ours: Option<String>, theirs: Option<String>| {
        if ours != theirs {
            found.push(Difference { what, ours, theirs });
        }
    };
    differs(lang.t("标题", "Title").to_owned(), Some(ours.title.clone()), Some(theirs.title.clone()));
    differs(lang.t("类型", "Kind").to_owned(), Some(kind(ours.kind, lang)), Some(kind(theirs.kind, lang)));
    for field in &ours.fields {
        let Some(other) = theirs.fields.iter().find(|other| other.key == field.key) else {
            differs(lang.t("字段被移除", "Field removed").to_owned(), Some(field_name(field, lang)), None);
            continue;
        };
        let label = format!("{} {}", lang.t("字段标签", "Label of"), field.key);
        differs(label, Some(field.label.clone()), Some(other.label.clone()));
        let values = format!("{} {}", lang.t("可选值", "Choices of"), field.key);
        differs(values, Some(allowed(field, lang)), Some(allowed(other, lang)));
    }
    for field in theirs.fields.iter().filter(|field| ours.fields.iter().all(|own| own.key != field.key)) {
        differs(lang.t("新增字段", "Field added").to_owned(), None, Some(field_name(field, lang)));
    }
    if found.is_empty() && keys(ours) != keys(theirs) {
        let what = lang.t("字段顺序", "Order of the fields").to_owned();
        let list = |template: &OwnTemplate| Some(field_list(&template.fields, lang));
        found.push(Difference { what, ours: list(ours), theirs: list(theirs) });
    }
    found
}

fn keys(template: &OwnTemplate) -> Vec<&str> {
    template.fields.iter().map(|field| field.key.as_str()).collect()
}

fn kind(kind: Option<TemplateKind>, lang: Lang) -> String {
    kind.map_or(lang.t("未知", "Unknown"), |kind| words::template_kind(kind, lang)).to_owned()
}

fn allowed(field: &Field, lang: Lang) -> String {
    if field.allowed.is_empty() { "—".to_owned() } else { field.allowed.join(lang.t("、", ", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(key: &str, label: &str, allowed: &[&str]) -> Field {
        let allowed = allowed.iter().map(|value| (*value).to_owned()).collect();
        Field { key: key.to_owned(), label: label.to_owned(), allowed, ..Field::default() }
    }

    fn template(title: &str, kind: TemplateKind, fields: Vec<Field>) -> OwnTemplate {
        OwnTemplate { pri_tmpl_id: "T".to_owned(), title: title.to_owned(), kind: Some(kind), fields }
    }

    fn said(ours: &OwnTemplate, theirs: &OwnTemplate) -> Vec<String> {
        let text = |value: Option<String>| value.unwrap_or_else(|| "∅".to_owned());
        let all = between(ours, theirs, Lang::Zh).into_iter();
        all.map(|d| format!("{}: {} → {}", d.what, text(d.ours), text(d.theirs))).collect()
    }

    #[test]
    fn every_difference_is_named_with_both_sides() {
        let one = TemplateKind::OneTime;
        let ours = template("旧", one, vec![field("thing1", "课程", &[]), field("enum2", "状态", &["开", "关"])]);
        let theirs = template(
            "新",
            TemplateKind::LongTerm,
            vec![field("enum2", "进度", &["开", "停"]), field("time3", "时间", &[])],
        );
        assert_eq!(
            said(&ours, &theirs),
            [
                "标题: 旧 → 新",
                "类型: 一次性 → 长期",
                "字段被移除: 课程（thing1） → ∅",
                "字段标签 enum2: 状态 → 进度",
                "可选值 enum2: 开、关 → 开、停",
                "新增字段: ∅ → 时间（time3）",
            ]
        );
    }

    #[test]
    fn another_order_alone_is_a_difference_and_another_example_is_none() {
        let (a, b) = (field("thing1", "课程", &[]), field("time2", "时间", &[]));
        let ours = template("甲", TemplateKind::OneTime, vec![a.clone(), b.clone()]);
        let theirs = template("甲", TemplateKind::OneTime, vec![b, a]);
        assert_eq!(said(&ours, &theirs), ["字段顺序: 课程（thing1）、时间（time2） → 时间（time2）、课程（thing1）"]);
        let mut other = ours.clone();
        other.fields[0].example = "数学".to_owned();
        assert!(between(&ours, &other, Lang::Zh).is_empty());
    }
}
