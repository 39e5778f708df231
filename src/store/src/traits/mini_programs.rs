//! Mini programs and their secrets.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Millis,
    ids::MiniProgramId,
    mini_program::{MiniProgram, MiniProgramSettings},
};

/// Mini programs.
#[async_trait]
pub trait MiniPrograms {
    /// Adds one with its sealed AppSecret. The AppID is unique: [`crate::StoreError::NotUnique`]`("appid")`.
    async fn add_mini_program(
        &self,
        settings: &MiniProgramSettings,
        sealed_secret: &str,
        now: Millis,
    ) -> StoreResult<MiniProgramId>;

    /// Changes the settings, and the secret where one is given. A changed AppID or secret drops the cached token and
    /// lifts the pause. Answers whether the mini program exists.
    async fn change_mini_program(
        &self,
        id: MiniProgramId,
        settings: &MiniProgramSettings,
        sealed_secret: Option<&str>,
    ) -> StoreResult<bool>;

    /// One of them.
    async fn mini_program(&self, id: MiniProgramId) -> StoreResult<Option<MiniProgram>>;

    /// By its AppID.
    async fn mini_program_by_appid(&self, appid: &str) -> StoreResult<Option<MiniProgram>>;

    /// All, oldest first.
    async fn mini_programs(&self) -> StoreResult<Vec<MiniProgram>>;

    /// The sealed AppSecret.
    async fn sealed_secret(&self, id: MiniProgramId) -> StoreResult<Option<String>>;

    /// Moves the login key on by so many generations (1: old tokens stay good until they end; 2: they end at once);
    /// answers the new generation.
    async fn rotate_login_key(&self, id: MiniProgramId, by: i64) -> StoreResult<Option<i64>>;

    /// Rests its sending until an instant, with the error code that made it necessary. A rest that goes on is only made longer,
    /// and only by more than a minute: calls that were under way together all ask for one. Whether this changed anything.
    async fn pause_mini_program(
        &self,
        id: MiniProgramId,
        until: Millis,
        errcode: i64,
        now: Millis,
    ) -> StoreResult<bool>;

    /// Ends its rest: sending goes on at once.
    async fn unpause_mini_program(&self, id: MiniProgramId) -> StoreResult<()>;
}
