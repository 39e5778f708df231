//! Templates: register, change, archive.

use crate::{Services, UseError, UseResult, mini_programs::unknown_choice};
use model::{
    Problem, Problems, content,
    field::Field,
    ids::{MiniProgramId, TemplateId},
    rules::FieldType,
    template::{Template, TemplateKind, TemplateSettings, TemplateSummary},
    values,
};
use std::collections::BTreeSet;
use store::StoreError;

/// One row of the field editor; a row without key and label is no field.
#[derive(Clone, Debug, Default)]
pub struct FieldInput {
    /// `thing1`.
    pub key: String,
    /// 标签.
    pub label: String,
    /// Example value.
    pub example: String,
    /// Allowed values of an enum, one a line or comma-separated.
    pub allowed: String,
}

/// What the form sends: the fields one by one, or the platform's content text, which wins where it is not empty.
#[derive(Clone, Debug, Default)]
pub struct TemplateInput {
    /// `priTmplId`.
    pub pri_tmpl_id: String,
    /// Title.
    pub title: String,
    /// `one_time` or `long_term`.
    pub kind: String,
    /// `标签:{{thing1.DATA}}` lines.
    pub content: String,
    /// Field rows.
    pub fields: Vec<FieldInput>,
    /// Days after which an acceptance counts as expired; empty: never.
    pub validity_days: String,
}

/// More fields than the platform's five keywords, to allow for custom templates.
const MOST_FIELDS: usize = 20;

impl Services {
    /// Registers a template.
    ///
    /// # Errors
    /// `Invalid` with what is wrong, `NotFound` for an unknown mini program.
    pub async fn register_template(&self, mini_program: MiniProgramId, input: &TemplateInput) -> UseResult<TemplateId> {
        self.mini_program(mini_program).await?;
        let settings = parse(input)?;
        self.store.add_template(mini_program, &settings, self.now()).await.map_err(taken)
    }

    /// Changes a template. Notices confirmed before keep what they were confirmed with.
    ///
    /// # Errors
    /// `Invalid` with what is wrong, `NotFound`.
    pub async fn change_template(&self, id: TemplateId, input: &TemplateInput) -> UseResult<()> {
        let settings = parse(input)?;
        if self.store.change_template(id, &settings).await.map_err(taken)? { Ok(()) } else { Err(UseError::NotFound) }
    }

    /// Archives a template, or brings it back.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn archive_template(&self, id: TemplateId, archived: bool) -> UseResult<()> {
        let at = archived.then(|| self.now());
        if self.store.archive_template(id, at).await? { Ok(()) } else { Err(UseError::NotFound) }
    }

    /// All templates of a mini program, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn registered_templates(&self, mini_program: MiniProgramId) -> UseResult<Vec<Template>> {
        Ok(self.store.registered_templates(mini_program).await?)
    }

    /// The same with what their grants amount to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn templates(&self, mini_program: MiniProgramId) -> UseResult<Vec<TemplateSummary>> {
        Ok(self.store.templates(mini_program).await?)
    }

    /// One template.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn template(&self, id: TemplateId) -> UseResult<Template> {
        self.store.template(id).await?.ok_or(UseError::NotFound)
    }
}

fn parse(input: &TemplateInput) -> Result<TemplateSettings, Problems> {
    let mut problems = Problems::default();
    let pri_tmpl_id = problems.take("pri_tmpl_id", values::pri_tmpl_id(&input.pri_tmpl_id));
    let title = problems.take("title", values::title(&input.title));
    let kind = problems.take("kind", TemplateKind::parse(&input.kind).ok_or_else(unknown_choice));
    let fields = if input.content.trim().is_empty() {
        parse_rows(&input.fields, &mut problems)
    } else {
        problems.take("content", content::parse_content(&input.content))
    };
    let validity_days = problems.take("validity_days", validity(&input.validity_days)).flatten();
    match (pri_tmpl_id, title, kind, fields) {
        (Some(pri_tmpl_id), Some(title), Some(kind), Some(fields)) => {
            problems.check()?;
            Ok(TemplateSettings { pri_tmpl_id, title, kind, fields, validity_days })
        }
        _ => Err(problems),
    }
}

fn validity(typed: &str) -> Result<Option<i64>, Problem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    typed.parse().ok().filter(|days| (1..=3_650).contains(days)).map(Some).ok_or_else(|| {
        Problem::whole(
            "not_a_number_of_days",
            "请填写 1 到 3650 之间的天数；不限时请留空。",
            "Give a number of days from 1 to 3650, or leave it empty for no limit.",
        )
    })
}

fn parse_rows(rows: &[FieldInput], problems: &mut Problems) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    let mut keys = BTreeSet::new();
    for (i, row) in
        rows.iter().enumerate().filter(|(_, row)| !(row.key.trim().is_empty() && row.label.trim().is_empty()))
    {
        let key = problems.take(&format!("fields[{i}][key]"), values::field_key(&row.key));
        let label = problems.take(&format!("fields[{i}][label]"), values::label(&row.label));
        if let Some(key) = &key
            && !keys.insert(key.clone())
        {
            problems.push(Problem::of(
                format!("fields[{i}][key]"),
                "duplicate",
                format!("字段 {key} 出现了不止一次，请删掉多余的一行。"),
                format!("The field {key} stands here more than once. Remove one of the rows."),
            ));
        }
        if let (Some(key), Some(label)) = (key, label) {
            let allowed = if FieldType::of_key(&key) == FieldType::Enum { list(&row.allowed) } else { Vec::new() };
            fields.push(Field { key, label, example: row.example.trim().to_owned(), allowed });
        }
    }
    if fields.is_empty() && problems.0.iter().all(|p| !p.field.starts_with("fields")) {
        problems.push(Problem::of(
            "fields",
            "required",
            "请至少填写一个字段，或粘贴模板的详细内容。",
            "Give at least one field, or paste the template's content.",
        ));
    }
    if fields.len() > MOST_FIELDS {
        problems.push(Problem::of(
            "fields",
            "too_many",
            format!("字段太多：最多 {MOST_FIELDS} 个。"),
            format!("There are too many fields: at most {MOST_FIELDS}."),
        ));
    }
    Some(fields)
}

fn list(text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    text.split(['\n', ',', '，', '、', ';', '；'])
        .map(|s| s.trim().to_owned())
        .filter(|s| !s.is_empty() && seen.insert(s.clone()))
        .collect()
}

pub(crate) fn taken(error: StoreError) -> UseError {
    match error {
        StoreError::NotUnique(_) => Problem::of(
            "pri_tmpl_id",
            "not_unique",
            "这个模板 ID 已经登记过了。",
            "A template with this id is registered already.",
        )
        .into(),
        other => other.into(),
    }
}
