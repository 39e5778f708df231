//! Whether a page speaks the chosen language throughout.

use crate::support::{browser::Visitor, html};

/// Words of WeChat's console that English texts quote, and names of languages and things.
const QUOTED: [&str; 27] = [
    "消息推送配置",
    "服务器地址",
    "安全模式",
    "兼容模式",
    "明文模式",
    "启用",
    "简体中文",
    "繁體中文（香港）",
    "繁體中文（台灣）",
    "中文",
    "我的模板",
    "模板 ID",
    "订阅消息",
    "开发管理",
    "开发设置",
    "开发者 ID",
    "服务器域名",
    "IP 白名单",
    "合法域名",
    "通知中心",
    "生成",
    "重置",
    "功能",
    "雁城便民",
    "意见处理进度通知",
    "意见内容",
    "处理状态",
];

/// The texts that are in the other language, in English and in Chinese.
pub async fn foreign_on(visitor: &Visitor, paths: &[&str], stage: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (lang, is_foreign) in [("en", is_chinese as fn(&str) -> bool), ("zh", is_english as fn(&str) -> bool)] {
        visitor.speak(lang).await;
        for path in paths {
            let seen = visitor.get(path).await;
            assert_eq!(seen.status, 200, "{path} {stage}");
            let texts = html::texts(&seen.html).into_iter().filter(|text| is_foreign(text));
            wrong.extend(texts.map(|text| format!("{lang} {path} {stage}: {text}")));
        }
    }
    wrong
}

fn is_chinese(text: &str) -> bool {
    let own = QUOTED.iter().fold(text.to_owned(), |text, word| text.replace(word, ""));
    own.chars().any(|c| matches!(c, '\u{3007}'..='\u{9FFF}'))
}

/// Two words of small letters side by side are a sentence.
fn is_english(text: &str) -> bool {
    let words: Vec<&str> = text.split(' ').collect();
    let small = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
    words.windows(2).any(|pair| small(pair[0].trim_start_matches(|c: char| c.is_ascii_uppercase())) && small(pair[1]))
}

#[test]
fn the_other_language_is_noticed() {
    assert!(is_chinese("Not set up 未设置") && !is_chinese("Choose 安全模式 in WeChat's console"));
    assert!(is_english("Not set up") && is_english("Waiting for it") && !is_english("凭证 stable_token 与 token"));
}
