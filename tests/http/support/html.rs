//! Just enough of HTML to read a page as a browser without JavaScript does: its elements, its texts, its forms.

/// A piece of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    Open { name: String, attributes: Vec<(String, String)> },
    Close(String),
    Text(String),
}

/// The values of one control, as a browser would send them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    pub name: String,
    pub kind: String,
    pub value: String,
    /// Whether it is sent as it stands: ticked, selected, or always.
    pub sent: bool,
}

/// A form as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    pub method: String,
    pub action: String,
    pub controls: Vec<Control>,
}

/// Elements whose content is text, whatever stands in it; of the last two only the references are read.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

impl Token {
    pub fn attribute(&self, wanted: &str) -> Option<&str> {
        let Self::Open { attributes, .. } = self else { return None };
        attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }
}

/// Takes a page apart.
pub fn tokens(html: &str) -> Vec<Token> {
    let (mut found, mut rest) = (Vec::new(), html);
    while let Some(at) = rest.find('<') {
        text(&mut found, &rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
        } else if rest.starts_with("<!") {
            rest = rest.split_once('>').map_or("", |(_, after)| after);
        } else if let Some(close) = rest.strip_prefix("</") {
            let (name, after) = close.split_once('>').unwrap_or((close, ""));
            found.push(Token::Close(name.trim().to_lowercase()));
            rest = after;
        } else if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            rest = open(&mut found, &rest[1..]);
        } else {
            text(&mut found, "<");
            rest = &rest[1..];
        }
    }
    text(&mut found, rest);
    found
}

fn text(found: &mut Vec<Token>, raw: &str) {
    if !raw.is_empty() {
        found.push(Token::Text(unescape(raw)));
    }
}

/// Reads a tag behind its `<`, and the text of an element that holds nothing else.
fn open<'a>(found: &mut Vec<Token>, html: &'a str) -> &'a str {
    let ends = |c: char| c.is_whitespace() || matches!(c, '>' | '/');
    let (name, mut rest) = html.split_at(html.find(ends).unwrap_or(html.len()));
    let name = name.to_lowercase();
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            break;
        }
        if let Some(after) = rest.strip_prefix('>') {
            rest = after;
            break;
        }
        let end = rest.find(|c: char| ends(c) || c == '=').unwrap_or(rest.len()).max(1);
        let attribute = rest[..end].to_lowercase();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (raw, after) = match quote {
                Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                None => after.split_at(after.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(after.len())),
            };
            value = unescape(raw);
            rest = after;
        }
        attributes.push((attribute, value));
    }
    found.push(Token::Open { name: name.clone(), attributes });
    if RAW.contains(&name.as_str()) {
        let end = rest.to_ascii_lowercase().find(&format!("</{name}")).unwrap_or(rest.len());
        if name == "script" || name == "style" {
            found.push(Token::Text(rest[..end].to_owned()));
        } else {
            text(found, &rest[..end]);
        }
        rest = &rest[end..];
    }
    rest
}

/// What the references stand for.
pub fn unescape(raw: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(raw.len()), raw);
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').filter(|end| *end <= 8);
        let meant = end.and_then(|end| {
            let name = &rest[1..end];
            let number = name.strip_prefix('#').map(|n| match n.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => n.parse(),
            });
            match (name, number) {
                (_, Some(number)) => number.ok().and_then(char::from_u32),
                ("lt", _) => Some('<'),
                ("gt", _) => Some('>'),
                ("amp", _) => Some('&'),
                ("quot", _) => Some('"'),
                ("apos", _) => Some('\''),
                ("nbsp", _) => Some('\u{a0}'),
                _ => None,
            }
        });
        match (meant, end) {
            (Some(c), Some(end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

/// All forms of a page.
pub fn forms(html: &str) -> Vec<Form> {
    let (mut found, mut form, mut select) = (Vec::new(), None::<Form>, String::new());
    let mut all = tokens(html).into_iter().peekable();
    while let Some(token) = all.next() {
        match &token {
            Token::Close(name) if name == "form" => found.extend(form.take()),
            Token::Open { name, .. } => {
                let attribute = |name: &str| token.attribute(name).unwrap_or_default().to_owned();
                let has = |name: &str| token.attribute(name).is_some();
                if name == "form" {
                    form =
                        Some(Form { method: attribute("method"), action: attribute("action"), controls: Vec::new() });
                }
                let Some(form) = form.as_mut() else { continue };
                let mut add = |name: String, kind: String, value: String, sent: bool| {
                    if !name.is_empty() {
                        form.controls.push(Control { name, kind, value, sent });
                    }
                };
                match name.as_str() {
                    "input" => {
                        let kind = attribute("type");
                        let sent =
                            !has("disabled") && (!matches!(kind.as_str(), "radio" | "checkbox") || has("checked"));
                        add(attribute("name"), kind, attribute("value"), sent);
                    }
                    "textarea" => {
                        let value = match all.peek() {
                            Some(Token::Text(text)) => text.clone(),
                            _ => String::new(),
                        };
                        add(attribute("name"), "textarea".to_owned(), value, true);
                    }
                    "button" => add(attribute("name"), "submit".to_owned(), attribute("value"), false),
                    "select" => select = attribute("name"),
                    "option" => add(select.clone(), "option".to_owned(), attribute("value"), has("selected")),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    for form in &mut found {
        first_options(form);
    }
    found
}

/// A list without a chosen line sends its first.
fn first_options(form: &mut Form) {
    let lists: Vec<String> = form.controls.iter().filter(|c| c.kind == "option").map(|c| c.name.clone()).collect();
    for list in lists {
        let mut lines = form.controls.iter_mut().filter(|c| c.kind == "option" && c.name == list);
        if let Some(first) = lines.next()
            && !first.sent
            && !lines.any(|line| line.sent)
        {
            first.sent = true;
        }
    }
}

/// Everything that a person reads or hears of a page, piece by piece; what is set as code is left out, and the picture
/// of the phone, which is Chinese for everybody.
pub fn texts(html: &str) -> Vec<String> {
    let (mut found, mut hidden, mut phone) = (Vec::new(), 0_usize, 0_usize);
    let skipped = |name: &str| matches!(name, "script" | "style" | "code" | "pre");
    for token in tokens(html) {
        match &token {
            Token::Open { name, .. } => {
                hidden += usize::from(skipped(name));
                if name == "div" && (phone > 0 || token.attribute("class") == Some("phone-screen")) {
                    phone += 1;
                }
                for attribute in ["aria-label", "title", "placeholder", "alt"] {
                    found.extend(token.attribute(attribute).map(str::to_owned));
                }
            }
            Token::Close(name) => {
                hidden = hidden.saturating_sub(usize::from(skipped(name)));
                phone = phone.saturating_sub(usize::from(name == "div"));
            }
            Token::Text(text) if hidden + phone == 0 => found.push(text.trim().to_owned()),
            Token::Text(_) => {}
        }
    }
    found.retain(|text| !text.is_empty());
    found
}

#[test]
fn a_form_is_read_as_a_browser_reads_it() {
    let html = r#"<!DOCTYPE html><form method="post" action="/a"><!--x--><input type="hidden" name="t" value="a&amp;&quot;>">
        <input type=radio name=r value=1><input type="radio" name="r" value="2" checked><select name="s"><option value="x">
        </option><option value="y">Y</option></select><textarea name="w">a&lt;b</textarea><script>"<form>"</script></form>"#;
    let form = &forms(html)[0];
    let sent: Vec<_> = form.controls.iter().filter(|c| c.sent).map(|c| (c.name.as_str(), c.value.as_str())).collect();
    assert_eq!(sent, [("t", "a&\">"), ("r", "2"), ("s", "x"), ("w", "a<b")]);
    assert_eq!((forms(html).len(), texts(html)), (1, vec!["Y".to_owned(), "a<b".to_owned()]));
}
