//! An XML body as a tree: what JSON of the same push would be, with all values as strings.

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, Event};
use serde_json::{Map, Value};

/// `xml`, the wrapper, `List` and its fields make four; more is not the platform's.
const MOST_DEPTH: usize = 16;

/// An element that is still open.
#[derive(Default)]
struct Element {
    name: String,
    children: Map<String, Value>,
    text: String,
}

/// The content of the root element. `None` for anything that is not well-formed, has several roots or a document type:
/// entities other than XML's own five are never resolved.
pub(super) fn parse(body: &[u8]) -> Option<Value> {
    let mut reader = Reader::from_str(std::str::from_utf8(body).ok()?);
    reader.config_mut().expand_empty_elements = true;
    // The first element stands for the document, which holds the root.
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if open.len() <= MOST_DEPTH => {
                let name = std::str::from_utf8(start.name().into_inner()).ok()?.to_owned();
                open.push(Element { name, ..Element::default() });
            }
            Event::End(_) => close(&mut open)?,
            Event::Text(text) => open.last_mut()?.text.push_str(&text.xml_content().ok()?),
            Event::CData(text) => open.last_mut()?.text.push_str(&text.xml_content().ok()?),
            Event::GeneralRef(entity) => open.last_mut()?.text.push_str(&resolve(&entity)?),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Start(_) | Event::Empty(_) | Event::DocType(_) => return None,
            Event::Eof => break,
        }
    }
    root(open)
}

/// Puts the innermost element into the one around it; repeated ones become a list.
fn close(open: &mut Vec<Element>) -> Option<()> {
    let Element { name, children, text } = open.pop()?;
    let value = if children.is_empty() { Value::String(text.trim().to_owned()) } else { Value::Object(children) };
    let around = &mut open.last_mut()?.children;
    match around.get_mut(&name) {
        None => {
            around.insert(name, value);
        }
        Some(Value::Array(all)) => all.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
    Some(())
}

fn resolve(entity: &BytesRef<'_>) -> Option<String> {
    if let Some(character) = entity.resolve_char_ref().ok()? {
        return Some(character.to_string());
    }
    Some(resolve_xml_entity(&entity.decode().ok()?)?.to_owned())
}

/// The one root's content; everything that was opened must be closed.
fn root(mut open: Vec<Element>) -> Option<Value> {
    let document = open.pop().filter(|document| open.is_empty() && document.text.trim().is_empty())?;
    let mut roots = document.children.into_iter();
    let (_, root) = roots.next()?;
    (roots.next().is_none() && root.is_object()).then_some(root)
}
