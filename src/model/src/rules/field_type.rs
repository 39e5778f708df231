//! The types of fields, told from the prefix of the key.

use super::characters::is_han;
use crate::Lang;
use serde::{Deserialize, Serialize};

/// The type of a field. Every key is a type prefix and a number (sendMessage page, 订阅消息参数值内容限制说明).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// 事物: any text.
    Thing,
    /// 数字: digits, decimals allowed.
    Number,
    /// 字母: letters only.
    Letter,
    /// 符号: signs only.
    Symbol,
    /// 字符串: digits, letters, signs; no 汉字.
    CharacterString,
    /// 时间: a time of day, may follow a date.
    Time,
    /// 日期: a date, a time of day may follow.
    Date,
    /// 金额: an amount of money.
    Amount,
    /// 电话: digits and signs.
    PhoneNumber,
    /// 车牌: a number plate.
    CarNumber,
    /// 姓名: a person's name.
    Name,
    /// 汉字: Chinese characters only.
    Phrase,
    /// 枚举值: one of the template's own list (`keywordEnumValueList` of the gettemplate page).
    Enum,
    /// Not in the platform's table but met in real templates; its limit is not published.
    ShortThing,
    /// A prefix that is not known here.
    Other,
}

impl FieldType {
    /// All, in the order of the platform's table.
    pub const ALL: [Self; 15] = [
        Self::Thing,
        Self::Number,
        Self::Letter,
        Self::Symbol,
        Self::CharacterString,
        Self::Time,
        Self::Date,
        Self::Amount,
        Self::PhoneNumber,
        Self::CarNumber,
        Self::Name,
        Self::Phrase,
        Self::Enum,
        Self::ShortThing,
        Self::Other,
    ];

    /// The type of a key such as `thing1`, `character_string02` or `enum_string2`.
    #[must_use]
    pub fn of_key(key: &str) -> Self {
        match key.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "thing" => Self::Thing,
            "number" => Self::Number,
            "letter" => Self::Letter,
            "symbol" => Self::Symbol,
            "character_string" => Self::CharacterString,
            "time" => Self::Time,
            "date" => Self::Date,
            "amount" => Self::Amount,
            "phone_number" => Self::PhoneNumber,
            "car_number" => Self::CarNumber,
            "name" => Self::Name,
            "phrase" => Self::Phrase,
            "enum" | "enum_string" => Self::Enum,
            "short_thing" => Self::ShortThing,
            _ => Self::Other,
        }
    }

    /// The prefix that keys of this type begin with; empty for [`FieldType::Other`].
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Thing => "thing",
            Self::Number => "number",
            Self::Letter => "letter",
            Self::Symbol => "symbol",
            Self::CharacterString => "character_string",
            Self::Time => "time",
            Self::Date => "date",
            Self::Amount => "amount",
            Self::PhoneNumber => "phone_number",
            Self::CarNumber => "car_number",
            Self::Name => "name",
            Self::Phrase => "phrase",
            Self::Enum => "enum",
            Self::ShortThing => "short_thing",
            Self::Other => "",
        }
    }

    /// The type's name, the platform's own in Chinese.
    #[must_use]
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Thing => lang.t("事物", "Text"),
            Self::Number => lang.t("数字", "Number"),
            Self::Letter => lang.t("字母", "Letters"),
            Self::Symbol => lang.t("符号", "Symbols"),
            Self::CharacterString => lang.t("字符串", "Code"),
            Self::Time => lang.t("时间", "Time"),
            Self::Date => lang.t("日期", "Date"),
            Self::Amount => lang.t("金额", "Amount"),
            Self::PhoneNumber => lang.t("电话", "Phone number"),
            Self::CarNumber => lang.t("车牌", "Number plate"),
            Self::Name => lang.t("姓名", "Name"),
            Self::Phrase => lang.t("汉字", "Chinese phrase"),
            Self::Enum => lang.t("枚举值", "Choice"),
            Self::ShortThing => lang.t("短事物", "Short text"),
            Self::Other => lang.t("未知类型", "Unknown type"),
        }
    }

    /// One sentence of what is allowed.
    #[must_use]
    pub fn rule(self, lang: Lang) -> &'static str {
        match self {
            Self::Thing => lang.t(
                "20 个字符以内，汉字、数字、字母、符号均可，不能换行。",
                "Up to 20 characters of any kind, on one line.",
            ),
            Self::Number => lang.t("32 位以内的数字，可带小数。", "Up to 32 digits, decimals allowed."),
            Self::Letter => lang.t("32 个以内的英文字母。", "Up to 32 letters A–Z."),
            Self::Symbol => lang.t("5 个以内的符号。", "Up to 5 symbols."),
            Self::CharacterString => lang.t(
                "32 个字符以内的数字、字母或符号，不能有汉字。",
                "Up to 32 digits, letters or symbols; no Chinese characters.",
            ),
            Self::Time => lang.t(
                "24 小时制时间，前面可加年月日；时间段用半角 ~ 连接。",
                "A 24-hour time, a date may come before it; join the two ends of a range with ~.",
            ),
            Self::Date => lang.t(
                "年月日，后面可加 24 小时制时间；时间段用半角 ~ 连接。",
                "A date, a 24-hour time may follow; join the two ends of a range with ~.",
            ),
            Self::Amount => lang.t(
                "10 位以内的数字，可带小数；前面可加一个货币符号，结尾可加“元”。",
                "Up to 10 digits, decimals allowed; one currency symbol before and 元 after are optional.",
            ),
            Self::PhoneNumber => lang.t("17 个字符以内的数字和符号。", "Up to 17 characters, digits and symbols only."),
            Self::CarNumber => lang.t(
                "8 个字符以内，首尾可以是汉字，其余为字母或数字。",
                "Up to 8 characters: letters and digits; the first and the last may be Chinese.",
            ),
            Self::Name => lang.t(
                "含汉字时 10 个字以内，只有字母和符号时 20 个字符以内，不能有数字。",
                "Up to 10 characters with Chinese, up to 20 in letters and symbols only; no digits.",
            ),
            Self::Phrase => lang.t("5 个以内的汉字。", "Up to 5 Chinese characters, nothing else."),
            Self::Enum => lang.t("只能从模板给定的选项中选择。", "One of the choices that the template gives."),
            Self::ShortThing => lang.t(
                "微信未公布限制，通常 5 个字符以内，不能换行。",
                "WeChat publishes no limit; keep to about 5 characters, on one line.",
            ),
            Self::Other => lang.t(
                "微信未公布这种类型的限制；不能为空，不能换行。",
                "WeChat publishes no rule for this type; not empty, on one line.",
            ),
        }
    }

    /// The most characters a value may have, by [`super::length`]; `None` where the length is not what is limited
    /// or no limit is published. A name with 汉字 is limited further, see [`FieldType::limit_for`].
    #[must_use]
    pub fn limit(self) -> Option<usize> {
        match self {
            Self::Thing | Self::Name => Some(20),
            Self::Number | Self::Letter | Self::CharacterString => Some(32),
            Self::Symbol | Self::Phrase => Some(5),
            Self::PhoneNumber => Some(17),
            Self::CarNumber => Some(8),
            Self::Time | Self::Date | Self::Amount | Self::Enum | Self::ShortThing | Self::Other => None,
        }
    }

    /// [`FieldType::limit`] for a given value: a name with a 汉字 in it counts as Chinese, at most 10.
    #[must_use]
    pub fn limit_for(self, value: &str) -> Option<usize> {
        if self == Self::Name && value.chars().any(is_han) { Some(10) } else { self.limit() }
    }

    /// A value that passes (for an enum: when the template has no list of its own).
    #[must_use]
    pub fn example(self) -> &'static str {
        match self {
            Self::Thing => "您预约的课程即将开始",
            Self::Number => "3.14",
            Self::Letter => "VIP",
            Self::Symbol => "★★★",
            Self::CharacterString => "NO.20260101-001",
            Self::Time => "2026年10月1日 15:01",
            Self::Date => "2026年10月1日",
            Self::Amount => "¥99.50",
            Self::PhoneNumber => "+86-0766-66888866",
            Self::CarNumber => "粤A8Z888挂",
            Self::Name => "张三",
            Self::Phrase => "配送中",
            Self::Enum => "是",
            Self::ShortThing => "已发货",
            Self::Other => "内容",
        }
    }
}
