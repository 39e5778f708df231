//! What the mini program tells us: logins and the answers of `wx.requestSubscribeMessage`.

use crate::{ApiCaller, Services, UseError, UseResult, keys::Keys};
use model::{
    Millis, Problem, Problems,
    grant::Answer,
    ids::{MiniProgramId, SubscriberId, TemplateId},
    mini_program::MiniProgram,
    values,
};
use std::{collections::BTreeMap, sync::PoisonError};
use store::{GrantReport, Reported};

/// A signed login token is good for this long; `wx.login` is cheap, so a day is plenty.
const LOGIN_TOKEN_MS: Millis = 24 * 3_600_000;
/// The name of the kept first report.
const FIRST_REPORT: &str = "first_report";
/// More templates than one popup can ask for (5).
const MOST_TEMPLATES: usize = 20;

/// A report as it came in, not checked yet.
#[derive(Clone, Debug, Default)]
pub struct RecordReport {
    /// `appId` of the body.
    pub appid: Option<String>,
    /// `openId` of the body.
    pub openid: Option<String>,
    /// The token of `POST /api/login`; where there is one it alone says who and which mini program.
    pub token: Option<String>,
    /// `templateId` of the body: accepted.
    pub template_id: Option<String>,
    /// `results` of the body: template id → `accept`, `reject`, ….
    pub results: BTreeMap<String, String>,
    /// `reportId` of the body: the same one of the same person counts once.
    pub report_id: Option<String>,
}

/// One template's part of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordAnswer {
    /// The platform's template id.
    pub pri_tmpl_id: String,
    /// What was recorded.
    pub answer: Answer,
    /// The balance after it.
    pub balance: i64,
}

/// What was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Whose.
    pub subscriber: SubscriberId,
    /// The openid.
    pub openid: String,
    /// Per template.
    pub answers: Vec<RecordAnswer>,
    /// The report id was known: nothing was recorded again.
    pub repeated: bool,
}

/// Whether a mini program has been heard of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// When the first report came, and about whom.
    pub first_report: Option<(Millis, String)>,
}

/// The answer of `POST /api/login`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginAnswer {
    /// The openid.
    pub openid: String,
    /// The signed token that later calls carry.
    pub token: String,
    /// Seconds until it ends.
    pub expires_in_secs: i64,
}

impl Services {
    /// `wx.login` code → openid and a signed token. `session_key` is not kept.
    ///
    /// # Errors
    /// `Invalid` when the mini program is not clear or the code empty; `Platform` when WeChat refuses the code.
    pub async fn login(&self, appid: Option<&str>, code: &str) -> UseResult<LoginAnswer> {
        let program = self.meant(appid).await?;
        let code = code.trim();
        if code.is_empty() || code.len() > 256 || code.chars().any(char::is_control) {
            return Err(Problem::of(
                "code",
                "required",
                "缺少 wx.login 得到的 code。",
                "The code of wx.login is missing.",
            )
            .into());
        }
        let credentials = self.tokens.credentials(program.id).await?;
        let session = self.tokens.client(&program)?.code_to_session(&credentials, code).await?;
        let openid = values::openid(&session.openid).map_err(|_| UseError::Internal("WeChat gave a strange openid"))?;
        let until = self.now() + LOGIN_TOKEN_MS;
        let token = self.keys.sign_login(
            &scope(program.id, program.login_epoch),
            &format!("2|{}|{}|{until}|{openid}", program.id, program.login_epoch),
        )?;
        Ok(LoginAnswer { openid, token, expires_in_secs: LOGIN_TOKEN_MS / 1000 })
    }

    /// Records what a person answered. All or nothing.
    ///
    /// # Errors
    /// `Invalid` with what is wrong: nothing is recorded then.
    pub async fn record(&self, report: &RecordReport) -> UseResult<Recorded> {
        let (program, openid) = self.who(report).await?;
        self.limits.openid(&openid)?;
        let note = if report.token.is_some() { "login" } else { "report" };
        self.record_of(&program, openid, report, note).await
    }

    /// Records what a back end says that a person answered; its key has proven who it is. All or nothing.
    ///
    /// # Errors
    /// As [`Services::record`].
    pub async fn record_by_key(&self, caller: &ApiCaller, report: &RecordReport) -> UseResult<Recorded> {
        let openid = values::openid(report.openid.as_deref().unwrap_or_default()).map_err(|p| p.at("openid"))?;
        self.record_of(&caller.program, openid, report, &caller.key.signature()).await
    }

    async fn record_of(
        &self,
        program: &MiniProgram,
        openid: String,
        report: &RecordReport,
        note: &str,
    ) -> UseResult<Recorded> {
        let report_id = report_id(report)?;
        let answers = self.answers(program, report).await?;
        let ids: Vec<_> = answers.iter().map(|(id, _, answer)| (*id, *answer)).collect();
        let told = GrantReport { mini_program: program.id, openid: &openid, answers: &ids, note, report_id };
        let Reported { subscriber, repeated } = self.store.record_report(told, self.now()).await?;
        self.note_connection(program.id, &openid).await?;
        let grants = self.store.grants_of(subscriber).await?;
        let balance = |id| grants.iter().find(|g| g.template == id).map_or(0, |g| g.balance);
        let answers = answers
            .into_iter()
            .map(|(id, pri_tmpl_id, answer)| RecordAnswer { pri_tmpl_id, answer, balance: balance(id) })
            .collect();
        Ok(Recorded { subscriber, openid, answers, repeated })
    }

    /// Keeps the first report of a mini program, for whoever is connecting one and waits for a sign of life.
    async fn note_connection(&self, id: MiniProgramId, openid: &str) -> UseResult<()> {
        let known = || self.connected.lock().unwrap_or_else(PoisonError::into_inner);
        if known().contains(&id) {
            return Ok(());
        }
        if self.store.snapshot(id, FIRST_REPORT, "").await?.is_none() {
            self.keep(id, FIRST_REPORT, "", &openid).await?;
        }
        known().insert(id);
        Ok(())
    }

    /// Whether a mini program has been heard of.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connection(&self, id: MiniProgramId) -> UseResult<Connection> {
        Ok(Connection { first_report: self.kept(id, FIRST_REPORT, "").await? })
    }

    /// Changes the key that signs login tokens. Those of the key before stay good until they end, unless `at_once`.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn rotate_login_key(&self, id: MiniProgramId, at_once: bool) -> UseResult<()> {
        let by = if at_once { 2 } else { 1 };
        self.store.rotate_login_key(id, by).await?.map(|_| ()).ok_or(UseError::NotFound)
    }

    /// Which mini program is meant: the only one, or the one of `appId`.
    async fn meant(&self, appid: Option<&str>) -> UseResult<MiniProgram> {
        if let Some(appid) = appid.map(str::trim).filter(|s| !s.is_empty()) {
            return self.store.mini_program_by_appid(appid).await?.ok_or_else(|| {
                Problem::of(
                    "appId",
                    "unknown",
                    "没有登记这个 AppID 的小程序。",
                    "No mini program with this AppID is set up here.",
                )
                .into()
            });
        }
        let mut programs = self.store.mini_programs().await?;
        match (programs.pop(), programs.is_empty()) {
            (Some(only), true) => Ok(only),
            (None, _) => {
                Err(Problem::of("appId", "unknown", "还没有添加小程序。", "No mini program is set up yet.").into())
            }
            _ => Err(Problem::of(
                "appId",
                "required",
                "这里有多个小程序，请在请求中带上 appId。",
                "Several mini programs are set up here: say which by appId.",
            )
            .into()),
        }
    }

    /// Whom a call is about.
    pub(crate) async fn who(&self, report: &RecordReport) -> UseResult<(MiniProgram, String)> {
        if let Some(token) = &report.token {
            return self.token_says(token.trim()).await?.ok_or_else(|| {
                Problem::of(
                    "token",
                    "bad_token",
                    "登录凭证无效或已过期，请重新调用 wx.login 与 /api/login。",
                    "The login token is invalid or has expired. Call wx.login and /api/login again.",
                )
                .into()
            });
        }
        let program = self.meant(report.appid.as_deref()).await?;
        if program.settings.require_login_token {
            return Err(Problem::of(
                "token",
                "required",
                "这个小程序要求携带 /api/login 返回的凭证。",
                "This mini program requires the token of /api/login.",
            )
            .into());
        }
        let openid = values::openid(report.openid.as_deref().unwrap_or_default()).map_err(|p| p.at("openId"))?;
        Ok((program, openid))
    }

    /// The token names its mini program and generation; the key of these proves it. The generation before the present one
    /// is good too.
    async fn token_says(&self, token: &str) -> UseResult<Option<(MiniProgram, String)>> {
        let Some(claim) = Keys::read_login(token).and_then(|payload| Claim::parse(&payload)) else { return Ok(None) };
        let good = self.now() < claim.until && self.keys.verify_login(&scope(claim.program, claim.epoch), token);
        if !good {
            return Ok(None);
        }
        let program = self.store.mini_program(claim.program).await?;
        let current = |p: &MiniProgram| (p.login_epoch - 1..=p.login_epoch).contains(&claim.epoch);
        Ok(program.filter(current).map(|program| (program, claim.openid)))
    }

    /// The registered templates that the report is about, with the answers.
    async fn answers(
        &self,
        program: &MiniProgram,
        report: &RecordReport,
    ) -> UseResult<Vec<(TemplateId, String, Answer)>> {
        let mut said: BTreeMap<String, String> = report.results.clone();
        if let Some(id) = report.template_id.as_deref().map(str::trim).filter(|s| !s.is_empty()) {
            said.entry(id.to_owned()).or_insert_with(|| "accept".to_owned());
        }
        if said.is_empty() {
            said.insert(self.only_template(program).await?, "accept".to_owned());
        }
        let mut problems = Problems::default();
        if said.len() > MOST_TEMPLATES {
            problems.push(Problem::of(
                "results",
                "too_many",
                format!("一次最多 {MOST_TEMPLATES} 个模板。"),
                format!("At most {MOST_TEMPLATES} templates at once."),
            ));
            return Err(problems.into());
        }
        let mut answers = Vec::new();
        for (pri_tmpl_id, word) in said {
            let template = self.store.template_by_pri_tmpl_id(program.id, &pri_tmpl_id).await?;
            match (template, Answer::parse(&word)) {
                (Some(template), Some(answer)) => answers.push((template.id, pri_tmpl_id, answer)),
                (None, _) => problems.push(Problem::of(
                    format!("results[{}]", cut(&pri_tmpl_id)),
                    "unknown_template",
                    "这个模板没有在雁书登记，请先在“模板”页登记。",
                    "This template is not registered in Yanshu. Register it on the Templates page first.",
                )),
                (_, None) => problems.push(Problem::of(
                    format!("results[{}]", cut(&pri_tmpl_id)),
                    "unknown_answer",
                    "结果应为 accept、reject、ban 或 filter。",
                    "The result must be accept, reject, ban or filter.",
                )),
            }
        }
        problems.check()?;
        Ok(answers)
    }

    async fn only_template(&self, program: &MiniProgram) -> UseResult<String> {
        let mut active = self.store.registered_templates(program.id).await?;
        active.retain(|t| t.archived_at.is_none());
        match (active.pop(), active.is_empty()) {
            (Some(only), true) => Ok(only.settings.pri_tmpl_id),
            _ => Err(Problem::of(
                "templateId",
                "required",
                "缺少 templateId：只有一个模板时才可以省略。",
                "templateId is missing: it may be left out only where there is exactly one template.",
            )
            .into()),
        }
    }
}

/// What a login token says.
struct Claim {
    program: MiniProgramId,
    epoch: i64,
    until: Millis,
    openid: String,
}

impl Claim {
    fn parse(payload: &str) -> Option<Self> {
        let mut parts = payload.split('|');
        let version = parts.next()?;
        let claim = Self {
            program: parts.next()?.parse().ok()?,
            epoch: parts.next()?.parse().ok()?,
            until: parts.next()?.parse().ok()?,
            openid: parts.next()?.to_owned(),
        };
        (version == "2").then_some(claim)
    }
}

/// Names the key of a mini program's login tokens.
fn scope(program: MiniProgramId, epoch: i64) -> String {
    format!("{program}/{epoch}")
}

fn report_id(report: &RecordReport) -> Result<Option<&str>, Problem> {
    let Some(id) = report.report_id.as_deref().map(str::trim).filter(|id| !id.is_empty()) else { return Ok(None) };
    if id.len() <= 64 && !id.chars().any(char::is_control) {
        return Ok(Some(id));
    }
    Err(Problem::of(
        "reportId",
        "bad_report_id",
        "reportId 最长 64 字节，不能包含控制字符。",
        "reportId has at most 64 bytes and no control characters.",
    ))
}

fn cut(s: &str) -> String {
    s.chars().take(64).collect()
}
