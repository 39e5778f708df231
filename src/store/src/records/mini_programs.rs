//! Mini programs, their templates and tokens.

use super::{json, word};
use crate::{StoreError, StoreResult, TokenRow};
use model::{
    ids::{MiniProgramId, TemplateId},
    mini_program::{CallbackMode, GrantSource, MessageLang, MiniProgram, MiniProgramSettings, ProgramState, TokenMode},
    template::{Template, TemplateKind, TemplateSettings, TemplateSummary},
};

/// A row of `mini_programs`, without the secret.
#[derive(sqlx::FromRow)]
pub(crate) struct MiniProgramRecord {
    id: i64,
    name: String,
    appid: String,
    default_page: String,
    program_state: String,
    message_lang: String,
    time_zone: String,
    require_login_token: i64,
    token_mode: String,
    api_base: String,
    grant_source: String,
    send_rate: Option<i64>,
    send_at_once: Option<i64>,
    callback_mode: Option<String>,
    login_epoch: i64,
    paused_until: Option<i64>,
    pause_errcode: Option<i64>,
    created_at: i64,
}

impl TryFrom<MiniProgramRecord> for MiniProgram {
    type Error = StoreError;

    fn try_from(r: MiniProgramRecord) -> StoreResult<Self> {
        let settings = MiniProgramSettings {
            program_state: word("mini_programs", "program_state", &r.program_state, ProgramState::parse)?,
            message_lang: word("mini_programs", "message_lang", &r.message_lang, MessageLang::parse)?,
            name: r.name,
            appid: r.appid,
            default_page: r.default_page,
            time_zone: r.time_zone,
            require_login_token: r.require_login_token != 0,
            token_mode: word("mini_programs", "token_mode", &r.token_mode, TokenMode::parse)?,
            api_base: r.api_base,
            grant_source: word("mini_programs", "grant_source", &r.grant_source, GrantSource::parse)?,
            send_rate: r.send_rate,
            send_at_once: r.send_at_once,
        };
        let callback_mode = r
            .callback_mode
            .map(|mode| word("mini_programs", "callback_mode", &mode, CallbackMode::parse))
            .transpose()?;
        Ok(Self {
            id: MiniProgramId(r.id),
            settings,
            paused_until: r.paused_until,
            pause_errcode: r.pause_errcode,
            callback_mode,
            login_epoch: r.login_epoch,
            created_at: r.created_at,
        })
    }
}

/// A row of `templates`.
#[derive(sqlx::FromRow)]
pub(crate) struct TemplateRecord {
    id: i64,
    mini_program_id: i64,
    pri_tmpl_id: String,
    title: String,
    kind: String,
    fields: String,
    validity_days: Option<i64>,
    archived_at: Option<i64>,
    gone_at: Option<i64>,
    synced_at: Option<i64>,
    created_at: i64,
}

impl TryFrom<TemplateRecord> for Template {
    type Error = StoreError;

    fn try_from(r: TemplateRecord) -> StoreResult<Self> {
        Ok(Self {
            id: TemplateId(r.id),
            mini_program: MiniProgramId(r.mini_program_id),
            settings: TemplateSettings {
                kind: word("templates", "kind", &r.kind, TemplateKind::parse)?,
                fields: json("templates", "fields", &r.fields)?,
                pri_tmpl_id: r.pri_tmpl_id,
                title: r.title,
                validity_days: r.validity_days,
            },
            archived_at: r.archived_at,
            gone_at: r.gone_at,
            synced_at: r.synced_at,
            created_at: r.created_at,
        })
    }
}

/// A template with what its grants amount to.
#[derive(sqlx::FromRow)]
pub(crate) struct TemplateSummaryRecord {
    #[sqlx(flatten)]
    template: TemplateRecord,
    reachable: i64,
    balance: i64,
}

impl TryFrom<TemplateSummaryRecord> for TemplateSummary {
    type Error = StoreError;

    fn try_from(r: TemplateSummaryRecord) -> StoreResult<Self> {
        Ok(Self { template: r.template.try_into()?, reachable: r.reachable, balance: r.balance })
    }
}

/// A row of `tokens`, without the lease.
#[derive(sqlx::FromRow)]
pub(crate) struct TokenRecord {
    sealed: Option<String>,
    version: i64,
    expires_at: i64,
    obtained_at: i64,
    last_errcode: Option<i64>,
    last_errmsg: Option<String>,
    retry_at: i64,
    dropped_digest: Option<String>,
    forced_at: i64,
}

impl From<TokenRecord> for TokenRow {
    fn from(r: TokenRecord) -> Self {
        Self {
            sealed: r.sealed,
            version: r.version,
            expires_at: r.expires_at,
            obtained_at: r.obtained_at,
            last_errcode: r.last_errcode,
            last_errmsg: r.last_errmsg,
            retry_at: r.retry_at,
            dropped_digest: r.dropped_digest,
            forced_at: r.forced_at,
        }
    }
}
