//! What the mini program tells us: logins and the answers of `wx.requestSubscribeMessage`.

use crate::{Services, UseError, UseResult};
use model::{
    Millis, Problem, Problems,
    grant::Answer,
    ids::{MiniProgramId, SubscriberId, TemplateId},
    mini_program::MiniProgram,
    values,
};
use std::collections::BTreeMap;

/// A signed login token is good for this long; `wx.login` is cheap, so a day is plenty.
const LOGIN_TOKEN_MS: Millis = 24 * 3_600_000;
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
        let credentials = self.tokens.credentials(program.id).await.map_err(|_| UseError::NotFound)?;
        let session = self.wechat.code_to_session(&credentials, code).await?;
        let openid = values::openid(&session.openid).map_err(|_| UseError::Internal("WeChat gave a strange openid"))?;
        let until = self.now() + LOGIN_TOKEN_MS;
        let token = self.keys.sign_login(&format!("1|{}|{until}|{openid}", program.id));
        Ok(LoginAnswer { openid, token, expires_in_secs: LOGIN_TOKEN_MS / 1000 })
    }

    /// Records what a person answered. All or nothing.
    ///
    /// # Errors
    /// `Invalid` with what is wrong: nothing is recorded then.
    pub async fn record(&self, report: &RecordReport) -> UseResult<Recorded> {
        let (program, openid) = self.who(report).await?;
        let answers = self.answers(&program, report).await?;
        let ids: Vec<_> = answers.iter().map(|(id, _, answer)| (*id, *answer)).collect();
        let note = if report.token.is_some() { "login" } else { "report" };
        let subscriber = self.store.record_answers(program.id, &openid, &ids, note, self.now()).await?;
        let grants = self.store.grants_of(subscriber).await?;
        let balance = |id| grants.iter().find(|g| g.template == id).map_or(0, |g| g.balance);
        let answers = answers
            .into_iter()
            .map(|(id, pri_tmpl_id, answer)| RecordAnswer { pri_tmpl_id, answer, balance: balance(id) })
            .collect();
        Ok(Recorded { subscriber, openid, answers })
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

    async fn who(&self, report: &RecordReport) -> UseResult<(MiniProgram, String)> {
        if let Some(token) = &report.token {
            let (id, openid) = self.token_says(token).ok_or_else(|| {
                Problem::of(
                    "token",
                    "bad_token",
                    "登录凭证无效或已过期，请重新调用 wx.login 与 /api/login。",
                    "The login token is invalid or has expired. Call wx.login and /api/login again.",
                )
            })?;
            return Ok((self.mini_program(id).await?, openid));
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

    fn token_says(&self, token: &str) -> Option<(MiniProgramId, String)> {
        let payload = self.keys.verify_login(token.trim())?;
        let mut parts = payload.split('|');
        let (version, id, until, openid) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let until: Millis = until.parse().ok()?;
        (version == "1" && self.now() < until).then_some((id.parse().ok()?, openid.to_owned()))
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
        let mut active = self.store.templates(program.id).await?;
        active.retain(|t| t.template.archived_at.is_none());
        match (active.pop(), active.is_empty()) {
            (Some(only), true) => Ok(only.template.settings.pri_tmpl_id),
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

fn cut(s: &str) -> String {
    s.chars().take(64).collect()
}
