//! The fields of a schema, one line each.

use super::{
    chinese::told,
    html::{code, escape, prose, table},
};
use model::Lang;
use serde_json::Value;

/// Deeper than this nothing of ours goes.
const DEEPEST: usize = 6;

/// A schema with its reference followed and `null` left out; whether it may be null.
pub fn resolve<'a>(document: &'a Value, schema: &'a Value) -> (&'a Value, bool) {
    if let Some(reference) = schema["$ref"].as_str() {
        let found = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
        return found.map_or((schema, false), |found| resolve(document, found));
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let real = choices.iter().find(|choice| choice["type"] != "null");
        return real.map_or((schema, true), |real| (resolve(document, real).0, true));
    }
    let nullable = schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"));
    (schema, nullable)
}

/// The properties of a schema, also where it is put together of several.
pub fn properties<'a>(document: &'a Value, schema: &'a Value) -> Vec<(&'a str, &'a Value, bool)> {
    let schema = resolve(document, schema).0;
    let required = |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
    let own = schema["properties"].as_object().into_iter().flatten();
    let mut all: Vec<_> = own.map(|(name, value)| (name.as_str(), value, required(name))).collect();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        all.extend(properties(document, part));
    }
    all
}

/// The type in one word.
pub fn kind(schema: &Value) -> String {
    let kind = match &schema["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or_default().to_owned()
        }
        _ => "object".to_owned(),
    };
    match schema["format"].as_str() {
        Some(format) if format.starts_with("date") => format.to_owned(),
        _ => kind,
    }
}

/// The table of all fields.
pub fn section(document: &Value, schema: &Value, title: &str, lang: Lang) -> String {
    let mut rows = Vec::new();
    collect(document, schema, "", lang, &mut rows, 0);
    let heads = [lang.t("字段", "Field"), lang.t("类型", "Type"), lang.t("说明", "Meaning")];
    table(title, &heads, rows)
}

fn collect(document: &Value, schema: &Value, before: &str, lang: Lang, rows: &mut Vec<Vec<String>>, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    for (name, property, required) in properties(document, schema) {
        let path = if before.is_empty() { name.to_owned() } else { format!("{before}.{name}") };
        let (resolved, nullable) = resolve(document, property);
        let mut kind = escape(&kind(resolved));
        if nullable {
            kind.push_str(lang.t("，可为 null", " or null"));
        }
        let text = property["description"].as_str().or_else(|| resolved["description"].as_str()).unwrap_or_default();
        let must = if required { "" } else { lang.t("（可省略）", " (may be left out)") };
        rows.push(vec![code(&path), kind + must, prose(&told(text, lang))]);
        let items = &resolved["items"];
        if items.is_object() {
            collect(document, items, &format!("{path}[]"), lang, rows, depth + 1);
        } else {
            collect(document, property, &path, lang, rows, depth + 1);
        }
    }
}
