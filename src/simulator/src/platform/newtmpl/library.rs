//! `GET getcategory`, `getpubtemplatetitles` and `getpubtemplatekeywords`.

use serde_json::{Value, json};

use crate::answer::Outcome;
use crate::input::Input;
use crate::library::{CATEGORIES, Category, category, title};
use crate::refusal::Refusal;

/// Titles per call at most.
const MOST: usize = 30;

pub(super) fn categories() -> String {
    let data: Vec<Value> = CATEGORIES.iter().map(|one| json!({ "id": one.id, "name": one.name })).collect();
    json!({ "errcode": 0, "errmsg": "ok", "data": data }).to_string()
}

pub(super) fn titles(input: &Input) -> Outcome {
    let wanted = wanted(input)?;
    let number = |name: &str| input.query(name).and_then(|text| text.parse::<usize>().ok());
    let start = number("start").ok_or(200_016)?;
    let limit = number("limit").filter(|limit| (1..=MOST).contains(limit)).ok_or(200_017)?;
    let all: Vec<Value> = wanted
        .iter()
        .flat_map(|category| category.titles.iter().map(move |title| (category, title)))
        // A string, as in the official sample; the page's own table says number.
        .map(|(category, title)| {
            let category = category.id.to_string();
            json!({ "tid": title.tid, "title": title.title, "type": title.kind, "categoryId": category })
        })
        .collect();
    let page: Vec<&Value> = all.iter().skip(start).take(limit).collect();
    Ok(json!({ "errcode": 0, "errmsg": "ok", "count": all.len(), "data": page }).to_string())
}

/// The categories of `ids`, which are separated by commas.
fn wanted(input: &Input) -> Result<Vec<&'static Category>, Refusal> {
    let ids = input.query("ids").filter(|ids| !ids.is_empty()).ok_or(200_018)?;
    let known = |id: &str| id.trim().parse().ok().and_then(category);
    let wanted: Option<Vec<_>> = ids.split(',').map(known).collect();
    wanted.ok_or_else(|| 200_019.into())
}

pub(super) fn keywords(input: &Input) -> Outcome {
    let title = input.query("tid").and_then(|tid| tid.parse().ok()).and_then(title).ok_or(200_014)?;
    let data: Vec<Value> = title
        .keywords
        .iter()
        .map(|one| json!({ "kid": one.kid, "name": one.name, "example": one.example, "rule": one.rule }))
        .collect();
    Ok(json!({ "errcode": 0, "errmsg": "ok", "count": data.len(), "data": data }).to_string())
}
