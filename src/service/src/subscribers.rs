//! Subscribers: list, detail, add by hand, adjust a balance.

use crate::{Services, UseError, UseResult};
use model::{
    Problem, Problems,
    delivery::SubscriberDelivery,
    grant::{Grant, LedgerEntry},
    ids::{MiniProgramId, SubscriberId, TemplateId},
    page::{At, Page},
    subscriber::{PersonTraits, Subscriber, SubscriberFilter, SubscriberSummary},
    values,
};
use store::StoreError;

/// Rows on a page of any list.
pub const PAGE_SIZE: i64 = 50;

/// What the form sends.
#[derive(Clone, Debug, Default)]
pub struct SubscriberInput {
    /// The openid.
    pub openid: String,
    /// Nickname or note; may be empty.
    pub remark: String,
    /// A template to give grants of at once.
    pub template: Option<TemplateId>,
    /// How many.
    pub grants: i64,
}

/// Everything the detail page shows.
#[derive(Clone, Debug)]
pub struct SubscriberView {
    /// The subscriber.
    pub subscriber: Subscriber,
    /// Tags and attributes.
    pub traits: PersonTraits,
    /// Balances.
    pub grants: Vec<Grant>,
    /// The newest ledger lines, or the page asked for.
    pub ledger: Page<LedgerEntry>,
    /// The newest deliveries.
    pub deliveries: Page<SubscriberDelivery>,
}

/// The most that may be added or taken at once by hand.
const MOST_ADJUSTMENT: i64 = 1_000;

impl Services {
    /// A page of subscribers, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn subscribers(
        &self,
        mini_program: MiniProgramId,
        filter: &SubscriberFilter,
        at: At,
    ) -> UseResult<Page<SubscriberSummary>> {
        Ok(self.store.subscribers(mini_program, &filter.as_of(self.now()), at, PAGE_SIZE).await?)
    }

    /// One subscriber with balances, ledger and deliveries.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn subscriber(&self, id: SubscriberId, ledger: At) -> UseResult<SubscriberView> {
        let subscriber = self.store.subscriber(id).await?.ok_or(UseError::NotFound)?;
        Ok(SubscriberView {
            traits: self.store.traits_of(id).await?,
            grants: self.store.grants_of(id).await?,
            ledger: self.store.ledger_of(id, ledger, PAGE_SIZE).await?,
            deliveries: self.store.deliveries_to(id, At::Start, 20).await?,
            subscriber,
        })
    }

    /// Adds a subscriber by hand, with grants if given.
    ///
    /// # Errors
    /// `Invalid` with what is wrong.
    pub async fn add_subscriber(
        &self,
        mini_program: MiniProgramId,
        input: &SubscriberInput,
        by: &str,
    ) -> UseResult<SubscriberId> {
        self.mini_program(mini_program).await?;
        let mut problems = Problems::default();
        let openid = problems.take("openid", values::openid(&input.openid));
        let remark = problems.take("remark", values::remark(&input.remark));
        if input.template.is_some() && !(0..=MOST_ADJUSTMENT).contains(&input.grants) {
            problems.push(bad_change("grants"));
        }
        if let Some(template) = input.template {
            let found = self.store.template(template).await?;
            if found.is_none_or(|template| template.mini_program != mini_program) {
                problems.push(unknown_template());
            }
        }
        problems.check()?;
        let (Some(openid), Some(remark)) = (openid, remark) else { return Err(UseError::Internal("parsed values")) };
        let id = self.store.add_subscriber(mini_program, &openid, &remark, self.now()).await.map_err(taken)?;
        if let Some(template) = input.template.filter(|_| input.grants > 0) {
            self.store.adjust_grant(id, template, input.grants, by, self.now()).await?;
        }
        Ok(id)
    }

    /// Changes the remark.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`.
    pub async fn change_remark(&self, id: SubscriberId, remark: &str) -> UseResult<()> {
        let remark = values::remark(remark).map_err(|p| p.at("remark"))?;
        if self.store.change_remark(id, &remark).await? { Ok(()) } else { Err(UseError::NotFound) }
    }

    /// Sets tags and attributes.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`.
    pub async fn change_traits(&self, id: SubscriberId, tags: &str, attributes: &str) -> UseResult<()> {
        let traits = values::person_traits(tags, attributes)?;
        if !self.store.change_traits(id, &traits).await? {
            return Err(UseError::NotFound);
        }
        Ok(())
    }

    /// Changes a balance by hand; the reason stands in the ledger beside the person's name.
    ///
    /// # Errors
    /// `Invalid` without a reason or with a change of 0 or too much, `NotFound`.
    pub async fn adjust_grant(
        &self,
        id: SubscriberId,
        template: TemplateId,
        change: i64,
        reason: &str,
        by: &str,
    ) -> UseResult<i64> {
        let mut problems = Problems::default();
        if change == 0 || change.abs() > MOST_ADJUSTMENT {
            problems.push(bad_change("change"));
        }
        let reason = problems.take("reason", reason_of(reason));
        problems.check()?;
        let note = format!("{by}: {}", reason.unwrap_or_default());
        self.store.adjust_grant(id, template, change, &note, self.now()).await?.ok_or(UseError::NotFound)
    }
}

/// Whoever reads the ledger next year wants to know why.
fn reason_of(text: &str) -> Result<String, Problem> {
    let reason = values::remark(text)?;
    if reason.is_empty() {
        return Err(Problem::whole(
            "required",
            "请填写调整的原因，它会记入额度流水。",
            "Give the reason; it is kept in the ledger.",
        ));
    }
    Ok(reason)
}

fn bad_change(field: &str) -> Problem {
    Problem::of(
        field,
        "out_of_range",
        format!("请填写整数：不为 0，且不超过 {MOST_ADJUSTMENT}。"),
        format!("Give a whole number: not 0, and at most {MOST_ADJUSTMENT}."),
    )
}

fn unknown_template() -> Problem {
    Problem::of(
        "template",
        "unknown",
        "这个小程序没有这个模板，请重新选择。",
        "This mini program has no such template. Choose another.",
    )
}

fn taken(error: StoreError) -> UseError {
    match error {
        StoreError::NotUnique(_) => Problem::of(
            "openid",
            "not_unique",
            "这个 openid 已在订阅者列表中。",
            "This openid is in the subscriber list already.",
        )
        .into(),
        other => other.into(),
    }
}
