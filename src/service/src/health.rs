//! The health of one mini program: its token and its callback.

use crate::{Services, UseResult, callbacks::CALLBACK_SET, zone};
use model::{
    Millis,
    callback::{CallbackCount, CallbackTally, StoredEvent},
    delivery::DeliveryState,
    ids::MiniProgramId,
    mini_program::{CallbackMode, MiniProgram, TokenMode},
    page::At,
    platform::Use,
};
use std::net::IpAddr;
use store::Period;
use wechat::PlatformError;

/// Sends went out and no sent event was heard of for this long: the callback is broken.
const SILENT_MS: Millis = 6 * 3_600_000;
/// Tokens called invalid before their end on one day, from which on somebody else is at it. One alone is what a reset
/// of the AppSecret looks like.
const FOREIGN_FROM: i64 = 2;
/// How many of the latest events are shown.
const LATEST: i64 = 20;

/// What went wrong with the last refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenTrouble {
    /// WeChat's code or one of ours.
    pub errcode: i64,
    /// WeChat's text.
    pub errmsg: String,
    /// 40164: the address to put on the whitelist.
    pub address: Option<IpAddr>,
    /// Nobody asks again before this instant.
    pub retry_at: Millis,
}

/// The access token of a mini program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenHealth {
    /// Which call is used.
    pub mode: TokenMode,
    /// The address of the platform that is used.
    pub base: String,
    /// When the token was obtained and when it ends; `None`: there is none.
    pub life: Option<(Millis, Millis)>,
    /// The last refresh failed.
    pub trouble: Option<TokenTrouble>,
    /// Tokens obtained today (China's day).
    pub refreshes: i64,
    /// Forced refreshes today, of [`model::platform::FORCED_A_DAY`].
    pub forced: i64,
    /// Tokens that WeChat called invalid before their end today.
    pub invalidated: i64,
    /// The signs are there that somebody else fetches tokens for this AppID.
    pub foreign: bool,
}

/// The callback of a mini program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackHealth {
    /// How it is set up; `None`: it is not.
    pub mode: Option<CallbackMode>,
    /// When it was set up or changed last; what was heard before says nothing of it. `None`: not known.
    pub set_at: Option<Millis>,
    /// What was counted, in the order of [`CallbackCount::ALL`].
    pub tallies: Vec<CallbackTally>,
    /// When anything good was heard last.
    pub heard_at: Option<Millis>,
    /// Hours without a sent event although sends went out.
    pub silent_hours: Option<i64>,
    /// Something stored waits for its effect since then.
    pub waiting_since: Option<Millis>,
    /// The latest events.
    pub latest: Vec<StoredEvent>,
}

impl CallbackHealth {
    /// The tally of one thing.
    #[must_use]
    pub fn of(&self, what: CallbackCount) -> Option<&CallbackTally> {
        self.tallies.iter().find(|tally| tally.what == what)
    }
}

impl Services {
    /// The access token of a mini program.
    ///
    /// # Errors
    /// `NotFound`, or when the database fails.
    pub async fn token_health(&self, id: MiniProgramId) -> UseResult<TokenHealth> {
        let program = self.mini_program(id).await?;
        let row = self.store.token(id).await?;
        let uses = self.store.uses(id, &zone::china_day(self.now())).await?;
        let used = |wanted| uses.iter().find(|(what, _)| *what == wanted).map_or(0, |(_, n)| *n);
        let invalidated = used(Use::Invalidated);
        let settings = &program.settings;
        let base = if settings.api_base.is_empty() { self.wechat.base().to_owned() } else { settings.api_base.clone() };
        Ok(TokenHealth {
            mode: settings.token_mode,
            base,
            life: row.as_ref().filter(|row| row.sealed.is_some()).map(|row| (row.obtained_at, row.expires_at)),
            trouble: row.and_then(|row| {
                let errcode = row.last_errcode?;
                let error = PlatformError { errcode, errmsg: row.last_errmsg.unwrap_or_default(), rid: None };
                let address = if errcode == 40164 { error.whitelist_ip() } else { None };
                Some(TokenTrouble { errcode, errmsg: error.errmsg, address, retry_at: row.retry_at })
            }),
            refreshes: used(Use::Refresh),
            forced: used(Use::Forced),
            invalidated,
            foreign: invalidated >= FOREIGN_FROM,
        })
    }

    /// The callback of a mini program.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn callback_health(&self, program: &MiniProgram) -> UseResult<CallbackHealth> {
        let mut tallies = self.store.callback_tallies(program.id).await?;
        tallies.sort_by_key(|tally| tally.what);
        let latest = self.store.events(program.id, At::Start, LATEST).await?.rows;
        let waiting_since = latest.iter().filter(|event| event.done_at.is_none()).map(|e| e.received_at).min();
        let heard_at = tallies
            .iter()
            .filter(|t| !t.what.is_trouble() && t.what != CallbackCount::Unmatched)
            .map(|t| t.last_at)
            .max();
        let set_at = self.kept::<CallbackMode>(program.id, CALLBACK_SET, "").await?.map(|(at, _)| at);
        let silent_hours = match program.callback_mode {
            Some(_) => self.silent_hours(program, &tallies, set_at).await?,
            None => None,
        };
        Ok(CallbackHealth {
            mode: program.callback_mode,
            set_at,
            tallies,
            heard_at,
            silent_hours,
            waiting_since,
            latest,
        })
    }

    async fn silent_hours(
        &self,
        program: &MiniProgram,
        tallies: &[CallbackTally],
        set_at: Option<Millis>,
    ) -> UseResult<Option<i64>> {
        let now = self.now();
        let heard = tallies.iter().find(|t| t.what == CallbackCount::Sent).map(|t| t.last_at);
        // Nothing could be heard of what was sent before the callback was set up.
        let from = heard.max(set_at).unwrap_or(now - 7 * 24 * 3_600_000);
        if now - from < SILENT_MS {
            return Ok(None);
        }
        // The hour in which an event was heard is left out: its sends may have been answered already.
        let period = Period { mini_program: program.id, template: None, from: from + 3_600_000, to: now - 3_600_000 };
        let hours = self.store.counts_by_hour(period).await?;
        let first = hours.iter().find(|hour| hour.counts.of(DeliveryState::Sent) > 0).map(|hour| hour.hour_at);
        Ok(first.map(|first| (now - first) / 3_600_000).filter(|hours| *hours * 3_600_000 >= SILENT_MS))
    }
}
