//! Webhooks: where to tell what happened, and telling it until it was heard.

mod call;
mod pack;
mod worker;

pub use worker::WebhookWorker;

use crate::{Services, UseError, UseResult, keys::Purpose};
use model::{
    Millis, Problem, Problems,
    ids::{EndpointId, MiniProgramId},
    page::{At, Page},
    webhook::{DisabledWhy, Endpoint, EventKind, Message},
};
use secrecy::SecretString;
use std::sync::{Arc, OnceLock};
use store::NewMessage;
use url::Url;
use webhook::{Client, ClientSettings, Fault, Secret};

/// A mini program tells so many places at most.
const MOST_ENDPOINTS: usize = 10;
/// A secret that was changed signs beside the new one for so long.
const OLD_SECRET_MS: Millis = 24 * 3_600_000;
/// Messages on a page.
const PAGE: i64 = 20;

/// What calls are made with.
#[derive(Debug, Default)]
pub(crate) struct Hooks {
    allow_private: bool,
    client: OnceLock<Client>,
    wake: Arc<tokio::sync::Notify>,
}

impl Hooks {
    pub(crate) fn new(allow_private: bool) -> Self {
        Self { allow_private, ..Self::default() }
    }

    fn client(&self) -> UseResult<&Client> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let settings = ClientSettings { allow_private: self.allow_private, ..ClientSettings::default() };
        let made = Client::new(settings).map_err(|_| UseError::Internal("the webhook client cannot be made"))?;
        // Of two made at one time, one is kept.
        Ok(self.client.get_or_init(|| made))
    }
}

/// What the form sends.
#[derive(Clone, Debug, Default)]
pub struct EndpointInput {
    /// The address.
    pub url: String,
    /// [`EventKind::code`]s.
    pub events: Vec<String>,
}

impl Services {
    /// Adds an endpoint; the answer is the only time that its secret can be seen.
    ///
    /// # Errors
    /// `Invalid` with what is wrong, `NotFound` for an unknown mini program.
    pub async fn add_endpoint(
        &self,
        mini_program: MiniProgramId,
        input: &EndpointInput,
        by: &str,
    ) -> UseResult<(EndpointId, SecretString)> {
        self.mini_program(mini_program).await?;
        let (url, wants) = self.checked_endpoint(input)?;
        if self.store.endpoints(mini_program).await?.len() >= MOST_ENDPOINTS {
            return Err(too_many().into());
        }
        let (secret, sealed) = self.new_secret()?;
        let id = self.store.add_endpoint(mini_program, &url, &sealed, wants, by, self.now()).await?;
        self.look_for_endpoints().await?;
        Ok((id, secret))
    }

    /// The endpoints of a mini program, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn endpoints(&self, mini_program: MiniProgramId) -> UseResult<Vec<Endpoint>> {
        Ok(self.store.endpoints(mini_program).await?)
    }

    /// One endpoint of a mini program.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn endpoint(&self, mini_program: MiniProgramId, id: EndpointId) -> UseResult<Endpoint> {
        let (endpoint, _) = self.store.endpoint(id).await?.ok_or(UseError::NotFound)?;
        if endpoint.mini_program == mini_program { Ok(endpoint) } else { Err(UseError::NotFound) }
    }

    /// Changes where and of what an endpoint is told.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`.
    pub async fn change_endpoint(
        &self,
        mini_program: MiniProgramId,
        id: EndpointId,
        input: &EndpointInput,
    ) -> UseResult<()> {
        self.endpoint(mini_program, id).await?;
        let (url, wants) = self.checked_endpoint(input)?;
        self.store.change_endpoint(id, &url, wants).await?;
        self.look_for_endpoints().await
    }

    /// Gives an endpoint a new secret; the old one signs beside it for a day.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn rotate_endpoint_secret(&self, mini_program: MiniProgramId, id: EndpointId) -> UseResult<SecretString> {
        self.endpoint(mini_program, id).await?;
        let (secret, sealed) = self.new_secret()?;
        self.store.change_endpoint_secret(id, &sealed, self.now() + OLD_SECRET_MS).await?;
        Ok(secret)
    }

    /// Switches an endpoint on or off. What waits meanwhile is sent when it is on again.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn switch_endpoint(&self, mini_program: MiniProgramId, id: EndpointId, on: bool) -> UseResult<()> {
        self.endpoint(mini_program, id).await?;
        let off = (!on).then_some(DisabledWhy::Person);
        self.store.switch_endpoint(id, off, self.now()).await?;
        self.look_for_endpoints().await
    }

    /// Removes an endpoint with its messages.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_endpoint(&self, mini_program: MiniProgramId, id: EndpointId) -> UseResult<()> {
        self.endpoint(mini_program, id).await?;
        self.store.delete_endpoint(id).await?;
        self.look_for_endpoints().await
    }

    /// Sends an endpoint a message that says nothing, to see whether it arrives.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` for one that is switched off.
    pub async fn test_endpoint(&self, mini_program: MiniProgramId, id: EndpointId) -> UseResult<()> {
        let endpoint = self.endpoint(mini_program, id).await?;
        if endpoint.disabled.is_some() {
            return Err(off().into());
        }
        let program = self.mini_program(mini_program).await?;
        let now = self.now();
        let message = NewMessage {
            endpoint: id,
            name: self.message_name()?,
            kind: EventKind::Test,
            body: pack::body(EventKind::Test, now, &program.settings.appid, serde_json::json!({})),
        };
        self.store.pack_webhooks(&[], &[message], now).await?;
        self.hooks.wake.notify_one();
        Ok(())
    }

    /// An endpoint's messages with their calls, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhook_messages(&self, id: EndpointId, at: At) -> UseResult<Page<Message>> {
        Ok(self.store.webhook_messages(id, at, PAGE).await?)
    }

    /// Sends a message again now, whatever became of it.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` for an endpoint that is switched off.
    pub async fn resend_webhook(&self, mini_program: MiniProgramId, id: EndpointId, message: i64) -> UseResult<()> {
        if self.endpoint(mini_program, id).await?.disabled.is_some() {
            return Err(off().into());
        }
        if !self.store.resend_webhook(id, message, self.now()).await? {
            return Err(UseError::NotFound);
        }
        self.hooks.wake.notify_one();
        Ok(())
    }

    /// From now on this process writes down what somebody wants to hear of. To be called before anything is sent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn look_for_endpoints(&self) -> UseResult<()> {
        self.store.endpoints_on().await?;
        self.hooks.wake.notify_one();
        Ok(())
    }

    fn new_secret(&self) -> UseResult<(SecretString, String)> {
        let secret = Secret::generate().map_err(|_| UseError::Internal("no randomness"))?;
        let sealed = self.keys.seal(Purpose::WebhookSecret, &secret)?;
        Ok((secret, sealed))
    }

    fn message_name(&self) -> UseResult<String> {
        Ok(format!("msg_{}", self.keys.random_text(18)?))
    }

    fn checked_endpoint(&self, input: &EndpointInput) -> UseResult<(String, i64)> {
        let mut problems = Problems::default();
        let url = problems.take("url", self.checked_url(&input.url));
        let wants = problems.take("events[]", wants(&input.events));
        problems.check()?;
        match (url, wants) {
            (Some(url), Some(wants)) => Ok((url.to_string(), wants)),
            _ => Err(UseError::Internal("parsed values")),
        }
    }

    fn checked_url(&self, text: &str) -> Result<Url, Problem> {
        let url: Url = text.trim().parse().map_err(|_| not_an_address())?;
        if text.len() > 2_000 || !url.has_host() || !url.username().is_empty() || url.password().is_some() {
            return Err(not_an_address());
        }
        let client = self.hooks.client().map_err(|_| not_an_address())?;
        match client.check(&url) {
            Ok(()) => Ok(url),
            Err(Fault::PrivateAddress) => Err(Problem::whole(
                "private_address",
                "不能填写本机或内网地址。确需使用时，请由运维设置 YANSHU_WEBHOOK_PRIVATE=true。",
                "Addresses of this machine or its network are not called. Where that is wanted, set YANSHU_WEBHOOK_PRIVATE=true.",
            )),
            Err(_) => {
                Err(Problem::whole("not_https", "请填写 https:// 开头的地址。", "Give an address with https://."))
            }
        }
    }
}

fn wants(codes: &[String]) -> Result<i64, Problem> {
    let mut wants = 0;
    for code in codes {
        let kind = EventKind::parse(code).filter(|kind| EventKind::CHOICES.contains(kind));
        let kind = kind.ok_or_else(|| Problem::whole("unknown_choice", "请从列表中选择。", "Choose from the list."))?;
        wants |= kind.bit();
    }
    if wants == 0 {
        return Err(Problem::whole("required", "请至少选择一类事件。", "Choose one kind of event at least."));
    }
    Ok(wants)
}

fn not_an_address() -> Problem {
    Problem::whole(
        "not_an_address",
        "请填写完整的地址，例如 https://example.com/yanshu，不带用户名和密码。",
        "Give a whole address such as https://example.com/yanshu, without a user name or password in it.",
    )
}

fn too_many() -> Problem {
    Problem::whole(
        "too_many",
        format!("一个小程序最多 {MOST_ENDPOINTS} 个 Webhook。"),
        format!("A mini program has at most {MOST_ENDPOINTS} webhooks."),
    )
}

fn off() -> Problem {
    Problem::whole(
        "switched_off",
        "这个 Webhook 已停用，请先启用。",
        "This webhook is switched off. Switch it on first.",
    )
}
