//! The style sheet: `style/main.css` and what it imports, in order, as one small file.
//!
//! This is no CSS parser: it knows comments, strings, `url(…)` and the characters around which white space means nothing.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

/// Reads a style sheet with all that it imports, and makes it small.
pub fn bundle(main: &Path) -> Result<String> {
    let mut text = String::new();
    concatenate(main, &mut Vec::new(), &mut text)?;
    Ok(minify(&text))
}

/// Appends a file, with every `@import "./x.css";` line replaced by that file.
fn concatenate(file: &Path, above: &mut Vec<PathBuf>, text: &mut String) -> Result<()> {
    if above.iter().any(|parent| parent == file) {
        bail!("{} imports itself: remove one of the @import lines", file.display());
    }
    let source = fs::read_to_string(file).with_context(|| format!("cannot read the style sheet {}", file.display()))?;
    above.push(file.to_path_buf());
    for line in source.lines() {
        match import(line) {
            Import::Not => {
                text.push_str(line);
                text.push('\n');
            }
            Import::Of(name) => {
                let name = name.strip_prefix("./").unwrap_or(name);
                concatenate(&file.with_file_name("").join(name), above, text)?;
            }
            Import::Unknown => bail!("{}: write `{}` as `@import \"./x.css\";`", file.display(), line.trim()),
        }
    }
    above.pop();
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
enum Import<'a> {
    Not,
    Of(&'a str),
    Unknown,
}

/// Reads a line as an import.
fn import(line: &str) -> Import<'_> {
    let Some(rest) = line.trim().strip_prefix("@import") else { return Import::Not };
    let name = rest.trim().strip_suffix(';').map(str::trim).and_then(|quoted| {
        let quote = quoted.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        quoted.strip_prefix(quote)?.strip_suffix(quote)
    });
    name.filter(|name| name.ends_with(".css") && !name.contains("//")).map_or(Import::Unknown, Import::Of)
}

/// Removes comments and the white space that means nothing.
fn minify(text: &str) -> String {
    let mut small = String::with_capacity(text.len());
    let mut rest = text;
    let mut space = false;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("/*") => {
                space = true;
                rest = rest.split_once("*/").map_or("", |(_, after)| after);
                continue;
            }
            _ if first.is_ascii_whitespace() => {
                space = true;
                rest = &rest[1..];
                continue;
            }
            '"' | '\'' => string_length(rest, first),
            'u' if rest.starts_with("url(") => rest.find(')').map_or(rest.len(), |end| end + 1),
            _ => first.len_utf8(),
        };
        if first == '}' && small.ends_with(';') {
            small.pop();
        }
        if space && !small.ends_with(['{', '}', ';', ',', ':']) && !matches!(first, '{' | '}' | ';' | ',') {
            small.push(' ');
        }
        space = false;
        small.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    small.trim_start().to_owned()
}

/// The length of a quoted string at the start of a text, with its quotes.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (place, character) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if character == quote {
            return place + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_comments_go() {
        let text = "/* tokens */\n:root {\n  --ink: #123;\n  --gap: 4px;\n}\n\na:hover , b { color : red; }\n";
        assert_eq!(minify(text), ":root{--ink:#123;--gap:4px}a:hover,b{color :red}");
    }

    #[test]
    fn what_has_a_meaning_stays() {
        let kept = [
            "a :hover{color:red}",
            ".a > .b + .c{width:calc(100% - 2 * 4px)}",
            "@media (width >= 40rem) and (hover){a{color:red}}",
            "a::before{content:\"  /* ; } */  \\\"  \"}",
            "a{background:url(data:image/svg+xml;utf8,<svg a='/* b */'></svg>)}",
            "a{font-family:\"Noto Sans\",\"苹方\"}",
        ];
        for text in kept {
            assert_eq!(minify(text), text);
        }
    }

    #[test]
    fn a_comment_between_words_is_a_space() {
        assert_eq!(minify("a{margin:1px/* x */2px}"), "a{margin:1px 2px}");
        assert_eq!(minify("a{} /* never closed"), "a{}");
    }

    #[test]
    fn imports_are_plain() {
        assert_eq!(import("  @import \"./tokens.css\";"), Import::Of("./tokens.css"));
        assert_eq!(import("@import './a/b.css' ;"), Import::Of("./a/b.css"));
        assert_eq!(import("@import url(x.css);"), Import::Unknown);
        assert_eq!(import("@import \"./a.css\" screen;"), Import::Unknown);
        assert_eq!(import("a { color: red }"), Import::Not);
    }

    #[test]
    fn files_come_in_order() -> Result<()> {
        let directory = tempfile::tempdir()?;
        let write = |name: &str, text: &str| crate::files::write(&directory.path().join(name), text.as_bytes());
        write("main.css", "@import \"./a.css\";\n@import \"./parts/b.css\";\nmain{}\n")?;
        write("a.css", "a{}")?;
        write("parts/b.css", "@import \"./c.css\";\nb{}")?;
        write("parts/c.css", "c{}")?;
        assert_eq!(bundle(&directory.path().join("main.css"))?, "a{}c{}b{}main{}");
        write("a.css", "@import \"./main.css\";")?;
        assert!(bundle(&directory.path().join("main.css")).is_err_and(|error| error.to_string().contains("itself")));
        Ok(())
    }
}
