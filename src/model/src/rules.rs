//! The platform's rules for the values of template fields, checked before anything is sent.
//!
//! Source: sendMessage page of subscribe messages, 订阅消息参数值内容限制说明, and field reports where that table is
//! silent; each rule says which. What the platform refuses with 47003 is a [`Problem`] here, so that nobody waits for
//! a send to learn of it. Where the platform's behaviour is not known, the value passes with a warning.

mod amount;
pub(crate) mod characters;
mod field_type;
mod moment;
mod shorten;
mod text;
mod whole;

pub use field_type::FieldType;
pub use shorten::suggest_shorter;
pub use whole::{Checked, check_all, check_shared};

use crate::{Problem, field::Field};

/// The length of a value in UTF-16 units. The platform does not publish its unit; this is the largest of those in use,
/// so what fits here fits there. An emoji counts 2 or more.
#[must_use]
pub fn length(value: &str) -> usize {
    value.encode_utf16().count()
}

/// Checks one value by the type of the field's key. `Ok(Some(…))` is a warning: the value may be sent.
///
/// # Errors
/// What has to be changed; the problem's field is the key.
pub fn check(field: &Field, value: &str) -> Result<Option<Problem>, Problem> {
    judge(field, value).map(|warning| warning.map(|w| w.at(&field.key))).map_err(|problem| problem.at(&field.key))
}

fn judge(field: &Field, value: &str) -> Result<Option<Problem>, Problem> {
    if value.trim().is_empty() {
        return Err(Problem::whole(
            "required",
            "请填写内容，微信不接受空值。",
            "Enter a value; WeChat refuses empty ones.",
        ));
    }
    text::no_control_characters(value)?;
    let warning = judge_type(field, value)?;
    Ok(warning.or_else(|| text::invisible(value)))
}

fn judge_type(field: &Field, value: &str) -> Result<Option<Problem>, Problem> {
    let plain = |result: Result<(), Problem>| result.map(|()| None);
    match FieldType::of_key(&field.key) {
        FieldType::Thing => plain(text::fits(value, 20)),
        FieldType::Number => plain(amount::number(value)),
        FieldType::Letter => plain(text::letters(value)),
        FieldType::Symbol => plain(text::symbols(value)),
        FieldType::CharacterString => plain(text::character_string(value)),
        FieldType::Time => moment::time(value),
        FieldType::Date => moment::date(value),
        FieldType::Amount => plain(amount::amount(value)),
        FieldType::PhoneNumber => plain(amount::phone_number(value)),
        FieldType::CarNumber => plain(text::car_number(value)),
        FieldType::Name => plain(text::name(value)),
        FieldType::Phrase => plain(text::phrase(value)),
        FieldType::Enum => text::one_of(&field.allowed, value),
        FieldType::ShortThing => Ok(text::short_thing(value)),
        FieldType::Other => Ok(Some(text::unknown_type())),
    }
}
