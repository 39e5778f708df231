//! Requests made from the description itself: whatever is sent, the answer is one that the description knows.

use super::*;
use std::collections::BTreeSet;

/// What may stand in the place of any value of a body.
fn anything() -> Vec<Value> {
    let deep = (0..100).fold(json!(null), |inside, _| json!([inside]));
    let texts =
        ["", " ", "\0", "a\u{202e}b", "{{", "{{a}}", "0", "null", "9999-12-31T23:59:59Z", "+010000-01-01T00:00:00Z"];
    let mut all: Vec<Value> = texts.into_iter().map(Value::from).collect();
    all.extend([json!("长".repeat(5_000)), json!("😀".repeat(50)), json!("oGZUI0egBJY1zhBYw2KhdUfwVJ\0E")]);
    all.extend([
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e308),
        json!(u64::MAX),
        json!(i64::MIN),
    ]);
    all.extend([json!([]), json!([null]), json!({}), json!({ "": "" }), json!({ "\0": "\0" }), deep]);
    all
}

/// What may stand in the place of a parameter, ready for a query or a path.
const PARAMETERS: [&str; 27] = [
    "0",
    "-1",
    "1",
    "x",
    "1.5",
    "1e3",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "999999999999999999999999999",
    "%00",
    "a%00b",
    "%FF",
    "%ED%A0%80",
    "%F0%9F%98%80",
    "%25",
    "%27%22%3C",
    "null",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "2026-02-30",
    // The ends of every list: n, d and s with the largest and the smallest number.
    "bjkyMjMzNzIwMzY4NTQ3NzU4MDc",
    "bi05MjIzMzcyMDM2ODU0Nzc1ODA4",
    "ZDkyMjMzNzIwMzY4NTQ3NzU4MDc",
    "ZC05MjIzMzcyMDM2ODU0Nzc1ODA4",
    "czkyMjMzNzIwMzY4NTQ3NzU4MDc",
];

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return resolve(document, document.pointer(&reference[1..]).unwrap());
    }
    let real = schema["oneOf"].as_array().and_then(|all| all.iter().find(|one| one["type"] != "null"));
    real.map_or(schema, |real| resolve(document, real))
}

/// A value that fits, of the examples that stand at the fields; what may be left out and has none is left out.
fn example(document: &Value, schema: &Value) -> Value {
    let schema = if schema["example"].is_null() { resolve(document, schema) } else { schema };
    if !schema["example"].is_null() {
        return schema["example"].clone();
    }
    if schema["items"].is_object() {
        return json!([example(document, &schema["items"])]);
    }
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let fields = schema["properties"].as_object().into_iter().flatten();
    let shown = fields
        .map(|(name, field)| (name, field, example(document, field)))
        .filter(|(name, field, _)| required.contains(&name.as_str()) || !field["example"].is_null());
    Value::Object(shown.map(|(name, _, value)| (name.clone(), value)).collect())
}

/// Every place inside of a value.
fn places(value: &Value, place: String, all: &mut Vec<String>) {
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (name, value) in inside {
        places(value, format!("{place}/{name}"), all);
    }
    all.push(place);
}

/// Bodies that differ from a good one in one place.
fn bodies(document: &Value, schema: &Value, good: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    let mut found = Vec::new();
    places(good, String::new(), &mut found);
    for place in found {
        for other in anything() {
            let mut body = good.clone();
            *body.pointer_mut(&place).unwrap() = other;
            all.push(body);
        }
        let mut surplus = good.clone();
        if let Some(fields) = surplus.pointer_mut(&place).unwrap().as_object_mut() {
            fields.insert("surplus".to_owned(), json!(1));
            all.push(surplus);
        }
        if let Some((around, name)) = place.rsplit_once('/') {
            let mut missing = good.clone();
            match missing.pointer_mut(around).unwrap() {
                Value::Object(fields) => drop(fields.remove(name)),
                Value::Array(items) => drop(items.remove(0)),
                _ => {}
            }
            all.push(missing);
        }
    }
    // Fields that the good one leaves out.
    for name in resolve(document, schema)["properties"].as_object().into_iter().flat_map(|fields| fields.keys()) {
        for other in anything().into_iter().filter(|_| good[name].is_null()) {
            let mut body = good.clone();
            body[name] = other;
            all.push(body);
        }
    }
    all
}

fn path(shape: &str, operation: &Value) -> String {
    let mut path = shape.to_owned();
    for parameter in operation["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "path") {
        let text = parameter["example"].as_str().map_or_else(|| parameter["example"].to_string(), str::to_owned);
        path = path.replace(&format!("{{{}}}", parameter["name"].as_str().unwrap()), &text);
    }
    path
}

/// Paths and queries that differ from the good one in one place.
fn targets(shape: &str, operation: &Value) -> Vec<String> {
    let good = path(shape, operation);
    let mut all = vec![format!("{good}?surplus=1")];
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap();
        for other in PARAMETERS {
            match parameter["in"].as_str() {
                Some("query") => all.push(format!("{good}?{name}={other}")),
                Some("path") => all.push(shape.replace(&format!("{{{name}}}"), other)),
                _ => {}
            }
        }
        if parameter["in"] == "query" {
            all.extend([
                format!("{good}?{name}="),
                format!("{good}?{name}=1&{name}=1"),
                format!("{good}?{name}={}", "a".repeat(3_000)),
            ]);
        }
    }
    all
}

both! {
    async fn whatever_is_sent_the_answer_is_one_of_the_description(which) {
        let settings = vec![("YANSHU_API_PER_KEY", "1000000".to_owned())];
        let app = TestApp::start_with(which, Options { no_worker: true, settings, ..Options::default() }).await;
        let (program, _) = app.furnish().await;
        furnish_as_in_the_examples(&app, program).await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let document = caller.description.clone();
        let (mut statuses, mut asked) = (BTreeSet::new(), 0);
        for (shape, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
                let good = (!schema.is_null()).then(|| example(&document, schema));
                let text = good.as_ref().map(Value::to_string);
                let reply = caller.call(method.clone(), &path(shape, operation), text.clone(), &[]).await;
                assert!(reply.status.is_success(), "{method} {shape} {text:?}: {}", reply.body);
                let mut replies = Vec::new();
                for target in targets(shape, operation) {
                    replies.push(caller.call(method.clone(), &target, text.clone(), &[]).await);
                    if target.ends_with("?surplus=1") {
                        replies.pop().unwrap().must_refuse(422, "surplus", "unknown_field");
                    }
                }
                for body in good.iter().flat_map(|good| bodies(&document, schema, good)) {
                    let target = path(shape, operation);
                    let reply = caller.call(method.clone(), &target, Some(body.to_string()), &[]).await;
                    assert!(reply.body.to_string().len() < 20_000, "{body}: {}", reply.body);
                    replies.push(reply);
                }
                for reply in replies {
                    assert!(reply.status.as_u16() < 500, "{method} {shape}: {} {}", reply.status, reply.body);
                    statuses.insert(reply.status.as_u16());
                    asked += 1;
                }
            }
        }
        assert!(asked > 600, "{asked}");
        assert!([200, 202, 404, 422].iter().all(|status| statuses.contains(status)), "{statuses:?}");
        app.finish().await;
    }
}

both! {
    async fn odd_input_is_refused_in_the_form_of_the_description(which) {
        let settings = vec![("YANSHU_API_PER_KEY", "1000000".to_owned())];
        let app = TestApp::start_with(which, Options { no_worker: true, settings, ..Options::default() }).await;
        let (program, _) = app.furnish().await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let good = order(&[openid(1)]).to_string();
        let raw = [
            good.replace("村口", "\\ud800").into_bytes(),
            good.replace("村口", "\\udc00\\ud800").into_bytes(),
            good.replace("村口", "\\u0000").into_bytes(),
            [good.as_bytes(), b"\xff"].concat(),
            [b"\xef\xbb\xbf", good.as_bytes()].concat(),
            good.as_bytes().iter().copied().map(|byte| if byte == b'T' { 0xfe } else { byte }).collect(),
            [b"[".repeat(100_000), b"]".repeat(100_000)].concat(),
            b"{\"data\":".repeat(10_000),
            good.replace("\"data\"", "\"dry_run\":1e999999,\"data\"").into_bytes(),
            good.replace("\"data\"", &format!("\"dry_run\":{},\"data\"", "9".repeat(10_000))).into_bytes(),
            b"\0".to_vec(),
            b"null".to_vec(),
        ];
        for path in ["/notices", "/grants"] {
            for body in &raw {
                let reply = caller.send(Method::POST, path, Some(body.clone()), &[]).await;
                assert!(matches!(reply.status.as_u16(), 400 | 422), "{path} {}: {}", reply.status, reply.body);
            }
        }
        for query in [
            "from=9999-12-31&to=9999-12-31", "from=9999-12-30", "to=9999-12-31", "from=0001-01-01&to=0001-01-01", "to=0001-01-01",
            "from=9999-01-01&to=9999-12-31", "template_id=%00", "template_id=-9223372036854775808", "from=+9999-01-1",
        ] {
            let status = caller.get(&format!("/statistics?{query}")).await.status.as_u16();
            assert!(matches!(status, 200 | 404 | 422), "{query}: {status}");
        }
        for at in ["9999-12-31T23:59:59.999999999Z", "10000-01-01T00:00:00Z", "-009999-01-02T01:59:59Z", "2026-12-01T24:00:00+99:99"] {
            let mut wanted = order(&[openid(1)]);
            wanted["send_at"] = json!(at);
            assert_eq!(caller.post("/notices", &wanted).await.must_be(422).errors()[0].0, "send_at", "{at}");
        }
        app.finish().await;
    }
}
