//! Users: first run, sign-in, passwords, roles.

use crate::{Services, UseError, UseResult, password};
use model::{
    Millis, Problem, Problems,
    access::{Role, User},
    ids::UserId,
    values,
};
use secrecy::{ExposeSecret, SecretString};
use store::StoreError;

/// Failed sign-ins are counted over this window …
const WINDOW_MS: Millis = 15 * 60_000;
/// … per name …
const PER_NAME: i64 = 5;
/// … and per address, which offices share.
const PER_ADDRESS: i64 = 20;

impl Services {
    /// Whether nobody has been made yet, so that `/setup` is open.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn setup_needed(&self) -> UseResult<bool> {
        Ok(self.store.no_user_yet().await?)
    }

    /// Makes the first administrator.
    ///
    /// # Errors
    /// `Invalid` for a bad name or password, `NotFound` when there is a user already.
    pub async fn create_first_administrator(&self, name: &str, password: SecretString) -> UseResult<User> {
        let (name, hash) = self.new_sign_in(name, password).await?;
        let id = self.store.add_first_administrator(&name, &hash, self.now()).await?.ok_or(UseError::NotFound)?;
        self.user(id).await
    }

    /// Checks name and password. Failures are counted per name and per address; past the limit even the right password
    /// is refused for a while.
    ///
    /// # Errors
    /// `TooMany` when throttled, `Invalid` when name or password are wrong (which of them is not told).
    pub async fn sign_in(&self, name: &str, password: SecretString, address: &str) -> UseResult<User> {
        let now = self.now();
        let name_key = format!("name:{}", name.trim().to_lowercase());
        let address_key = format!("address:{address}");
        for (key, most) in [(&name_key, PER_NAME), (&address_key, PER_ADDRESS)] {
            if self.store.failed_sign_ins(key, now - WINDOW_MS).await? >= most {
                return Err(UseError::TooMany { retry_after_secs: WINDOW_MS / 1000 });
            }
        }
        let found = self.store.user_for_sign_in(name.trim()).await?;
        let hash = found.as_ref().map(|(_, hash)| hash.clone());
        let fits = password::verify(password, hash).await?;
        match found {
            Some((user, _)) if fits => {
                self.store.forget_failed_sign_ins(&name_key, now - WINDOW_MS).await?;
                self.store.touch_sign_in(user.id, now).await?;
                Ok(user)
            }
            _ => {
                self.store.note_failed_sign_in(&name_key, now).await?;
                self.store.note_failed_sign_in(&address_key, now).await?;
                Err(Problem::of(
                    "password",
                    "wrong_sign_in",
                    "用户名或密码不正确，请检查后重试。",
                    "The name or the password is wrong. Check both and try again.",
                )
                .into())
            }
        }
    }

    /// Changes one's own password; all other sessions end.
    ///
    /// # Errors
    /// `Invalid` when the old one is wrong or the new one is weak.
    pub async fn change_password(&self, user: &User, old: SecretString, new: SecretString) -> UseResult<User> {
        let hash = self.store.user_for_sign_in(&user.name).await?.map(|(_, hash)| hash);
        if !password::verify(old, hash).await? {
            return Err(
                Problem::of("old", "wrong_password", "当前密码不正确。", "The current password is wrong.").into()
            );
        }
        let new = checked_password(&user.name, new).map_err(|p| p.at("new"))?;
        let hash = password::hash(new).await?;
        if !self.store.set_password(user.id, &hash).await? {
            return Err(UseError::NotFound);
        }
        self.user(user.id).await
    }

    /// Adds a user.
    ///
    /// # Errors
    /// `Invalid` for a bad name or password, or a name that is taken.
    pub async fn add_user(&self, name: &str, password: SecretString, role: Role) -> UseResult<UserId> {
        let (name, hash) = self.new_sign_in(name, password).await?;
        self.store.add_user(&name, &hash, role, self.now()).await.map_err(|error| match error {
            StoreError::NotUnique(_) => name_taken().into(),
            other => other.into(),
        })
    }

    /// Gives a user a new password; their sessions end.
    ///
    /// # Errors
    /// `Invalid` for a weak password, `NotFound` for an unknown user.
    pub async fn reset_password(&self, id: UserId, password: SecretString) -> UseResult<()> {
        let user = self.user(id).await?;
        let hash = password::hash(checked_password(&user.name, password).map_err(|p| p.at("password"))?).await?;
        if self.store.set_password(id, &hash).await? { Ok(()) } else { Err(UseError::NotFound) }
    }

    /// Removes a user; their sessions end with the next request.
    ///
    /// # Errors
    /// `Invalid` for the last administrator, `NotFound` for an unknown user.
    pub async fn remove_user(&self, id: UserId) -> UseResult<()> {
        self.user(id).await?;
        if self.store.remove_user(id).await? { Ok(()) } else { Err(last_administrator().into()) }
    }

    /// Changes a role.
    ///
    /// # Errors
    /// As [`Services::remove_user`].
    pub async fn change_role(&self, id: UserId, role: Role) -> UseResult<()> {
        self.user(id).await?;
        if self.store.change_role(id, role).await? { Ok(()) } else { Err(last_administrator().into()) }
    }

    /// All users.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users(&self) -> UseResult<Vec<User>> {
        Ok(self.store.users().await?)
    }

    /// One user.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn user(&self, id: UserId) -> UseResult<User> {
        self.store.user(id).await?.ok_or(UseError::NotFound)
    }

    /// The user of a session, if it still is one: not removed, password not changed since.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user_of_session(&self, id: UserId, epoch: i64) -> UseResult<Option<User>> {
        Ok(self.store.user(id).await?.filter(|user| user.session_epoch == epoch))
    }

    async fn new_sign_in(&self, name: &str, password: SecretString) -> UseResult<(String, String)> {
        let mut problems = Problems::default();
        let name_ok = problems.take("name", values::user_name(name));
        let password_ok = problems.take("password", checked_password(name.trim(), password));
        match (name_ok, password_ok) {
            (Some(name), Some(password)) => Ok((name, password::hash(password).await?)),
            _ => Err(problems.into()),
        }
    }
}

fn checked_password(name: &str, password: SecretString) -> Result<SecretString, Problem> {
    values::password(password.expose_secret(), name)?;
    Ok(password)
}

fn name_taken() -> Problem {
    Problem::of("name", "not_unique", "这个用户名已被使用，请换一个。", "This name is taken. Choose another one.")
}

fn last_administrator() -> Problem {
    Problem::whole(
        "last_administrator",
        "这是最后一位管理员，不能移除或降级。请先添加另一位管理员。",
        "This is the last administrator, who cannot be removed or demoted. Add another administrator first.",
    )
}
