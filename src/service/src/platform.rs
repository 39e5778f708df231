//! Asking the platform on behalf of a mini program: the right address, a token, one more try with a fresh one.

use crate::{
    Services, UseError, UseResult,
    tokens::{Held, TokenError},
};
use model::{Millis, ids::MiniProgramId};
use secrecy::SecretString;
use serde::{Serialize, de::DeserializeOwned};
use std::future::Future;
use wechat::{CallError, Client, PlatformError};

/// The codes that say that the token is to blame; WeChat has then not looked at the rest.
const TOKEN_CODES: [i64; 3] = [40001, 40014, 42001];

impl Services {
    /// The installation's address of the platform; a mini program may have another.
    #[must_use]
    pub fn api_base(&self) -> &str {
        self.wechat.base()
    }

    /// Makes a call with a token, and once more with a fresh one where the token was to blame.
    pub(crate) async fn call<T, F, Fut>(&self, id: MiniProgramId, call: F) -> UseResult<T>
    where
        F: Fn(Client, SecretString) -> Fut,
        Fut: Future<Output = Result<T, CallError>>,
    {
        let held = self.token(id).await?;
        match call(held.client.clone(), held.token.clone()).await {
            Err(CallError::Platform(error)) if TOKEN_CODES.contains(&error.errcode) => {
                self.tokens.drop_failed(id, &held, error.errcode).await?;
                let fresh = self.token(id).await?;
                Ok(call(fresh.client, fresh.token).await?)
            }
            other => Ok(other?),
        }
    }

    async fn token(&self, id: MiniProgramId) -> UseResult<Held> {
        self.tokens.get(id).await.map_err(UseError::from)
    }

    /// What was kept of an answer, and when it was given.
    pub(crate) async fn kept<T: DeserializeOwned>(
        &self,
        id: MiniProgramId,
        what: &str,
        key: &str,
    ) -> UseResult<Option<(Millis, T)>> {
        let Some(snapshot) = self.store.snapshot(id, what, key).await? else { return Ok(None) };
        // What an older version kept in another shape is as good as nothing: it is asked for again.
        Ok(serde_json::from_str(&snapshot.body).ok().map(|value| (snapshot.at, value)))
    }

    /// Keeps an answer.
    pub(crate) async fn keep<T: Serialize>(
        &self,
        id: MiniProgramId,
        what: &str,
        key: &str,
        value: &T,
    ) -> UseResult<()> {
        let body = serde_json::to_string(value).map_err(|_| UseError::Internal("an answer cannot be kept"))?;
        Ok(self.store.save_snapshot(id, what, key, &body, self.now()).await?)
    }
}

impl From<TokenError> for UseError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Missing => Self::NotFound,
            TokenError::Call(error) => Self::Platform(error),
            TokenError::Store(error) => Self::Store(error),
            TokenError::Key(error) => Self::Key(error),
            TokenError::Resting { errcode, .. } => {
                Self::Platform(PlatformError { errcode, errmsg: String::new(), rid: None }.into())
            }
            TokenError::Busy => Self::Internal("the access token is being refreshed elsewhere"),
            TokenError::Base => Self::Internal("the address of the API cannot be used"),
        }
    }
}
