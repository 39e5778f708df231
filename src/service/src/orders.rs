//! Notices that business systems order: checked whole, stored and confirmed in one go, once for each named request.

mod plan;
mod read;

use crate::{ApiCaller, Services, UseError, UseResult, zone};
use model::{
    Millis, Problem,
    delivery::{DeliveryState, SkipReason},
    ids::NoticeId,
    notice::{NoticeState, Preflight},
};
use plan::Plan;
pub use read::SubscriberBalances;
use std::collections::BTreeMap;
use store::{Begun, Enqueued, Named, Wait};

/// An instant in RFC 3339, UTC.
pub(crate) fn instant(at: Millis) -> String {
    jiff::Timestamp::from_millisecond(at).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}

/// Answers of named requests are kept so long.
const KEPT_MS: Millis = 24 * 3_600_000;
/// Whoever does a request has this long; then another may take over.
const LEASE_MS: Millis = 60_000;
/// Removed in one transaction.
const STEP: i64 = 1_000;
/// A draft of an order that is older than this is nobody's: each is confirmed or thrown away by the call that made it.
const BROKEN_MS: Millis = 3_600_000;
/// Of these so many at a time, each with up to 10,000 recipients.
const MOST_BROKEN: i64 = 100;

/// One of whom to send to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipient {
    /// The openid.
    pub openid: String,
    /// Field key → value of this person's own message, before that of everybody; or what fills `{{name}}`.
    pub data: BTreeMap<String, String>,
}

/// An order as it came in, not checked yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// A `priTmplId`, or our own number of a template.
    pub template: String,
    /// Field key → value, for everybody.
    pub data: BTreeMap<String, String>,
    /// The page a tap opens; none: the mini program's usual one.
    pub page: Option<String>,
    /// `formal`, `trial`, `developer`; none: the mini program's usual one.
    pub program_state: Option<String>,
    /// `zh_CN`, …; none: the mini program's usual one.
    pub message_lang: Option<String>,
    /// When it begins, in RFC 3339; none: at once.
    pub send_at: Option<String>,
    /// Whether quiet hours and the frequency cap do not hold for it.
    pub urgent: bool,
    /// To whom.
    pub recipients: Vec<Recipient>,
}

/// What becomes of the recipients of an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrderNumbers {
    /// Will be sent.
    pub will_send: i64,
    /// Skipped: no grant is left, or the person was never heard of.
    pub no_grant: i64,
    /// Skipped: the last thing the person said was no.
    pub refused: i64,
    /// Skipped: what would be sent breaks a field rule. Orders are checked beforehand, so there are none as a rule.
    pub invalid: i64,
    /// Skipped: they have had as many messages lately as the mini program's cap allows.
    pub too_often: i64,
    /// Dropped: in the list more than once.
    pub duplicates: i64,
}

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ordered {
    /// It is stored and being sent.
    Notice(NoticeId, OrderNumbers),
    /// Nobody would get it, so nothing was stored.
    Nobody(OrderNumbers),
}

/// A request that its caller named, as this process does it.
#[derive(Clone, Debug)]
pub struct Once {
    key: model::ids::ApiKeyId,
    name: String,
    lease: i64,
    draft: Option<NoticeId>,
    begun_at: Millis,
}

impl Once {
    fn named(&self) -> Named<'_> {
        Named { key: self.key, name: &self.name, lease: self.lease }
    }

    /// A name for the same thing elsewhere: the same for each try of this request, another for a request that gets the same
    /// name after this one was forgotten, and at most 64 bytes long.
    #[must_use]
    pub fn report_id(&self) -> String {
        crate::api_keys::hex_digest(format!("{}/{}/{}", self.key, self.begun_at, self.name).as_bytes())
    }
}

/// What is known of a named request.
#[derive(Clone, Debug)]
pub enum Start {
    /// It is ours to do.
    Ours(Once),
    /// It was done: status and body.
    Answered(i64, String),
    /// Somebody is doing it.
    Busy,
    /// Another request has this name.
    Different,
}

impl Services {
    /// Begins a named request. `body` stands for what it asks for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_once(&self, caller: &ApiCaller, name: &str, body: &[u8]) -> UseResult<Start> {
        let now = self.now();
        let lease = self.keys.random_lease()?;
        let mut once = Once { key: caller.key.id, name: name.to_owned(), lease, draft: None, begun_at: now };
        let digest = crate::api_keys::hex_digest(body);
        Ok(match self.store.begin_named(once.named(), &digest, now - KEPT_MS, now, now + LEASE_MS).await? {
            Begun::Ours { draft, since } => {
                (once.draft, once.begun_at) = (draft, since);
                Start::Ours(once)
            }
            Begun::Answered(status, body) => Start::Answered(status, body),
            Begun::Busy => Start::Busy,
            Begun::Different => Start::Different,
        })
    }

    /// Keeps the answer of a named request.
    ///
    /// # Errors
    /// When the database fails: whoever repeats the request gets the same answer all the same, made anew.
    pub async fn end_once(&self, once: &Once, status: i64, body: &str) -> UseResult<()> {
        self.store.end_named(once.named(), status, body).await?;
        Ok(())
    }

    /// A named request was refused and did nothing: `drop`, its name is free again. Or it broke off: whoever repeats it may
    /// go on at once.
    ///
    /// # Errors
    /// When the database fails; the name is free after the lease then.
    pub async fn give_up_once(&self, once: &Once, drop: bool) -> UseResult<()> {
        if drop {
            self.store.drop_named(once.named()).await?;
        } else {
            self.store.release_named(once.named()).await?;
        }
        Ok(())
    }

    /// Forgets named requests that are a day old.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_named_requests(&self) -> UseResult<()> {
        while self.store.prune_named(self.now() - KEPT_MS, STEP).await? > 0 {}
        Ok(())
    }

    /// Throws away drafts of orders that nobody goes on with: whoever made them ended on the way.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_broken_orders(&self) -> UseResult<()> {
        loop {
            let left = self.store.broken_orders(self.now() - BROKEN_MS, MOST_BROKEN).await?;
            for id in &left {
                self.store.delete_draft(*id).await?;
            }
            if left.len() < usize::try_from(MOST_BROKEN).unwrap_or_default() {
                return Ok(());
            }
        }
    }

    /// What would become of an order. Nothing is stored.
    ///
    /// # Errors
    /// `Invalid` with everything that is wrong, by path.
    pub async fn forecast_order(&self, caller: &ApiCaller, order: &Order) -> UseResult<OrderNumbers> {
        let plan = self.plan(caller, order).await?;
        let by = caller.key.signature();
        Ok(numbers(&self.store.preflight_of(plan.draft(caller, &by), self.now()).await?))
    }

    /// Stores an order and sends it. The whole of it, or nothing.
    ///
    /// # Errors
    /// `Invalid` with everything that is wrong, by path.
    pub async fn take_order(&self, caller: &ApiCaller, order: &Order, once: Option<&Once>) -> UseResult<Ordered> {
        if let Some(done) = self.done_before(once).await? {
            return Ok(done);
        }
        let plan = match self.plan(caller, order).await {
            Ok(plan) => plan,
            // An order that may not be sent any more leaves no draft of an earlier try behind, unless that was sent meanwhile.
            Err(error @ UseError::Invalid(_)) => return self.without_draft(once).await?.ok_or(error),
            Err(error) => return Err(error),
        };
        // Whatever an earlier try left is made anew: nobody knows how far it came.
        if let Some(done) = self.without_draft(once).await? {
            return Ok(done);
        }
        let by = caller.key.signature();
        let made =
            self.store.add_ordered_draft(plan.draft_to_fill(caller, &by), once.map(Once::named), self.now()).await?;
        let id = made.ok_or_else(taken_over)?;
        match self.fill_and_send(caller, id, &plan, by).await {
            Err(error) => self.settle_failed(id, error).await,
            sent => sent,
        }
    }

    async fn fill_and_send(&self, caller: &ApiCaller, id: NoticeId, plan: &Plan, by: String) -> UseResult<Ordered> {
        if let Some(people) = plan.people() {
            self.store.add_recipients(id, people, None).await?.ok_or_else(taken_over)?;
        }
        self.send_order(caller, id, plan.due_at, by).await
    }

    /// An order that failed on the way leaves no draft that a person might confirm while the caller repeats it. Where it
    /// failed after it was sent, it was sent.
    async fn settle_failed(&self, id: NoticeId, error: UseError) -> UseResult<Ordered> {
        match self.store.delete_draft(id).await {
            Ok(false) => self.sent_before(id).await?.ok_or(error),
            Ok(true) => Err(error),
            Err(again) => {
                tracing::warn!(
                    notice.id = id.0,
                    error = &again as &dyn std::error::Error,
                    "the draft of an order that failed stays for now"
                );
                Err(error)
            }
        }
    }

    /// What an earlier try of the request, which broke off after it had sent, would have answered.
    async fn done_before(&self, once: Option<&Once>) -> UseResult<Option<Ordered>> {
        match once.and_then(|once| once.draft) {
            Some(id) => self.sent_before(id).await,
            None => Ok(None),
        }
    }

    async fn sent_before(&self, id: NoticeId) -> UseResult<Option<Ordered>> {
        let notice = self.store.notice(id).await?;
        if notice.is_none_or(|notice| notice.state == NoticeState::Draft) {
            return Ok(None);
        }
        Ok(Some(Ordered::Notice(id, self.numbers_of(id).await?)))
    }

    /// Throws away the draft of an earlier try. Where it is none any more because it was sent, what it would have answered.
    async fn without_draft(&self, once: Option<&Once>) -> UseResult<Option<Ordered>> {
        let Some(id) = once.and_then(|once| once.draft) else { return Ok(None) };
        if self.store.delete_draft(id).await? { Ok(None) } else { self.sent_before(id).await }
    }

    async fn send_order(
        &self,
        caller: &ApiCaller,
        id: NoticeId,
        due_at: Option<Millis>,
        by: String,
    ) -> UseResult<Ordered> {
        let now = self.now();
        let hour_at = zone::hour_of(due_at.unwrap_or(now), &zone::of(&caller.program.settings.time_zone));
        let wait = match due_at {
            Some(due_at) => Wait::Time { due_at, planned: true },
            None => Wait::Nothing,
        };
        // Nobody was shown a number before: the answer tells it.
        let order = store::Order { id, shown: i64::MAX, hour_at, now, wait, by, forecast: None, left_out: 0 };
        match self.store.order_notice(&order).await? {
            Enqueued::Done(_) => {
                self.wake_engine();
                Ok(Ordered::Notice(id, self.numbers_of(id).await?))
            }
            Enqueued::Already => Ok(Ordered::Notice(id, self.numbers_of(id).await?)),
            Enqueued::Nobody(preflight) => {
                self.store.delete_draft(id).await?;
                Ok(Ordered::Nobody(numbers(&preflight)))
            }
            Enqueued::MoreThanShown(_) => Err(UseError::Internal("more than everything")),
            Enqueued::Missing => Err(taken_over()),
        }
    }

    async fn numbers_of(&self, id: NoticeId) -> UseResult<OrderNumbers> {
        let notice = self.store.notice(id).await?.ok_or(UseError::NotFound)?;
        let mut numbers = OrderNumbers { duplicates: notice.duplicates, ..OrderNumbers::default() };
        let skipped = notice.counts.of(DeliveryState::Skipped);
        for code in self.store.notice_codes(id).await? {
            match SkipReason::from_number(code.errcode) {
                Some(SkipReason::Refused) => numbers.refused += code.n,
                Some(SkipReason::InvalidData) => numbers.invalid += code.n,
                Some(SkipReason::TooOften) => numbers.too_often += code.n,
                _ => {}
            }
        }
        numbers.no_grant = skipped - numbers.refused - numbers.invalid - numbers.too_often;
        numbers.will_send = notice.counts.total() - skipped;
        Ok(numbers)
    }
}

fn numbers(preflight: &Preflight) -> OrderNumbers {
    OrderNumbers {
        will_send: preflight.will_send,
        no_grant: preflight.no_grant + preflight.unknown,
        refused: preflight.refused,
        invalid: preflight.invalid,
        too_often: preflight.too_often,
        duplicates: preflight.duplicates,
    }
}

/// Another process has the request now, because this one was too slow.
fn taken_over() -> UseError {
    Problem::whole(
        "taken_over",
        "这个请求已由另一个进程接手，请用同一个 Idempotency-Key 重试。",
        "Another process has taken this request over. Repeat it with the same Idempotency-Key.",
    )
    .into()
}
