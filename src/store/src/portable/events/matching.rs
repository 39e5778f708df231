//! Which delivery a sent event belongs to. The platform names it by a number that the answer to the call may or may not
//! have carried; without it only person, template and order are left.

use model::{Millis, callback::SentItem, delivery::DeliveryState};

/// Events come at most so long after the answer of the call, or after its outcome became unknown.
const LATEST_MS: Millis = 24 * 3_600_000;
/// The platform's clock and ours may differ by so much.
const CLOCKS_MS: Millis = 5 * 60_000;

/// A delivery that an event may belong to.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub notice: i64,
    pub subscriber: i64,
    pub template: i64,
    pub state: DeliveryState,
    pub errcode: i64,
    pub msgid: Option<i64>,
    /// When the call began, where that is known.
    pub started_at: Option<Millis>,
    pub updated_at: Millis,
    /// An event before this one has it.
    pub is_taken: bool,
}

/// What an item of an event finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// This delivery is to be changed.
    Delivery(usize),
    /// Its delivery has been changed by an event before.
    Known,
    /// Nothing yet: the answer of the call may not be stored.
    Nothing,
    /// The template is not ours, nor is the number.
    Foreign,
}

/// Finds the delivery among those of the event's person.
pub(super) fn find(candidates: &[Candidate], item: &SentItem, template: Option<i64>, at: Millis) -> Found {
    if let Some(place) = item.msgid.and_then(|id| candidates.iter().position(|c| c.msgid == Some(id))) {
        let is_open = is_open(&candidates[place]) && !candidates[place].is_taken;
        return if is_open { Found::Delivery(place) } else { Found::Known };
    }
    let Some(template) = template else { return Found::Foreign };
    let of_template = || candidates.iter().enumerate().filter(|(_, c)| c.template == template);
    // While a call is under way its answer may bring the number: the event could be of an older delivery or of this one.
    if of_template().any(|(_, c)| c.state == DeliveryState::Sending) {
        return Found::Nothing;
    }
    of_template()
        .filter(|(_, c)| c.msgid.is_none() && is_open(c) && !c.is_taken)
        .filter(|(_, c)| c.updated_at >= at - LATEST_MS && c.started_at.is_none_or(|began| began <= at + CLOCKS_MS))
        .min_by_key(|(_, c)| (c.state == DeliveryState::Unknown, c.updated_at, c.notice))
        .map_or(Found::Nothing, |(place, _)| Found::Delivery(place))
}

fn is_open(c: &Candidate) -> bool {
    matches!(c.state, DeliveryState::Sent | DeliveryState::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use DeliveryState::{Delivered, Sending, Sent, Unknown};

    const AT: Millis = 10 * LATEST_MS;

    fn candidate(notice: i64, state: DeliveryState, msgid: Option<i64>) -> Candidate {
        Candidate {
            notice,
            subscriber: 1,
            template: 1,
            state,
            errcode: 0,
            msgid,
            started_at: Some(AT),
            updated_at: AT,
            is_taken: false,
        }
    }

    fn item(msgid: Option<i64>) -> SentItem {
        SentItem { pri_tmpl_id: "t".to_owned(), msgid, errcode: 0, status: "success".to_owned() }
    }

    #[test]
    fn the_number_decides_where_it_is_known() {
        let rows = [candidate(1, Sent, None), candidate(2, Sent, Some(7)), candidate(3, Sending, None)];
        assert_eq!(find(&rows, &item(Some(7)), None, AT), Found::Delivery(1));
        let done = [candidate(1, Sent, None), candidate(2, Delivered, Some(7))];
        assert_eq!(find(&done, &item(Some(7)), Some(1), AT), Found::Known);
    }

    #[test]
    fn without_it_the_oldest_sent_is_meant_before_any_unknown() {
        let mut rows = [
            candidate(1, Unknown, None),
            candidate(3, Sent, None),
            candidate(2, Sent, None),
            candidate(4, Sent, Some(9)),
        ];
        assert_eq!(find(&rows, &item(None), Some(1), AT), Found::Delivery(2));
        rows[2].is_taken = true;
        assert_eq!(find(&rows, &item(Some(5)), Some(1), AT), Found::Delivery(1));
        rows[1].is_taken = true;
        assert_eq!(find(&rows, &item(None), Some(1), AT), Found::Delivery(0));
        rows[0].is_taken = true;
        assert_eq!(find(&rows, &item(None), Some(1), AT), Found::Nothing);
    }

    #[test]
    fn a_call_under_way_is_waited_for() {
        let rows = [candidate(1, Unknown, None), candidate(2, Sending, None)];
        assert_eq!(find(&rows, &item(Some(7)), Some(1), AT), Found::Nothing);
        assert_eq!(find(&rows, &item(None), Some(2), AT), Found::Nothing);
    }

    #[test]
    fn what_was_sent_long_before_or_called_only_later_is_not_meant() {
        let mut rows = [candidate(1, Sent, None)];
        rows[0].updated_at = AT - LATEST_MS - 1;
        assert_eq!(find(&rows, &item(None), Some(1), AT), Found::Nothing);
        rows[0] = Candidate { started_at: Some(AT + CLOCKS_MS + 1), ..candidate(1, Sent, None) };
        assert_eq!(find(&rows, &item(None), Some(1), AT), Found::Nothing);
        assert_eq!(find(&rows, &item(None), None, AT), Found::Foreign);
    }
}
