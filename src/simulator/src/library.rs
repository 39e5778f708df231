//! The public library of templates. Titles and keywords are modelled on real ones; the numbers are made up, apart from
//! category 616, which is the documentation's example.

mod education;
mod express;
mod service;
mod transit;

use std::collections::HashMap;
use std::sync::Arc;

use crate::openid::random_text;
use crate::template::{EnumValues, Template};

/// A service category (服务类目).
pub(crate) struct Category {
    pub id: u32,
    pub name: &'static str,
    pub titles: &'static [Title],
}

/// A title of the library.
pub(crate) struct Title {
    pub tid: u32,
    pub title: &'static str,
    /// 2 = one-time, 3 = long-term.
    pub kind: u8,
    pub keywords: &'static [Keyword],
}

/// A keyword of a title.
pub(crate) struct Keyword {
    pub kid: u32,
    pub name: &'static str,
    pub example: &'static str,
    /// The type of its values.
    pub rule: &'static str,
    /// The allowed values, of an enum.
    pub values: &'static [&'static str],
}

/// Service cards are added with numbers of this shape and without keywords (服务卡片 guide).
static SERVICE_CARDS: [Title; 1] = [Title { tid: 10_000_001, title: "取餐状态", kind: 2, keywords: &[] }];

pub(crate) static CATEGORIES: [Category; 4] =
    [transit::CATEGORY, education::CATEGORY, express::CATEGORY, service::CATEGORY];

pub(crate) fn category(id: u32) -> Option<&'static Category> {
    CATEGORIES.iter().find(|category| category.id == id)
}

/// A title that templates can be made of.
pub(crate) fn title(tid: u32) -> Option<&'static Title> {
    let mut all = CATEGORIES.iter().flat_map(|category| category.titles);
    all.find(|title| title.tid == tid)
}

/// A service card.
pub(crate) fn service_card(tid: u32) -> Option<&'static Title> {
    SERVICE_CARDS.iter().find(|title| title.tid == tid)
}

impl Title {
    pub fn keyword(&self, kid: u32) -> Option<&'static Keyword> {
        self.keywords.iter().find(|keyword| keyword.kid == kid)
    }

    /// A private template of some keywords, in their order.
    pub fn template(&self, keywords: &[&Keyword]) -> Template {
        let line = |keyword: &&Keyword| format!("{}:{{{{{}.DATA}}}}\n", keyword.name, keyword.key());
        let example = |keyword: &&Keyword| format!("{}:{}\n", keyword.name, keyword.example);
        let enums = keywords.iter().filter(|keyword| !keyword.values.is_empty());
        Template {
            id: random_text(43),
            title: self.title.to_owned(),
            content: keywords.iter().map(line).collect(),
            example: keywords.iter().map(example).collect(),
            kind: self.kind,
            enum_values: enums.map(|keyword| keyword.enum_values()).collect(),
            banned: false,
            service_card: keywords.is_empty(),
        }
    }
}

impl Keyword {
    const fn new(kid: u32, name: &'static str, rule: &'static str, example: &'static str) -> Self {
        Self { kid, name, example, rule, values: &[] }
    }

    const fn one_of(kid: u32, name: &'static str, values: &'static [&'static str]) -> Self {
        Self { kid, name, example: values[0], rule: "enum_string", values }
    }

    /// Type and number, without padding, as keys of real templates are.
    fn key(&self) -> String {
        format!("{}{}", self.rule, self.kid)
    }

    fn enum_values(&self) -> EnumValues {
        EnumValues {
            keyword_code: format!("{}.DATA", self.key()),
            enum_value_list: self.values.iter().map(|value| (*value).to_owned()).collect(),
        }
    }
}

/// The templates that an account took from the library, by title and the keywords without their order.
#[derive(Debug, Default)]
pub(crate) struct Added {
    known: HashMap<(u32, Vec<u32>), Arc<str>>,
}

impl Added {
    pub fn find(&self, tid: u32, kids: &[u32]) -> Option<Arc<str>> {
        self.known.get(&(tid, sorted(kids))).cloned()
    }

    pub fn remember(&mut self, tid: u32, kids: &[u32], id: &str) {
        self.known.insert((tid, sorted(kids)), id.into());
    }

    pub fn forget(&mut self, id: &str) {
        self.known.retain(|_, known| **known != *id);
    }
}

fn sorted(kids: &[u32]) -> Vec<u32> {
    let mut kids = kids.to_vec();
    kids.sort_unstable();
    kids
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::CATEGORIES;
    use crate::rules;

    #[test]
    fn every_number_is_used_once_and_every_example_fits_its_type() {
        let mut tids = HashSet::new();
        for title in CATEGORIES.iter().flat_map(|category| category.titles) {
            assert!(tids.insert(title.tid), "{}", title.tid);
            assert!((5..=8).contains(&title.keywords.len()), "{}", title.title);
            let kids: HashSet<u32> = title.keywords.iter().map(|keyword| keyword.kid).collect();
            assert_eq!(kids.len(), title.keywords.len(), "{}", title.title);
            for keyword in title.keywords {
                let values: Vec<String> = keyword.values.iter().map(|value| (*value).to_owned()).collect();
                let allowed = Some(values.as_slice()).filter(|values| !values.is_empty());
                assert!(rules::fits(&keyword.key(), keyword.example, allowed), "{} {}", title.title, keyword.name);
            }
        }
        assert_eq!(tids.len(), 13);
    }
}
