//! The signs that somebody else fetches tokens for the AppID.

use crate::{
    components::{Icon, IconName, words::number},
    web::Context,
};
use leptos::prelude::*;
use model::mini_program::TokenMode;
use service::TokenHealth;

/// What it means and what to do, where the signs are there.
pub(super) fn warning(ctx: &Context, health: &TokenHealth) -> Option<AnyView> {
    health.foreign.then(|| {
        let text = ctx
            .t(
                "今天有 {n} 个凭证在到期之前被微信判为失效，通常是因为别的程序用同一个 AppID 获取了新凭证，把雁书的顶掉了。雁书会换新凭证重试，消息仍会发出，但双方会不断互相影响。",
                "{n} tokens were called invalid before their end today. As a rule another program fetched a new one for this AppID and so voided Yanshu's. Yanshu gets a fresh one and tries again, but the two keep disturbing each other.",
            )
            .replace("{n}", &number(health.invalidated));
        view! {
            <div class="notice-box warn" role="alert" id="foreign">
                <Icon name=IconName::Alert />
                <p><strong>{ctx.t("另有程序在为这个 AppID 获取凭证", "Another program fetches tokens for this AppID").to_owned()}</strong></p>
                <p>{text}</p>
                <ol>
                    <li>{ctx.t("找出它：旧的业务服务器、测试环境、同事的开发机、云函数，以及任何填了这个 AppSecret 的旧版 SDK。", "Find it: old back ends, test servers, colleagues' laptops, cloud functions, any older SDK that was given this AppSecret.").to_owned()}</li>
                    <li>{ctx.t("让它停用，或改用稳定版接口 stable_token：重复获取得到同一个凭证，不会互相顶掉。", "Turn it off, or let it call stable_token: asking again gives the same token, so nobody voids anybody's.").to_owned()}</li>
                    <li>{ctx.t("找不到时，在微信后台重置 AppSecret，再到“设置”里更新；其他程序从此取不到凭证。", "If it cannot be found, reset the AppSecret at WeChat and enter the new one under Settings; nobody else can get tokens then.").to_owned()}</li>
                </ol>
                {advice(ctx, health)}
            </div>
        }
        .into_any()
    })
}

/// The classic call has nothing to set against it; a forced refresh by somebody else hits the stable one too.
fn advice(ctx: &Context, health: &TokenHealth) -> AnyView {
    let text = match health.mode {
        TokenMode::Classic => ctx.t(
            "雁书现在使用普通版接口。改用稳定版（“设置 → 微信接口与额度来源”）之后，普通版的获取就不再影响雁书。",
            "Yanshu uses the classic call here. With stable_token (Settings → WeChat's API) other programs' classic calls do not matter any more.",
        ),
        TokenMode::Stable => ctx.t(
            "雁书已使用稳定版接口，普通版的获取不会影响它；请特别检查是否有程序带着 force_refresh 调用稳定版。",
            "Yanshu uses stable_token, which classic calls do not touch; look above all for a program that calls it with force_refresh.",
        ),
    };
    view! { <p>{text.to_owned()}</p> }.into_any()
}
