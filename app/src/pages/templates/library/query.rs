//! What of the library is looked at, as it stands in the query string.

use crate::web::Context;
use model::{Problem, platform::Keyword};
use std::{collections::BTreeMap, fmt::Write as _};

/// The card takes so many keywords, in an order of one's own (addtemplate).
pub(super) const MOST: i64 = 5;
const LEAST: usize = 2;

/// The query, read. What makes no sense counts as not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) category: Option<i64>,
    /// From 0.
    pub(super) page: i64,
    pub(super) tid: Option<i64>,
    /// Keyword → its place on the card, from 1.
    pub(super) places: BTreeMap<i64, i64>,
    pub(super) preview: bool,
}

/// The titles of a category.
pub(super) fn titles(category: i64, page: i64) -> String {
    format!("/templates/library?category={category}&page={page}")
}

impl Asked {
    pub(super) fn of(ctx: &Context) -> Self {
        Self::read(&ctx.query)
    }

    fn read(query: &BTreeMap<String, String>) -> Self {
        let number = |name: &str| query.get(name).and_then(|value| value.parse::<i64>().ok());
        let places = query.iter().filter_map(|(name, place)| {
            let kid = name.strip_prefix('k')?.parse().ok()?;
            Some((kid, place.parse().ok().filter(|place| (1..=MOST).contains(place))?))
        });
        Self {
            category: number("category"),
            page: number("page").unwrap_or_default().clamp(0, 1_000),
            tid: number("tid"),
            places: places.collect(),
            preview: query.contains_key("preview"),
        }
    }

    /// The page with what is chosen now, with or without the preview.
    pub(super) fn href(&self, preview: bool) -> String {
        let mut href = titles(self.category.unwrap_or_default(), self.page);
        if let Some(tid) = self.tid {
            let _ = write!(href, "&tid={tid}");
        }
        for (kid, place) in &self.places {
            let _ = write!(href, "&k{kid}={place}");
        }
        if preview {
            href.push_str("&preview=1");
        }
        href
    }

    /// The chosen keywords in the order of the card, or what is wrong with the choice.
    pub(super) fn order(&self, known: &[Keyword]) -> Result<Vec<Keyword>, Problem> {
        let mut chosen: Vec<(i64, &Keyword)> =
            known.iter().filter_map(|keyword| Some((*self.places.get(&keyword.kid)?, keyword))).collect();
        chosen.sort_by_key(|(place, _)| *place);
        if let Some([(place, _), _]) = chosen.array_windows::<2>().find(|[(a, _), (b, _)]| a == b) {
            return Err(Problem::of(
                "kids",
                "same_place",
                format!("有不止一个关键词选了第 {place} 位，请为每个关键词选不同的位置。"),
                format!("More than one keyword has place {place}. Give each a place of its own."),
            ));
        }
        if chosen.len() < LEAST {
            return Err(Problem::of(
                "kids",
                "two_to_five",
                "请选择 2 到 5 个关键词，并为每个选一个位置。",
                "Choose 2 to 5 keywords, and a place for each.",
            ));
        }
        Ok(chosen.into_iter().map(|(_, keyword)| keyword.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &[(&str, &str)]) -> Asked {
        Asked::read(&query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    fn known() -> Vec<Keyword> {
        let keyword =
            |kid| Keyword { kid, name: format!("词{kid}"), example: String::new(), rule: "thing".to_owned() };
        (1..=9).map(keyword).collect()
    }

    fn order(query: &[(&str, &str)]) -> Result<Vec<i64>, String> {
        let order = asked(query).order(&known());
        order.map(|chosen| chosen.iter().map(|keyword| keyword.kid).collect()).map_err(|problem| problem.code)
    }

    #[test]
    fn keywords_come_in_the_order_of_their_places_with_or_without_gaps() {
        assert_eq!(order(&[("k3", "2"), ("k7", "1")]), Ok(vec![7, 3]));
        assert_eq!(order(&[("k3", "5"), ("k7", "4"), ("k1", "1"), ("k2", "")]), Ok(vec![1, 7, 3]));
    }

    #[test]
    fn too_few_keywords_and_places_taken_twice_are_named() {
        assert_eq!(order(&[("k3", "1")]), Err("two_to_five".to_owned()));
        assert_eq!(order(&[("k3", "1"), ("k4", "1")]), Err("same_place".to_owned()));
        assert_eq!(order(&[("k3", "1"), ("k77", "2")]), Err("two_to_five".to_owned()), "an unknown keyword");
    }

    #[test]
    fn nonsense_is_passed_over_and_links_keep_the_rest() {
        let read = asked(&[("category", "x"), ("page", "-3"), ("k1", "9"), ("kx", "1"), ("tid", "")]);
        assert_eq!(read, Asked::default());
        let read = asked(&[("category", "616"), ("page", "2"), ("tid", "99"), ("k3", "1"), ("preview", "1")]);
        assert_eq!(read.href(true), "/templates/library?category=616&page=2&tid=99&k3=1&preview=1");
    }
}
