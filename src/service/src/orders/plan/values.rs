//! The values of an order: those of everybody, and each person's own.

use super::{MOST, MOST_PROBLEMS, trimmed};
use crate::Order;
use model::{Problem, Problems, field::Field, placeholders, recipient::Personal, rules};
use std::collections::{BTreeMap, HashMap, HashSet};

/// After so many people others get their turn: the thread that judges them serves everybody.
const AT_ONCE: usize = 50;
/// Of a name that is told again, so many characters.
const SHOWN: usize = 64;

/// What the subscribers who are known have of their own, by openid.
pub(super) type Attributes = HashMap<String, BTreeMap<String, String>>;

/// Whether a value of an order waits for something of the person.
pub(super) fn has_placeholders(order: &Order) -> bool {
    order.data.values().any(|value| placeholders::any(value))
}

/// Everything that is wrong with values, by path.
pub(super) async fn check(order: &Order, fields: &[Field], attributes: &Attributes) -> Problems {
    let shared = trimmed(&order.data);
    let mut problems = Problems::default();
    let mut judged: Vec<Field> = fields.to_vec();
    for (key, value) in &shared {
        if let Err(problem) = placeholders::fits(value) {
            // It is told once, of everybody's value, and read no further.
            problems.push(problem.at(format!("data.{}", shown(key))));
            judged.retain(|field| field.key != *key);
        }
    }
    let personal = order.recipients.iter().any(|recipient| !recipient.data.is_empty()) || has_placeholders(order);
    for problem in rules::check_all(fields, &shared).problems.0 {
        let key = key_of(&problem.field).to_owned();
        if fields.iter().any(|field| field.key == key) && !judged.iter().any(|field| field.key == key) {
            continue;
        }
        // What differs from person to person is judged with the person.
        let fixed = shared.get(&key).is_some_and(|value| !placeholders::any(value));
        if !personal || fixed || problem.code == "unknown_field" {
            problems.push(problem.at(format!("data.{key}")));
        }
    }
    // Where there are too many the order is refused for that.
    if personal && order.recipients.len() <= MOST {
        people(order, (fields, &judged), &shared, attributes, &mut problems).await;
    }
    problems
}

/// `values[thing1]`, as forms call it, is the field `thing1`.
fn key_of(field: &str) -> &str {
    field.strip_prefix("values[").and_then(|rest| rest.strip_suffix(']')).unwrap_or(field)
}

async fn people(
    order: &Order,
    (fields, judged): (&[Field], &[Field]),
    shared: &BTreeMap<String, String>,
    attributes: &Attributes,
    problems: &mut Problems,
) {
    let mut names = HashSet::new();
    for (key, value) in shared.iter().filter(|(_, value)| placeholders::fits(value).is_ok()) {
        match placeholders::names(value) {
            Ok(found) => names.extend(found.into_iter().map(|(name, _)| name)),
            Err(problem) => problems.push(problem.at(format!("data.{}", shown(key)))),
        }
    }
    for (at, recipient) in order.recipients.iter().enumerate() {
        if problems.0.len() >= MOST_PROBLEMS {
            return;
        }
        if at % AT_ONCE == AT_ONCE - 1 {
            tokio::task::yield_now().await;
        }
        let attributes = attributes.get(recipient.openid.trim()).cloned().unwrap_or_default();
        let own = Personal { values: trimmed(&recipient.data), attributes };
        for key in own.values.keys() {
            if !fields.iter().any(|field| field.key == *key) && !names.contains(key.as_str()) {
                problems.push(surplus(at, key));
            }
        }
        problems.0.extend(judged.iter().filter_map(|field| one(at, field, &own, shared)));
    }
}

/// What is wrong with one field of one person's message; what is everybody's was judged before.
fn one(at: usize, field: &Field, own: &Personal, shared: &BTreeMap<String, String>) -> Option<Problem> {
    let theirs = own.values.contains_key(&field.key);
    let fixed = shared.get(&field.key).is_some_and(|value| !placeholders::any(value));
    if fixed && !theirs {
        return None;
    }
    let problem = own.fill(std::slice::from_ref(field), shared).err()?;
    // Braces that do not close are told once, of everybody's value.
    let told = !theirs && problem.code == "placeholder";
    (!told).then(|| problem.at(format!("recipients[{at}].data.{}", field.key)))
}

fn surplus(at: usize, key: &str) -> Problem {
    Problem::of(
        format!("recipients[{at}].data.{}", shown(key)),
        "unknown_field",
        "模板没有这个字段，data 里也没有用到它的占位符，请删除或改正。",
        "The template has no such field and no placeholder in data asks for it: remove or mend it.",
    )
}

fn shown(key: &str) -> String {
    key.chars().take(SHOWN).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::Recipient;
    use std::{
        pin::pin,
        task::{Context, Poll, Waker},
    };

    fn fields() -> Vec<Field> {
        vec![Field { key: "thing1".to_owned(), ..Field::default() }]
    }

    fn order(value: &str, people: usize) -> Order {
        let recipients =
            (0..people).map(|n| Recipient { openid: format!("o{n:027}"), ..Recipient::default() }).collect();
        Order { data: [("thing1".to_owned(), value.to_owned())].into(), recipients, ..Order::default() }
    }

    async fn paths(order: &Order, attributes: &Attributes) -> Vec<String> {
        let problems = check(order, &fields(), attributes).await;
        problems.0.iter().map(|problem| format!("{} {}", problem.field, problem.code)).collect()
    }

    #[tokio::test]
    async fn a_shared_value_of_more_than_a_thousand_characters_is_refused_once_and_read_no_further() {
        let most = format!("{{{{a|好}}}}{}", "{{b|}}".repeat(165));
        assert_eq!(paths(&order(&most, 2), &Attributes::new()).await, [] as [&str; 0]);
        for long in ["{{a|}}".repeat(1_000_000), "{{a".repeat(1_000), "长".repeat(1_001)] {
            assert_eq!(paths(&order(&long, 10_000), &Attributes::new()).await, ["data.thing1 too_long"]);
        }
    }

    #[test]
    fn judging_many_people_lets_others_have_their_turn() {
        let (order, attributes, fields) = (order("{{a|好}}", 10_000), Attributes::new(), fields());
        let mut judging = pin!(check(&order, &fields, &attributes));
        let mut turns = 0;
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _inside = runtime.enter();
        while judging.as_mut().poll(&mut Context::from_waker(Waker::noop())) == Poll::Pending {
            turns += 1;
        }
        assert!(turns > 100, "{turns}");
    }

    #[tokio::test]
    async fn placeholders_take_what_the_order_says_then_the_attribute_then_the_fallback() {
        let mut wanted = order("{{name}}", 3);
        wanted.recipients[0].data = [("name".to_owned(), "长".repeat(21))].into();
        let known = |name: &str| BTreeMap::from([("name".to_owned(), name.to_owned())]);
        let attributes = Attributes::from([
            (wanted.recipients[0].openid.clone(), known("张三")),
            (wanted.recipients[1].openid.clone(), known("李四")),
        ]);
        let found = paths(&wanted, &attributes).await;
        assert_eq!(found, ["recipients[0].data.thing1 too_long", "recipients[2].data.thing1 no_value"]);
        wanted.data = [("thing1".to_owned(), "{{name|邻居}}".to_owned())].into();
        assert_eq!(paths(&wanted, &attributes).await, ["recipients[0].data.thing1 too_long"]);
    }
}
