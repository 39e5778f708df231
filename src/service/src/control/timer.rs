//! What happens at its time: notices begin, quiet hours are noted, repeated notices are ordered. Every process that sends
//! looks; the database sees to it that each thing is done once.

use super::{GRACE_MS, plan};
use crate::{Services, UseResult};
use std::sync::Arc;

impl Services {
    /// Begins what is due and notes the quiet hours.
    pub(crate) async fn keep_time(self: &Arc<Self>) -> UseResult<()> {
        let now = self.now();
        for hours in self.store.quiet_hours().await? {
            if let Some((since, until)) = plan::quiet(hours.from, hours.to, &hours.time_zone, now)
                && hours.noted != (since, until)
            {
                self.store.note_quiet(hours.mini_program, since, until).await?;
            }
        }
        let started = self.store.start_due(GRACE_MS, now).await?;
        if started.missed > 0 {
            tracing::warn!(notices = started.missed, "the time of notices was missed; they wait for a decision");
        }
        self.repeat(now).await
    }
}
