//! Query parameters: only those that the description knows, whatever the operation.

use super::{
    document::document,
    misfit::{shown, unknown},
    refusal::Refusal,
};
use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Refuses what an operation does not know, so that a spelling mistake is not silently nothing.
pub async fn known(request: Request, next: Next) -> Response {
    match stray(&request) {
        Some(name) => Refusal::invalid(unknown(shown(&name)).into()).into_response(),
        None => next.run(request).await,
    }
}

fn stray(request: &Request) -> Option<String> {
    let query = request.uri().query()?;
    let matched = request.extensions().get::<MatchedPath>()?.as_str();
    let path = matched.strip_prefix("/api/v1").unwrap_or(matched);
    let operation = &document()["paths"][path][request.method().as_str().to_lowercase()];
    let known: Vec<&str> = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|parameter| parameter["in"] == "query")
        .filter_map(|parameter| parameter["name"].as_str())
        .collect();
    let names = url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name);
    names.into_iter().find(|name| !known.contains(&&**name)).map(|name| name.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_found_by_its_path() {
        let paths = document()["paths"].as_object().map(|paths| paths.len());
        assert!(paths.is_some_and(|n| n >= 9));
        for (_, item) in document()["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                assert_eq!(method, &method.to_lowercase());
                let parameters = operation["parameters"].as_array().map(Vec::len).unwrap_or_default();
                assert!(operation["parameters"].is_null() || parameters > 0);
            }
        }
    }
}
