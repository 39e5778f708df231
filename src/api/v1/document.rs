//! The description of the API (OpenAPI 3.1), made from the handlers; what holds for all of them is added here.

use super::{described, shapes::Problem};
use serde_json::{Map, Value, json};
use std::sync::OnceLock;
use utoipa::{PartialSchema, ToSchema, openapi::RefOr};

/// Refusals that any call may meet.
const ALWAYS: [(&str, &str); 6] = [
    ("401", "There is no good key. Codes: `key_unknown`, `key_expired`, `key_revoked`."),
    ("403", "The key lacks the scope. Code: `scope_missing`."),
    ("422", "Something is wrong; `errors` says what, where and how to mend it. Code: `invalid`."),
    ("429", "Too many calls: wait for `Retry-After` seconds. Code: `too_many`."),
    ("500", "Something failed on our side. Code: `internal`."),
    ("503", "The database does not answer at the moment. Code: `unavailable`."),
];
/// Those of calls with a body.
const WITH_BODY: [(&str, &str); 4] = [
    ("400", "The body is no JSON. Code: `bad_json`."),
    ("409", "A request with this `Idempotency-Key` is being worked on: repeat it as it is. Code: `busy`."),
    ("413", "The body is too large. Code: `too_large`."),
    ("415", "The body must be `application/json`. Code: `not_json`."),
];

/// The whole document; made once.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(make)
}

fn make() -> Value {
    let (_, described) = described().split_for_parts();
    // What the macros made is plain data: writing it as JSON cannot fail, and a test reads it.
    let mut document = serde_json::to_value(described).unwrap_or_default();
    document["openapi"] = json!("3.1.0");
    document["info"] = json!({
        "title": "Yanshu",
        "version": "1",
        "description": "Order subscribe messages of a WeChat Mini Program and see what became of them. Each key opens one mini program.",
        "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
    });
    document["servers"] = json!([{ "url": "/api/v1" }]);
    let mut schemas = Vec::new();
    Problem::schemas(&mut schemas);
    schemas.push((Problem::name().into_owned(), Problem::schema()));
    for (name, schema) in schemas {
        document["components"]["schemas"][name] = plain(&schema);
    }
    document["components"]["securitySchemes"] = json!({
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of the console's page Settings → API keys, such as `ys_live_…`.",
        },
    });
    for operation in operations(&mut document) {
        complete(operation);
    }
    document
}

fn plain(schema: &RefOr<utoipa::openapi::Schema>) -> Value {
    serde_json::to_value(schema).unwrap_or_default()
}

fn operations(document: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let paths = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    paths.filter_map(Value::as_object_mut).flat_map(Map::values_mut).filter_map(Value::as_object_mut)
}

/// Adds what may be refused, and the headers that every answer has.
fn complete(operation: &mut Map<String, Value>) {
    let has_body = operation.contains_key("requestBody");
    let in_path = operation
        .get("parameters")
        .and_then(Value::as_array)
        .is_some_and(|all| all.iter().any(|p| p["in"] == "path" || p["name"] == "template_id"));
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    let more = if has_body { &WITH_BODY[..] } else { &[] };
    let absent = [("404", "There is no such thing in this mini program. Code: `not_found`.")];
    let absent = if in_path { &absent[..] } else { &[] };
    for (status, text) in ALWAYS.iter().chain(more).chain(absent) {
        responses.insert(
            (*status).to_owned(),
            json!({
                "description": text,
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
            }),
        );
    }
    for (status, response) in responses.iter_mut() {
        response["headers"] = headers(status);
    }
}

fn headers(status: &str) -> Value {
    let number = |text: &str| json!({ "description": text, "schema": { "type": "integer" } });
    let mut headers = json!({
        "x-request-id": { "description": "Names this request in the logs.", "schema": { "type": "string" } },
    });
    if !matches!(status, "401" | "500" | "503") {
        headers["RateLimit-Limit"] = number("Calls a minute with this key.");
        headers["RateLimit-Remaining"] = number("Of these, left now.");
        headers["RateLimit-Reset"] = number("Seconds until all of them are there again.");
    }
    if matches!(status, "409" | "429" | "503") {
        headers["Retry-After"] = number("Seconds to wait.");
    }
    headers
}
