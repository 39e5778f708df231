//! Tags and attributes of one person.

use crate::{
    actions::subscribers::ChangeTraits,
    components::{FormErrors, TextArea, TextField},
    web::Context,
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{ids::SubscriberId, subscriber::PersonTraits};

pub(super) fn card(ctx: &Context, id: SubscriberId, traits: &PersonTraits) -> impl IntoView + use<> {
    let state = ctx.form("traits");
    let tags = traits.tags.iter().cloned().collect::<Vec<_>>().join(", ");
    let attributes: String = traits.attributes.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    view! {
        <section class="card" id="traits">
            <h2>{ctx.t("标签和属性", "Tags and attributes").to_owned()}</h2>
            <form class="form" method="post" action=ChangeTraits::PATH>
                <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="id" value=id.0 />
                <TextField
                    name="tags"
                    label=ctx.t("标签", "Tags")
                    value=state.value("tags", &tags)
                    error=state.error("tags", ctx.lang)
                    hint=ctx.t("用逗号或空格分隔。", "Separated by commas or spaces.")
                />
                <TextArea
                    name="attributes"
                    label=ctx.t("属性", "Attributes")
                    value=state.value("attributes", attributes.trim_end())
                    error=state.error("attributes", ctx.lang)
                    hint=ctx.t(
                        "每行一个，写成 名称=内容；内容里可以用 {{名称}} 引用。",
                        "One a line, as name=value; a message can use it as {{name}}.",
                    )
                    rows=4
                />
                <div class="form-actions">
                    <button class="button" type="submit">{ctx.t("保存", "Save").to_owned()}</button>
                </div>
            </form>
        </section>
    }
}
