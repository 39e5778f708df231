//! Small pieces of HTML.

/// Text as it stands in HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Something to type.
pub fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}

/// A sentence in which what stands in backticks is code.
pub fn prose(text: &str) -> String {
    let mut html = String::new();
    for (at, piece) in text.split('`').enumerate() {
        html.push_str(&if at % 2 == 1 { code(piece) } else { escape(piece) });
    }
    html
}

/// A table with its heading; cells are HTML already.
pub fn table(title: &str, heads: &[&str], rows: Vec<Vec<String>>) -> String {
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{}</th>", escape(head))).collect();
    let rows: String = rows
        .into_iter()
        .map(|row| {
            let mut cells = row.into_iter();
            let first = cells.next().unwrap_or_default();
            let rest: String = cells.map(|cell| format!("<td>{cell}</td>")).collect();
            format!("<tr><th scope=\"row\">{first}</th>{rest}</tr>")
        })
        .collect();
    let title = escape(title);
    format!(
        "<h3>{title}</h3><div class=\"table-wrap\"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
}
