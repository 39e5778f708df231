//! The text of an event, in JSON or XML.

use std::fmt::Write;

use super::event::{Content, Event, Field, Fields};
use crate::callback::{Callback, Format, ListShape};
use crate::openid::fnv;

/// The original id (`gh_…`) that an account's pushes are addressed to: made up from its AppID.
pub(crate) fn original_id(appid: &str) -> String {
    format!("gh_{:012x}", fnv(appid.as_bytes()) >> 16)
}

/// The event as it stands before any encryption.
pub(crate) fn plain(event: &Event, appid: &str, callback: &Callback) -> String {
    match callback.format {
        Format::Json => object(&json_fields(event, appid, callback)),
        Format::Xml => format!("<xml>{}</xml>", xml_fields(event, appid)),
    }
}

/// The plain fields with the ciphertext beside them.
pub(crate) fn compatible(plain: &str, format: Format, ciphertext: &str) -> String {
    match format {
        Format::Json => {
            let inside = plain.strip_suffix('}').unwrap_or(plain);
            format!("{inside},\"Encrypt\":\"{ciphertext}\"}}")
        }
        Format::Xml => {
            let inside = plain.strip_suffix("</xml>").unwrap_or(plain);
            format!("{inside}<Encrypt><![CDATA[{ciphertext}]]></Encrypt></xml>")
        }
    }
}

/// Nothing but the ciphertext.
pub(crate) fn safe(appid: &str, format: Format, ciphertext: &str) -> String {
    let to = original_id(appid);
    match format {
        Format::Json => format!(r#"{{"ToUserName":"{to}","Encrypt":"{ciphertext}"}}"#),
        Format::Xml => {
            format!("<xml><ToUserName><![CDATA[{to}]]></ToUserName><Encrypt><![CDATA[{ciphertext}]]></Encrypt></xml>")
        }
    }
}

fn head(event: &Event, appid: &str) -> Fields {
    vec![
        ("ToUserName", Field::Text(original_id(appid))),
        ("FromUserName", Field::Text(event.openid.to_string())),
        ("CreateTime", Field::Number(event.created_ms.div_euclid(1000))),
        ("MsgType", Field::Text("event".to_owned())),
        ("Event", Field::Text(event.name.to_string())),
    ]
}

fn json_fields(event: &Event, appid: &str, callback: &Callback) -> Vec<(&'static str, String)> {
    let value = |fields: &Fields| -> Vec<(&'static str, String)> {
        fields.iter().map(|(name, field)| (*name, json(field, callback.numbers_as_strings))).collect()
    };
    let mut all = value(&head(event, appid));
    match &event.content {
        Content::Flat(fields) => all.extend(value(fields)),
        Content::List { wrapper, items } => {
            let items: Vec<String> = items.iter().map(|item| object(&value(item))).collect();
            let list = match items.as_slice() {
                [one] if callback.list != ListShape::Array => one.clone(),
                several => format!("[{}]", several.join(",")),
            };
            all.push(if callback.wrapper { (*wrapper, object(&[("List", list)])) } else { ("List", list) });
        }
    }
    all
}

fn object(fields: &[(&'static str, String)]) -> String {
    let fields: Vec<String> = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", fields.join(","))
}

fn json(field: &Field, numbers_as_strings: bool) -> String {
    match field {
        Field::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
        Field::Number(number) if numbers_as_strings => format!("\"{number}\""),
        Field::Number(number) => number.to_string(),
    }
}

fn xml_fields(event: &Event, appid: &str) -> String {
    let mut text = elements(&head(event, appid));
    match &event.content {
        Content::Flat(fields) => text.push_str(&elements(fields)),
        Content::List { wrapper, items } => {
            let lists: String = items.iter().map(|item| format!("<List>{}</List>", elements(item))).collect();
            // Writing to a string cannot fail.
            let _written = write!(text, "<{wrapper}>{lists}</{wrapper}>");
        }
    }
    text
}

fn elements(fields: &Fields) -> String {
    let element = |(name, field): &(&'static str, Field)| match field {
        Field::Text(text) => format!("<{name}><![CDATA[{}]]></{name}>", text.replace("]]>", "]]]]><![CDATA[>")),
        Field::Number(number) => format!("<{name}>{number}</{name}>"),
    };
    fields.iter().map(element).collect()
}
