//! Mini programs: add, change, test the connection.

use crate::{Services, UseError, UseResult, keys::Purpose, tokens::TokenError, zone};
use model::{
    Problem, Problems,
    ids::MiniProgramId,
    mini_program::{GrantSource, MessageLang, MiniProgram, MiniProgramSettings, ProgramState, TokenMode},
    values,
};
use secrecy::{ExposeSecret, SecretString};
use store::StoreError;
use url::Url;
use wechat::CallError;

/// What the form sends.
#[derive(Clone, Debug, Default)]
pub struct MiniProgramInput {
    /// Name in the switcher.
    pub name: String,
    /// AppID.
    pub appid: String,
    /// AppSecret; empty when changing: keep the stored one.
    pub app_secret: SecretString,
    /// Default page path.
    pub default_page: String,
    /// `formal`, `trial` or `developer`.
    pub program_state: String,
    /// `zh_CN`, ….
    pub message_lang: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Whether records need the signed token.
    pub require_login_token: bool,
    /// `stable` (also when empty) or `classic`.
    pub token_mode: String,
    /// Base address of the platform; empty: the installation's.
    pub api_base: String,
    /// `both` (also when empty), `report` or `event`.
    pub grant_source: String,
    /// The most calls a second; empty: no limit.
    pub send_rate: String,
    /// The most calls under way at once; empty: no limit.
    pub send_at_once: String,
}

/// How a connection test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionCheck {
    /// A token came back.
    Good,
    /// WeChat refused; the error adviser knows the code.
    Refused {
        /// WeChat's code.
        errcode: i64,
        /// WeChat's text.
        errmsg: String,
        /// 40164: the address to put on the whitelist.
        address: Option<String>,
        /// WeChat's request id.
        rid: Option<String>,
    },
    /// WeChat could not be reached or gave no sensible answer; one of `own_code`.
    Unreachable {
        /// The code.
        errcode: i64,
    },
    /// The stored secret cannot be opened: the installation's secret key changed.
    SecretLost,
}

impl Services {
    /// Adds a mini program.
    ///
    /// # Errors
    /// `Invalid` with what is wrong.
    pub async fn add_mini_program(&self, input: MiniProgramInput) -> UseResult<MiniProgramId> {
        let mut problems = Problems::default();
        let secret = problems.take("app_secret", values::app_secret(input.app_secret.expose_secret()));
        let settings = parse(&input, false, &mut problems);
        let (Some(settings), Some(secret)) = (settings, secret) else { return Err(problems.into()) };
        let sealed = self.keys.seal(Purpose::AppSecret, &SecretString::from(secret))?;
        self.store.add_mini_program(&settings, &sealed, self.now()).await.map_err(taken)
    }

    /// Changes a mini program; an empty secret keeps the stored one.
    ///
    /// # Errors
    /// `Invalid` with what is wrong, `NotFound`.
    pub async fn change_mini_program(&self, id: MiniProgramId, input: MiniProgramInput) -> UseResult<()> {
        let mut problems = Problems::default();
        let typed = input.app_secret.expose_secret().trim();
        let secret = if typed.is_empty() { None } else { problems.take("app_secret", values::app_secret(typed)) };
        let has_callback = self.mini_program(id).await?.callback_mode.is_some();
        let settings = parse(&input, has_callback, &mut problems);
        problems.check()?;
        let settings = settings.ok_or(UseError::Internal("settings without problems"))?;
        let sealed = match secret {
            Some(secret) => Some(self.keys.seal(Purpose::AppSecret, &SecretString::from(secret))?),
            None => None,
        };
        let found = self.store.change_mini_program(id, &settings, sealed.as_deref()).await.map_err(taken)?;
        self.tokens.forget(id);
        self.wake_engine();
        if found { Ok(()) } else { Err(UseError::NotFound) }
    }

    /// All mini programs, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mini_programs(&self) -> UseResult<Vec<MiniProgram>> {
        Ok(self.store.mini_programs().await?)
    }

    /// One mini program.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn mini_program(&self, id: MiniProgramId) -> UseResult<MiniProgram> {
        self.store.mini_program(id).await?.ok_or(UseError::NotFound)
    }

    /// The opened AppSecret, for the demo's simulator only; no page or API shows it.
    ///
    /// # Errors
    /// `NotFound`, or when it cannot be opened.
    pub async fn app_secret(&self, id: MiniProgramId) -> UseResult<SecretString> {
        let sealed = self.store.sealed_secret(id).await?.ok_or(UseError::NotFound)?;
        Ok(self.keys.open(Purpose::AppSecret, &sealed)?)
    }

    /// Fetches a token with the stored credentials and says what came of it. A success also lifts a pause and ends
    /// the rest after a failed refresh.
    ///
    /// # Errors
    /// `NotFound`, or when the database fails; a refusal by WeChat is an answer, not an error.
    pub async fn test_connection(&self, id: MiniProgramId) -> UseResult<ConnectionCheck> {
        use model::delivery::own_code;
        match self.tokens.check(id).await {
            Ok(_) => {
                self.store.unpause_mini_program(id).await?;
                self.wake_engine();
                Ok(ConnectionCheck::Good)
            }
            Err(TokenError::Call(CallError::Platform(error))) => Ok(ConnectionCheck::Refused {
                errcode: error.errcode,
                address: error.whitelist_ip().map(|ip| ip.to_string()),
                errmsg: error.errmsg,
                rid: error.rid,
            }),
            Err(TokenError::Call(CallError::NotSent { .. })) => {
                Ok(ConnectionCheck::Unreachable { errcode: own_code::NO_CONNECTION })
            }
            Err(TokenError::Call(CallError::Throttled { .. } | CallError::Refused { .. })) => {
                Ok(ConnectionCheck::Unreachable { errcode: own_code::GATEWAY })
            }
            Err(TokenError::Base) => Ok(ConnectionCheck::Unreachable { errcode: own_code::NO_CONNECTION }),
            Err(TokenError::Call(_) | TokenError::Busy | TokenError::Resting { .. }) => {
                Ok(ConnectionCheck::Unreachable { errcode: own_code::NO_ANSWER })
            }
            Err(TokenError::Missing) => Err(UseError::NotFound),
            Err(TokenError::Store(error)) => Err(error.into()),
            Err(TokenError::Key(_)) => Ok(ConnectionCheck::SecretLost),
        }
    }
}

fn parse(input: &MiniProgramInput, has_callback: bool, problems: &mut Problems) -> Option<MiniProgramSettings> {
    let name = problems.take("name", values::display_name(&input.name, 40));
    let appid = problems.take("appid", values::appid(&input.appid));
    let default_page = problems.take("default_page", values::page_path(&input.default_page));
    let program_state =
        problems.take("program_state", ProgramState::parse(&input.program_state).ok_or_else(unknown_choice));
    let message_lang =
        problems.take("message_lang", MessageLang::parse(&input.message_lang).ok_or_else(unknown_choice));
    let time_zone = input.time_zone.trim();
    let time_zone = problems.take(
        "time_zone",
        zone::find(time_zone).map(|_| time_zone.to_owned()).ok_or_else(|| {
            Problem::whole(
                "unknown_time_zone",
                "没有这个时区。请填写 IANA 时区名称，例如 Asia/Shanghai。",
                "There is no such time zone. Give its IANA name, such as Asia/Shanghai.",
            )
        }),
    );
    let token_mode = problems.take("token_mode", choice(&input.token_mode, TokenMode::parse));
    let grant_source = problems.take("grant_source", grant_source(&input.grant_source, has_callback));
    let api_base = problems.take("api_base", api_base(&input.api_base));
    let send_rate = problems.take("send_rate", most(&input.send_rate, 10_000));
    let send_at_once = problems.take("send_at_once", most(&input.send_at_once, 4_096));
    Some(MiniProgramSettings {
        name: name?,
        appid: appid?,
        default_page: default_page?,
        program_state: program_state?,
        message_lang: message_lang?,
        time_zone: time_zone?,
        require_login_token: input.require_login_token,
        token_mode: token_mode?,
        api_base: api_base?,
        grant_source: grant_source?,
        send_rate: send_rate?,
        send_at_once: send_at_once?,
    })
}

/// A choice that forms of before did not have: nothing chosen is the default.
fn choice<T: Default>(typed: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, Problem> {
    if typed.is_empty() { Ok(T::default()) } else { parse(typed).ok_or_else(unknown_choice) }
}

/// A limit from 1 on; nothing typed is none.
fn most(typed: &str, highest: i64) -> Result<Option<i64>, Problem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    typed.parse().ok().filter(|n| (1..=highest).contains(n)).map(Some).ok_or_else(|| {
        Problem::whole(
            "not_a_limit",
            format!("请填写 1 到 {highest} 之间的整数；不限时请留空。"),
            format!("Give a whole number from 1 to {highest}, or leave it empty for no limit."),
        )
    })
}

/// Events alone can count only where they come in: else grants would be lost without a word.
fn grant_source(typed: &str, has_callback: bool) -> Result<GrantSource, Problem> {
    match choice(typed, GrantSource::parse)? {
        GrantSource::Event if !has_callback => Err(Problem::whole(
            "needs_callback",
            "只以微信事件为准之前，请先在“回调”页设置消息推送，否则授权额度不会增加。",
            "Set message push up on the Callback page before only WeChat's events count; no grant would come in otherwise.",
        )),
        source => Ok(source),
    }
}

/// An http or https address without query, kept without a slash at the end.
fn api_base(typed: &str) -> Result<String, Problem> {
    let typed = typed.trim().trim_end_matches('/');
    if typed.is_empty() {
        return Ok(String::new());
    }
    let good = Url::parse(typed).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    });
    if good && typed.len() <= 200 {
        return Ok(typed.to_owned());
    }
    Err(Problem::whole(
        "not_an_address",
        "请填写完整的接口地址，例如 https://api2.weixin.qq.com，不带参数。",
        "Give the whole address, such as https://api2.weixin.qq.com, without parameters.",
    ))
}

pub(crate) fn unknown_choice() -> Problem {
    Problem::whole("unknown_choice", "请从列表中选择一项。", "Choose one of the listed values.")
}

fn taken(error: StoreError) -> UseError {
    match error {
        StoreError::NotUnique(_) => Problem::of(
            "appid",
            "not_unique",
            "这个 AppID 已经添加过了。",
            "A mini program with this AppID has been added already.",
        )
        .into(),
        other => other.into(),
    }
}
