//! What answers look like. Words of states may become more: whoever reads them must expect one that is new.

use jiff::Timestamp;
use model::{
    Lang, Millis,
    advice::advise,
    delivery::{Delivery, DeliveryState},
    grant::Grant,
    mini_program::{MessageLang, ProgramState},
    notice::{Notice, StateCounts},
    subscriber::{Subscriber, SubscriberSummary},
    template::Template,
};
use serde::Serialize;
use service::OrderNumbers;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// An instant in RFC 3339, UTC.
pub fn instant(at: Millis) -> String {
    Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T: ToSchema> {
    /// The rows.
    pub items: Vec<T>,
    /// `cursor` of the next page; null on the last one.
    #[schema(example = "bjEyMw")]
    pub next: Option<String>,
}

/// What becomes of the recipients of an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct Numbers {
    /// Will be sent.
    #[schema(example = 2)]
    pub will_send: i64,
    /// Skipped: no grant is left, or the person was never heard of.
    #[schema(example = 1)]
    pub no_grant: i64,
    /// Skipped: the last thing the person said was no.
    pub refused: i64,
    /// Skipped: what would be sent breaks a field rule. Orders are checked beforehand, so there are none as a rule.
    pub invalid: i64,
    /// Skipped: they have had as many messages lately as the mini program's frequency cap allows.
    pub too_often: i64,
    /// Dropped: in the list more than once.
    pub duplicates: i64,
}

impl From<OrderNumbers> for Numbers {
    fn from(n: OrderNumbers) -> Self {
        Self {
            will_send: n.will_send,
            no_grant: n.no_grant,
            refused: n.refused,
            invalid: n.invalid,
            too_often: n.too_often,
            duplicates: n.duplicates,
        }
    }
}

/// An order that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeOrdered {
    /// The notice's number; null after a dry run.
    #[schema(example = 1234)]
    pub id: Option<i64>,
    /// What becomes of the recipients.
    pub recipients: Numbers,
    /// Whether this was a dry run: nothing was stored, nothing is sent.
    pub dry_run: bool,
}

/// How many deliveries stand in each state.
#[derive(Debug, Serialize, ToSchema)]
pub struct Counts {
    /// Waiting to be sent.
    pub pending: i64,
    /// The call to WeChat may be under way.
    pub sending: i64,
    /// WeChat accepted.
    pub sent: i64,
    /// WeChat's own event confirmed it.
    pub delivered: i64,
    /// WeChat refused for good.
    pub failed: i64,
    /// The call may or may not have reached WeChat. Never sent again by a machine.
    pub unknown: i64,
    /// Not sent on purpose: no grant, or refused.
    pub skipped: i64,
    /// Withdrawn before it was sent.
    pub cancelled: i64,
}

impl From<&StateCounts> for Counts {
    fn from(counts: &StateCounts) -> Self {
        let of = |state| counts.of(state);
        Self {
            pending: of(DeliveryState::Pending),
            sending: of(DeliveryState::Sending),
            sent: of(DeliveryState::Sent),
            delivered: of(DeliveryState::Delivered),
            failed: of(DeliveryState::Failed),
            unknown: of(DeliveryState::Unknown),
            skipped: of(DeliveryState::Skipped),
            cancelled: of(DeliveryState::Cancelled),
        }
    }
}

/// A notice: one order to send.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notice)]
pub struct NoticeShape {
    /// Its number.
    #[schema(example = 1234)]
    pub id: i64,
    /// `draft`, `scheduled`, `approval` (a second person has to agree), `running`, `paused`, `missed` (its time passed while
    /// the service was down; a person has to say), `finished`, `stopped` (WeChat refused in a way that holds for everybody)
    /// or `cancelled`.
    #[schema(value_type = String, example = "running")]
    pub state: model::notice::NoticeState,
    /// The template's `priTmplId`.
    #[schema(example = "aLy3Tz4hEsbHmGl7d2MkGtoGPo4ZC10NMWHEuNl0kZ8")]
    pub template_id: String,
    /// The template's title.
    pub template_title: String,
    /// Field key → value.
    pub data: BTreeMap<String, String>,
    /// The page a tap opens; empty: none.
    #[schema(example = "pages/index?id=1")]
    pub page: String,
    /// Which version of the mini program it opens: `formal`, `trial` or `developer`.
    #[schema(value_type = String, example = "formal")]
    pub miniprogram_state: ProgramState,
    /// The message's language.
    #[schema(value_type = String, example = "zh_CN")]
    pub lang: MessageLang,
    /// Who ordered it: a person, or `API: ` and the name of the key.
    pub created_by: String,
    /// When it was begun.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was confirmed.
    #[schema(format = DateTime)]
    pub confirmed_at: Option<String>,
    /// When it begins or began.
    #[schema(format = DateTime)]
    pub send_at: Option<String>,
    /// When nothing was left to do.
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
    /// The error code that stopped it.
    #[schema(example = 47003)]
    pub stop_errcode: Option<i64>,
    /// Openids that stood in the order more than once.
    pub duplicates: i64,
    /// How many deliveries stand where.
    pub counts: Counts,
}

impl NoticeShape {
    /// A notice as it is told; `templates` are those of the mini program.
    pub fn of(notice: Notice, templates: &[Template]) -> Self {
        let template = templates.iter().find(|t| t.id == notice.template);
        Self {
            id: notice.id.0,
            state: notice.state,
            template_id: template.map(|t| t.settings.pri_tmpl_id.clone()).unwrap_or_default(),
            template_title: notice.template_title,
            counts: Counts::from(&notice.counts),
            data: notice.content.values,
            page: notice.content.page,
            miniprogram_state: notice.content.program_state,
            lang: notice.content.message_lang,
            created_by: notice.created_by,
            created_at: instant(notice.created_at),
            confirmed_at: notice.confirmed_at.map(instant),
            send_at: notice.due_at.map(instant),
            finished_at: notice.finished_at.map(instant),
            stop_errcode: notice.stop_errcode,
            duplicates: notice.duplicates,
        }
    }
}

/// One notice to one subscriber.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryShape {
    /// To whom.
    #[schema(example = "oGZUI0egBJY1zhBYw2KhdUfwVJJE")]
    pub openid: String,
    /// `pending`, `sending`, `sent`, `delivered`, `failed`, `unknown`, `skipped` or `cancelled`.
    #[schema(value_type = String, example = "sent")]
    pub state: DeliveryState,
    /// WeChat's errcode, or a number below -1000 of our own; 0: none. `GET /api/error-codes` lists them all.
    pub errcode: i64,
    /// What the errcode means, in the language of `Accept-Language`; null without one.
    pub reason: Option<String>,
    /// WeChat's request id of the last call.
    pub rid: Option<String>,
    /// WeChat's text of the last call.
    pub errmsg: Option<String>,
    /// Calls made.
    pub attempts: i64,
    /// Last change.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl DeliveryShape {
    /// A delivery as it is told.
    pub fn of(d: Delivery, lang: Lang) -> Self {
        Self {
            openid: d.openid,
            state: d.state,
            errcode: d.errcode,
            reason: (d.errcode != 0).then(|| advise(d.errcode).cause(lang).to_owned()),
            rid: d.rid,
            errmsg: d.errmsg,
            attempts: d.attempts,
            updated_at: instant(d.updated_at),
        }
    }
}

/// A field of a template.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Field)]
pub struct FieldShape {
    /// Its key in `data`.
    #[schema(example = "thing1")]
    pub key: String,
    /// Its label on the card.
    #[schema(example = "意见内容")]
    pub label: String,
    /// An example; may be empty.
    pub example: String,
    /// The only values that it takes; empty: any that its type allows.
    pub allowed: Vec<String>,
}

/// A registered template.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Template)]
pub struct TemplateShape {
    /// `priTmplId`.
    #[schema(example = "aLy3Tz4hEsbHmGl7d2MkGtoGPo4ZC10NMWHEuNl0kZ8")]
    pub template_id: String,
    /// Title of the card.
    pub title: String,
    /// `one_time`: one acceptance, one message. `long_term`: one acceptance lasts.
    #[schema(value_type = String, example = "one_time")]
    pub kind: model::template::TemplateKind,
    /// Fields in the order of the card.
    pub fields: Vec<FieldShape>,
    /// Whether notices may be ordered with it: neither archived here nor gone at WeChat.
    pub usable: bool,
}

impl From<Template> for TemplateShape {
    fn from(t: Template) -> Self {
        let fields = t.settings.fields.into_iter();
        Self {
            template_id: t.settings.pri_tmpl_id,
            title: t.settings.title,
            kind: t.settings.kind,
            fields: fields
                .map(|f| FieldShape { key: f.key, label: f.label, example: f.example, allowed: f.allowed })
                .collect(),
            usable: t.archived_at.is_none() && t.gone_at.is_none(),
        }
    }
}

/// A row of the subscriber list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subscriber)]
pub struct SubscriberShape {
    /// The person's id in this mini program.
    #[schema(example = "oGZUI0egBJY1zhBYw2KhdUfwVJJE")]
    pub openid: String,
    /// Nickname or note of the operators; may be empty.
    pub remark: String,
    /// Grants not spent yet, over all templates.
    pub balance: i64,
    /// When the person was first seen.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When the mini program last reported the person.
    #[schema(format = DateTime)]
    pub last_seen_at: Option<String>,
}

impl SubscriberShape {
    fn of(s: Subscriber, balance: i64) -> Self {
        Self {
            openid: s.openid,
            remark: s.remark,
            balance,
            created_at: instant(s.created_at),
            last_seen_at: s.last_seen_at.map(instant),
        }
    }
}

impl From<SubscriberSummary> for SubscriberShape {
    fn from(row: SubscriberSummary) -> Self {
        Self::of(row.subscriber, row.balance)
    }
}

/// What may still be sent to a person with one template.
#[derive(Debug, Serialize, ToSchema)]
pub struct Balance {
    /// The template's `priTmplId`.
    pub template_id: String,
    /// Acceptances not spent; 1 for a long-term grant that stands.
    pub balance: i64,
    /// Of these, promised to notices that are being sent.
    pub reserved: i64,
    /// The last thing the person said was no.
    pub refused: bool,
}

impl Balance {
    /// A grant as it is told.
    pub fn of(template: &Template, grant: &Grant) -> Self {
        Self {
            template_id: template.settings.pri_tmpl_id.clone(),
            balance: grant.balance,
            reserved: grant.reserved,
            refused: grant.refused,
        }
    }
}

/// A person with balances.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubscriberBalances {
    /// The person.
    #[serde(flatten)]
    pub subscriber: SubscriberShape,
    /// One entry for each template that the person has answered to.
    pub grants: Vec<Balance>,
}

impl From<service::SubscriberBalances> for SubscriberBalances {
    fn from(found: service::SubscriberBalances) -> Self {
        let sum = found.grants.iter().map(|(_, grant)| grant.balance).sum();
        let grants = found.grants.iter().map(|(template, grant)| Balance::of(template, grant)).collect();
        Self { subscriber: SubscriberShape::of(found.subscriber, sum), grants }
    }
}

/// One thing that is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemEntry {
    /// Where: `recipients[3].openid`, `data.thing1`, the name of a query parameter or header; empty: the whole.
    #[schema(example = "data.thing1")]
    pub path: String,
    /// What, for machines.
    #[schema(example = "too_long")]
    pub code: String,
    /// What, and how to mend it, in the language of `Accept-Language`.
    pub message: String,
}

/// A refusal (RFC 9457). Nothing was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Where the code is explained.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference", example = "/api/docs#code-invalid")]
    pub kind: String,
    /// What, in short.
    pub title: String,
    /// The HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// The first thing that is wrong, or the title.
    pub detail: String,
    /// What, for machines.
    #[schema(example = "invalid")]
    pub code: String,
    /// Names this request in the logs.
    pub request_id: String,
    /// Everything that is wrong.
    pub errors: Vec<ProblemEntry>,
    /// With the code `nobody`: what would have become of the recipients.
    pub recipients: Option<Numbers>,
}
