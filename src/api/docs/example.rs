//! Examples, made of the examples that stand at the fields.

use super::{
    Operation,
    fields::{kind, properties, resolve},
};
use serde_json::{Map, Value, json};

/// A call by curl.
pub fn curl(op: &Operation<'_>, document: &Value, base: &str) -> String {
    let body = &op.value["requestBody"]["content"]["application/json"]["schema"];
    let mut path = op.path.to_owned();
    for parameter in op.value["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "path") {
        let name = parameter["name"].as_str().unwrap_or_default();
        let example = &parameter["example"];
        let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        path = path.replace(&format!("{{{name}}}"), &text);
    }
    let mut lines = vec![format!("curl {base}/api/v1{path}")];
    if op.method != "GET" && body.is_null() {
        lines.push(format!("-X {}", op.method));
    }
    lines.push("-H \"Authorization: Bearer $YANSHU_API_KEY\"".to_owned());
    if !body.is_null() {
        lines.push("-H \"Content-Type: application/json\"".to_owned());
        // Of each operation its own: a name belongs to one request.
        lines.push(format!("-H \"Idempotency-Key: {}-2026-0001\"", op.id));
        let example = example(document, body, true);
        let text = serde_json::to_string_pretty(&example).unwrap_or_default();
        lines.push(format!("-d '{text}'"));
    }
    lines.join(" \\\n  ")
}

/// A value that fits a schema; `needed`: only what must be there, and what shows something.
fn example(document: &Value, schema: &Value, needed: bool) -> Value {
    if !schema["example"].is_null() {
        return schema["example"].clone();
    }
    let (schema, _) = resolve(document, schema);
    if !schema["example"].is_null() {
        return schema["example"].clone();
    }
    let all = properties(document, schema);
    if !all.is_empty() {
        let shown = all.into_iter().filter(|(_, value, required)| !needed || *required || !value["example"].is_null());
        return Value::Object(
            shown.map(|(name, value, _)| (name.to_owned(), example(document, value, needed))).collect(),
        );
    }
    match kind(schema).as_str() {
        "array" => json!([example(document, &schema["items"], needed)]),
        "integer" | "number" => json!(0),
        "boolean" => json!(false),
        "string" => json!("…"),
        _ => Value::Object(Map::new()),
    }
}
