//! Which values fit which keyword types (订阅消息参数值内容限制说明 of the sendMessage page).
//!
//! Written from that page alone, apart from the console's own rules. Where the page leaves the unit open (characters
//! or UTF-16 units) the stricter reading is taken.

mod time;

/// Whether a value fits its key. `allowed` is the list of an enum keyword, where the template has one.
pub(crate) fn fits(key: &str, value: &str, allowed: Option<&[String]>) -> bool {
    if value.chars().any(char::is_control) {
        return false;
    }
    let units = value.encode_utf16().count();
    match key.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "thing" => units <= 20,
        "number" => units <= 32 && is_decimal(value),
        "letter" => units <= 32 && value.chars().all(|c| c.is_ascii_alphabetic()),
        "symbol" => units <= 5 && value.chars().all(is_sign),
        "character_string" => units <= 32 && !value.chars().any(is_han),
        "time" => time::is_time(value),
        "date" => time::is_date(value),
        "amount" => is_amount(value),
        "phone_number" => units <= 17 && value.chars().all(|c| c.is_ascii_digit() || is_sign(c)),
        "car_number" => units <= 8 && is_car_number(value),
        "name" => is_name(value, units),
        "phrase" => units <= 5 && value.chars().all(is_han),
        "enum" | "enum_string" => allowed.is_none_or(|list| list.iter().any(|one| one == value)),
        // Types outside the official table exist (short_thing); nothing reliable is known of their limits.
        _ => true,
    }
}

fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3007 | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x323af)
}

/// "A symbol is any common sign other than Chinese, letters and digits."
fn is_sign(c: char) -> bool {
    !is_han(c) && !c.is_alphanumeric()
}

fn is_decimal(value: &str) -> bool {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    is_digits(whole) && is_digits(fraction)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// One currency sign, at most ten digits, perhaps a decimal point and a final 元.
fn is_amount(value: &str) -> bool {
    let number = value.strip_prefix(is_sign).unwrap_or(value);
    let number = number.strip_suffix('元').unwrap_or(number);
    is_decimal(number) && number.bytes().filter(u8::is_ascii_digit).count() <= 10
}

/// First and last may be Chinese, the rest letters and digits.
fn is_car_number(value: &str) -> bool {
    let last = value.chars().count().saturating_sub(1);
    value.chars().enumerate().all(|(at, c)| c.is_ascii_alphanumeric() || (is_han(c) && (at == 0 || at == last)))
}

/// Ten characters with Chinese in it, or twenty letters and signs; no digits.
fn is_name(value: &str, units: usize) -> bool {
    let limit = if value.chars().any(is_han) { 10 } else { 20 };
    units <= limit && !value.chars().any(char::is_numeric)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn values_of_the_official_table_are_accepted() {
        let good = [
            ("thing1", "课程更新提醒 No.1"),
            ("number01", "12.5"),
            ("letter2", "abc"),
            ("symbol3", "!!!"),
            ("character_string4", "A-1001"),
            ("time5", "2019年10月1日 15:01"),
            ("date6", "2018-01-01"),
            ("amount7", "¥12.50元"),
            ("phone_number8", "+86-0766-66888866"),
            ("car_number9", "粤A8Z888挂"),
            ("name10", "张三"),
            ("name11", "Ada Lovelace"),
            ("phrase12", "配送中"),
            ("short_thing13", "anything at all"),
        ];
        for (key, value) in good {
            assert!(fits(key, value, None), "{key} {value}");
        }
    }

    #[test]
    fn values_that_break_their_type_are_refused() {
        let bad = [
            ("thing1", "一二三四五六七八九十一二三四五六七八九十一"),
            ("thing1", "two\nlines"),
            ("number1", "12a"),
            ("letter1", "abc1"),
            ("symbol1", "汉"),
            ("character_string1", "单号1"),
            ("time1", "tomorrow"),
            ("date1", "2018-13-01"),
            ("amount1", "12345678901"),
            ("phone_number1", "123456789012345678"),
            ("car_number1", "粤A粤888"),
            ("name1", "用户410774"),
            ("name1", "一二三四五六七八九十一"),
            ("phrase1", "abc"),
        ];
        for (key, value) in bad {
            assert!(!fits(key, value, None), "{key} {value}");
        }
    }

    #[test]
    fn an_enum_takes_only_what_the_template_lists() {
        let allowed = ["待付款".to_owned()];
        assert!(fits("enum_string2", "待付款", Some(&allowed)));
        assert!(!fits("enum_string2", "其他", Some(&allowed)));
        assert!(fits("enum_string2", "其他", None));
    }
}
