//! Whatever people and programs type: refused with words where it is wrong, shown as text where it is odd, and never an
//! error of ours.

mod forms;
mod refused;
mod requests;
mod text;
mod values;

use crate::{
    both,
    support::{
        ADMIN, APPID, SECRET, TEMPLATE, TestApp, Which,
        browser::{Seen, Visitor},
        content, openid,
    },
};
use model::{
    delivery::DeliveryState,
    ids::{MiniProgramId, NoticeId, TemplateId},
    notice::NoticeState,
};
use reqwest::StatusCode;
use service::{AudienceInput, SubscriberInput, TemplateInput};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Breaks out of an attribute, of an element and of an SQL text, where any of these can be left.
const PAYLOAD: &str = "'\"><script>evil()</script>--";

async fn start(which: Which) -> (TestApp, Visitor, MiniProgramId, TemplateId) {
    let app = TestApp::start(which).await;
    let (program, template) = app.furnish().await;
    let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
    (app, visitor, program, template)
}

async fn register(app: &TestApp, program: MiniProgramId, id: &str, content: &str) -> TemplateId {
    app.simulator.add_template(APPID, simulator::Template::one_time(id, "各种字段", content)).unwrap();
    let input = TemplateInput {
        pri_tmpl_id: id.to_owned(),
        title: "各种字段".to_owned(),
        kind: "one_time".to_owned(),
        content: content.to_owned(),
        fields: Vec::new(),
        ..TemplateInput::default()
    };
    app.services.register_template(program, &input).await.unwrap()
}

/// A draft for somebody with a grant.
async fn draft(app: &TestApp, program: MiniProgramId, template: TemplateId, pri_tmpl_id: &str) -> NoticeId {
    app.add_subscriber(program, &openid(1), template, 1).await;
    app.simulator.grant(APPID, &openid(1), pri_tmpl_id, 1).unwrap();
    let notice = app.services.begin_notice(template, Vec::new(), "test").await.unwrap();
    app.services.set_audience(notice, AudienceInput::EverybodyWithGrant).await.unwrap();
    notice
}
