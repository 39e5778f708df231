//! The table of keys.

use super::add::scope_words;
use crate::{
    actions::api_keys::RevokeApiKey,
    components::{Badge, Empty, IconName, Tone},
    web::Context,
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Millis,
    api::{ApiKey, KeyStanding},
};

/// One row per key, newest first.
pub(super) fn keys(ctx: &Context, keys: &[ApiKey]) -> AnyView {
    if keys.is_empty() {
        let title = ctx.t("还没有密钥", "No key yet");
        let text = ctx.t(
            "新建一个，业务系统就能通过接口下达通知、查询结果。",
            "Make one, and your business system can order notices and look up what became of them.",
        );
        return view! { <Empty icon=IconName::Key title=title text=text /> }.into_any();
    }
    let rows: Vec<_> = keys.iter().map(|key| row(ctx, key)).collect();
    let heads = [
        ctx.t("名称", "Name"),
        ctx.t("权限", "May"),
        ctx.t("状态", "State"),
        ctx.t("最近使用", "Last used"),
        ctx.t("创建", "Made"),
    ];
    let heads: Vec<_> = heads.into_iter().map(|head| view! { <th scope="col">{head.to_owned()}</th> }).collect();
    view! {
        <div class="table-wrap">
            <table>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(ctx: &Context, key: &ApiKey) -> AnyView {
    let standing = key.standing(ctx.services.now());
    let scopes: Vec<_> = key.scopes.iter().map(|scope| scope_words(*scope, ctx.lang).0).collect();
    let last_used = match key.last_used_at {
        Some(at) => view! { <time>{ctx.short_time(at)}</time> }.into_any(),
        None => view! { <span class="muted">{ctx.t("从未使用", "Never").to_owned()}</span> }.into_any(),
    };
    let made = format!("{} · {}", ctx.short_time(key.created_at), key.created_by);
    view! {
        <tr>
            <th scope="row">{key.name.clone()} <br /> <code class="small">{format!("{}{}…", ApiKey::PREFIX, key.public_id)}</code></th>
            <td>{scopes.join(ctx.t("、", ", "))}</td>
            <td>{state(ctx, key, standing)}</td>
            <td>{last_used}</td>
            <td>{made}</td>
        </tr>
        {(standing == KeyStanding::Good).then(|| revoke(ctx, key))}
    }
    .into_any()
}

fn state(ctx: &Context, key: &ApiKey, standing: KeyStanding) -> AnyView {
    let day = |at: Millis| ctx.short_time(at - 1);
    let (text, tone, more) = match standing {
        KeyStanding::Good => {
            let until = key.expires_at.map(|end| format!("{} {}", ctx.t("至", "until"), day(end)));
            (ctx.t("有效", "Good"), Tone::Success, until)
        }
        KeyStanding::Expired => (ctx.t("已过期", "Expired"), Tone::Neutral, key.expires_at.map(day)),
        KeyStanding::Revoked => {
            let by = key.revoked_by.clone().unwrap_or_default();
            let at = key.revoked_at.map(|at| ctx.short_time(at)).unwrap_or_default();
            (ctx.t("已撤销", "Revoked"), Tone::Neutral, Some(format!("{at} · {by}")))
        }
    };
    view! { <Badge text=text tone /> {more.map(|more| view! { <br /> <span class="muted small">{more}</span> })} }
        .into_any()
}

fn revoke(ctx: &Context, key: &ApiKey) -> AnyView {
    let text = ctx.t(
        "撤销后立即失效，不能恢复；使用它的系统会收到 401。建议先换上新密钥再撤销。",
        "It ends at once and for ever, and whatever uses it gets 401. Put a new key in its place first.",
    );
    view! {
        <tr class="row-more">
            <td colspan="5">
                <details class="more">
                    <summary>{ctx.t("撤销", "Revoke").to_owned()}</summary>
                    <form class="form" method="post" action=RevokeApiKey::PATH>
                        <input type="hidden" name="csrf" value=ctx.csrf() />
                        <input type="hidden" name="id" value=key.id.0 />
                        <p class="muted small">{text.to_owned()}</p>
                        <div class="form-actions">
                            <button class="button small danger" type="submit">
                                {ctx.t("撤销密钥", "Revoke").to_owned()} " " {key.name.clone()}
                            </button>
                        </div>
                    </form>
                </details>
            </td>
        </tr>
    }
    .into_any()
}
