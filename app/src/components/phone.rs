//! How a message looks on the phone.

use leptos::prelude::*;
use model::Lang;

/// The service-notification card of WeChat: the mini program's name, the template's title, label and value per field,
/// and the line that opens the mini program where a page is set.
#[component]
pub fn PhoneCard(
    /// Name of the mini program.
    #[prop(into)]
    app: String,
    /// Title of the template.
    #[prop(into)]
    title: String,
    /// (label, value) in the card's order.
    #[prop(into)]
    rows: Signal<Vec<(String, String)>>,
    /// Whether a tap opens a page.
    #[prop(into)]
    opens: Signal<bool>,
    lang: Lang,
) -> impl IntoView {
    let initial = app.chars().next().unwrap_or('雁').to_string();
    let lines = move || {
        rows.get()
            .into_iter()
            .map(|(label, value)| view! { <div class="phone-row"><dt>{label}</dt><dd>{value}</dd></div> })
            .collect::<Vec<_>>()
    };
    view! {
        <figure class="phone">
            <div class="phone-screen" lang="zh-CN">
                <div class="phone-bar">"服务通知"</div>
                <div class="phone-card">
                    <div class="phone-app"><span class="phone-logo" aria-hidden="true">{initial}</span> <span>{app}</span></div>
                    <div class="phone-title">{title}</div>
                    <dl>{lines}</dl>
                    <div class="phone-foot" class:off=move || !opens.get()>
                        {move || if opens.get() { "进入小程序查看" } else { "（未设置页面，不可点开）" }}
                    </div>
                </div>
            </div>
            <figcaption class="muted small">{lang.t("手机上的样子（示意）", "How it looks on the phone (approximately)").to_owned()}</figcaption>
        </figure>
    }
}
