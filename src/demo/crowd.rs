//! A mini program of 100,000 people, and a draft to all of them: something big to start, pause and let go on.

use model::{
    ids::{MiniProgramId, NoticeId},
    notice::NoticeState,
    page::At,
};
use service::{AudienceInput, ContentInput, MiniProgramInput, Services, TemplateInput};
use simulator::{Account, Grant, Simulator, Template};
use std::collections::BTreeMap;

/// How many.
const PEOPLE: usize = 100_000;
/// So many in one transaction.
const AT_ONCE: usize = 10_000;
const NAME: &str = "雁州热线";
/// Its AppID.
pub const APPID: &str = "wx9e27b4c06d1f83a5";
const SECRET: &str = "5d8a1f40c73e92b6e01d4c8a7f36b259";
const TEMPLATE: &str = "Zq8KcN5wTj1RyM3xVb7HfL2sPd9GuE6aWiOoXnJtBk4";
const TITLE: &str = "防汛应急通知";
const CONTENT: &str = "事项:{{thing1.DATA}}\n时间:{{time2.DATA}}\n提示:{{thing3.DATA}}";

fn openid(n: usize) -> String {
    format!("oYz0000000000000000000{n:06}")
}

/// Makes it; answers the draft.
pub async fn set_up(services: &Services, simulator: &Simulator, console: &str) -> anyhow::Result<NoticeId> {
    simulator.add_account(Account { backend_url: Some(console.to_owned()), ..Account::new(APPID, SECRET) });
    simulator.add_template(APPID, Template::one_time(TEMPLATE, TITLE, CONTENT).long_term())?;
    let program = services
        .add_mini_program(MiniProgramInput {
            name: NAME.to_owned(),
            appid: APPID.to_owned(),
            app_secret: SECRET.to_owned().into(),
            default_page: "pages/alert/detail".to_owned(),
            program_state: "formal".to_owned(),
            message_lang: "zh_CN".to_owned(),
            time_zone: "Asia/Shanghai".to_owned(),
            ..MiniProgramInput::default()
        })
        .await?;
    let input = TemplateInput {
        pri_tmpl_id: TEMPLATE.to_owned(),
        title: TITLE.to_owned(),
        kind: "long_term".to_owned(),
        content: CONTENT.to_owned(),
        ..TemplateInput::default()
    };
    let template = services.register_template(program, &input).await?;
    let people: Vec<String> = (0..PEOPLE).map(openid).collect();
    for some in people.chunks(AT_ONCE) {
        services.store().import_grants(program, template, some, "demo", services.now()).await?;
    }
    grant(simulator)?;
    let draft = services.begin_notice(template, Vec::new(), super::NAME).await?;
    services.set_audience(draft, AudienceInput::EverybodyWithGrant).await?;
    let values =
        [("thing1", "强降雨，低洼路段请绕行"), ("time2", "2026年11月22日 06:00"), ("thing3", "险情热线 0734-8866000")];
    let content = ContentInput {
        values: values.map(|(key, value)| (key.to_owned(), value.to_owned())).into_iter().collect::<BTreeMap<_, _>>(),
        page: "pages/alert/detail".to_owned(),
        program_state: "formal".to_owned(),
        message_lang: "zh_CN".to_owned(),
    };
    services.set_content(draft, &content).await?;
    Ok(draft)
}

/// The platform's side of it: one long-term grant each.
pub fn grant(simulator: &Simulator) -> anyhow::Result<()> {
    let grant = |n| Grant { appid: APPID.to_owned(), openid: openid(n), template_id: TEMPLATE.to_owned(), count: 1 };
    simulator.add_grants((0..PEOPLE).map(grant))?;
    Ok(())
}

/// The draft to everybody, if nobody has confirmed or discarded it.
pub async fn draft(services: &Services) -> anyhow::Result<Option<NoticeId>> {
    let program = services.mini_programs().await?.into_iter().find(|p| p.settings.appid == APPID).map(|p| p.id);
    let Some(program) = program else { return Ok(None) };
    newest_draft(services, program).await
}

async fn newest_draft(services: &Services, program: MiniProgramId) -> anyhow::Result<Option<NoticeId>> {
    let drafts = services.notices(program, Some(NoticeState::Draft), None, At::Start).await?;
    Ok(drafts.rows.first().map(|notice| notice.id))
}
