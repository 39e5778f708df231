//! Everything at a glance.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Value, json};

use crate::account::{Account, AccountState};
use crate::settings::Settings;
use crate::simulator::Simulator;
use crate::sync::lock;

/// An account's settings, and what it holds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Glance {
    #[serde(flatten)]
    settings: Arc<Account>,
    template_count: usize,
    people_count: usize,
    /// Sends of today.
    quota_used: u64,
    /// Calls of gettemplate today.
    template_lists_used: u64,
    /// Resets of these numbers that are left this month.
    resets_left: usize,
}

pub(super) async fn state(State(simulator): State<Simulator>) -> Json<Value> {
    let inner = &simulator.inner;
    let accounts: Vec<Glance> = inner.accounts().iter().map(|account| glance(account, inner.now())).collect();
    let summary = simulator.send_summary();
    let counts = inner.pushes.log.counts();
    Json(json!({
        "nowMs": inner.now(),
        "accounts": accounts,
        "settings": simulator.settings(),
        "faults": simulator.faults(),
        "totals": {
            "calls": simulator.call_count(),
            "accepted": summary.accepted,
            "maxPerOpenid": summary.max_per_openid,
            "repeats": summary.repeats.len(),
        },
        "pushes": {
            "pending": inner.pushes.waiting(),
            "delivered": counts.delivered,
            "failed": counts.failed,
            "lost": counts.lost,
            "held": inner.pushes.is_held(),
        },
    }))
}

fn glance(account: &AccountState, now_ms: i64) -> Glance {
    let settings = account.settings();
    let mut quota = lock(&account.quota);
    Glance {
        template_count: account.template_count(),
        people_count: account.subscribers.count(),
        quota_used: quota.used(now_ms),
        template_lists_used: quota.lists_used(now_ms),
        resets_left: quota.resets_left(now_ms),
        settings,
    }
}

pub(super) async fn settings(State(simulator): State<Simulator>) -> Json<Settings> {
    Json(simulator.settings())
}
