//! How good the forecast of grants was: of the sends that a grant stood behind, how many met 43101.

use crate::{
    charts::ShareBar,
    components::words::{number, percent},
    web::Context,
};
use leptos::prelude::*;
use model::{Lang, access::Permission, mini_program::MiniProgram};
use service::DayAccuracy;

/// WeChat's word for "no grant here".
const CONTRADICTED: i64 = 43101;
/// More days are shown only when they are asked for.
const MOST_DAYS: usize = 14;

/// The figure of the period, by day, and what raises it.
pub(super) fn card(ctx: &Context, program: &MiniProgram, days: &[DayAccuracy]) -> impl IntoView + use<> {
    let (answered, contradicted) = sum(days);
    let body = if answered == 0 {
        let text = ctx.t(
            "这段时间没有微信答复过的发送，无法比较。",
            "WeChat answered no send in this period, so there is nothing to compare.",
        );
        view! { <p class="muted">{text.to_owned()}</p> }.into_any()
    } else {
        view! {
            <p>
                {figure(ctx.lang, answered, contradicted)} " "
                <a href=format!("/errors/{CONTRADICTED}")>{ctx.t("43101 是什么意思", "What 43101 means").to_owned()}</a>
            </p>
            {by_day(ctx, days)}
        }
        .into_any()
    };
    view! {
        <section class="card" id="accuracy">
            <h2>{ctx.t("额度预计的准确度", "How good the forecast of grants was").to_owned()}</h2>
            <p class="muted small">
                {ctx.t(
                    "雁书只给预计有授权额度的人发送。微信返回 43101 就说明平台上其实没有额度，雁书会把余额更正为 0。这个比例越低，预计越准。",
                    "Yanshu sends only where it believes that a grant is left. Where WeChat answers 43101 there was none, and the balance is set to 0. The lower the share, the better the forecast.",
                ).to_owned()}
            </p>
            {body}
            {reasons(ctx, program, contradicted)}
        </section>
    }
}

fn sum(days: &[DayAccuracy]) -> (i64, i64) {
    days.iter().fold((0, 0), |(answered, no), day| (answered + day.answered, no + day.contradicted))
}

fn figure(lang: Lang, answered: i64, contradicted: i64) -> String {
    let (all, no, share) = (number(answered), number(contradicted), percent(contradicted, answered));
    match lang {
        Lang::Zh => format!("预计有额度的 {all} 条发送中，{no} 条遇到 43101，占 {share}。"),
        Lang::En => format!("Of {all} sends that a grant was believed to stand behind, {no} met 43101: {share}."),
    }
}

fn by_day(ctx: &Context, days: &[DayAccuracy]) -> AnyView {
    let rows: Vec<_> = days.iter().map(row).collect();
    let head = |zh: &str, en: &str| ctx.t(zh, en).to_owned();
    let table = view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{head("日期", "Day")}</th>
                        <th scope="col" class="num">{head("微信已答复", "Answered")}</th>
                        <th scope="col" class="num">{head("遇到 43101", "Met 43101")}</th>
                        <th scope="col">{head("占比", "Share")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    };
    if days.len() > MOST_DAYS {
        let text = ctx.t("按天查看", "By day").to_owned();
        return view! { <details class="more"><summary>{text}</summary>{table}</details> }.into_any();
    }
    table.into_any()
}

fn row(day: &DayAccuracy) -> impl IntoView + use<> {
    let (all, no) = (day.answered, day.contradicted);
    view! {
        <tr>
            <th scope="row">{day.date.to_string()}</th>
            <td class="num">{number(all)}</td>
            <td class="num">{number(no)}</td>
            <td>
                <span class="num">{percent(no, all)}</span>
                <ShareBar parts=[("fail", no), ("neutral", 0), ("neutral", 0)] whole=all />
            </td>
        </tr>
    }
}

/// What makes the forecast worse; what of it is known to hold here comes first and leads to the remedy.
fn reasons(ctx: &Context, program: &MiniProgram, contradicted: i64) -> Option<impl IntoView + use<>> {
    let may = ctx.may(Permission::ManageMiniPrograms);
    let callback = program.callback_mode.is_none().then(|| {
        let href = format!("/mini-programs/{}/callback", program.id);
        view! {
            <li>
                <strong>{ctx.t("还没有设置消息推送。", "Message push is not set up. ").to_owned()}</strong>
                {ctx.t(
                    "用户在微信的设置里拒绝时，只有推送会告诉雁书。",
                    "When somebody refuses in WeChat's settings, only a push tells Yanshu.",
                ).to_owned()} " "
                {may.then(|| view! { <a href=href>{ctx.t("去设置", "Set it up").to_owned()}</a> })}
            </li>
        }
    });
    (contradicted > 0).then(|| {
        view! {
            <p class="small">{ctx.t("常见原因：", "What usually raises it:").to_owned()}</p>
            <ul class="small">
                {callback}
                <li>
                    {ctx.t(
                        "别的系统也在用同一个 AppID 发送订阅消息：它们用掉的额度雁书看不到。",
                        "Another system sends with the same AppID: Yanshu does not see the grants that it uses.",
                    ).to_owned()}
                </li>
                <li>
                    {ctx.t(
                        "小程序没有上报每一次结果，或者手工录入、调整的额度与微信不一致。",
                        "The mini program does not report every answer, or balances entered by hand differ from WeChat's.",
                    ).to_owned()}
                </li>
            </ul>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figure_is_of_all_days_together() {
        let day =
            |d, answered, contradicted| DayAccuracy { date: jiff::civil::date(2026, 11, d), answered, contradicted };
        assert_eq!(sum(&[day(1, 90, 1), day(2, 10, 1)]), (100, 2));
        assert_eq!(sum(&[]), (0, 0));
        assert_eq!(figure(Lang::Zh, 100, 2), "预计有额度的 100 条发送中，2 条遇到 43101，占 2.0%。");
    }
}
