//! The stream of a notice's progress.

use leptos::prelude::window;
use model::notice::StateCounts;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

/// What an event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Report {
    /// How many stand where.
    pub counts: StateCounts,
    /// Whether nothing more comes.
    pub finished: bool,
}

impl Report {
    /// Reads `{"counts":[…8 numbers…],"finished":false}`. By hand: a JSON parser would be a tenth of the wasm.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once('[')?;
        let (list, rest) = rest.split_once(']')?;
        let mut counts = [0; 8];
        let mut numbers = list.split(',');
        for slot in &mut counts {
            *slot = numbers.next()?.trim().parse().ok()?;
        }
        if numbers.next().is_some() {
            return None;
        }
        Some(Self { counts: StateCounts(counts), finished: finished(text, rest)? })
    }
}

/// The order of the two members is not promised.
fn finished(text: &str, rest: &str) -> Option<bool> {
    let part = if rest.contains("finished") { rest } else { text };
    let (_, value) = part.split_once("\"finished\"")?;
    Some(value.trim_start_matches([':', ' ']).starts_with("true"))
}

/// Tells `hear` every report with the page's clock in milliseconds, and `why` in words why some were not sent; after the last
/// report the page is loaded once more. A stream that breaks is opened again by the browser.
pub(super) fn follow(id: i64, why: impl Fn(String) + 'static, mut hear: impl FnMut(Report, i64) + 'static) {
    let Ok(source) = EventSource::new(&["/notices/", &id.to_string(), "/events"].concat()) else { return };
    let stream = source.clone();
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Some(report) = event.data().as_string().and_then(|text| Report::parse(&text)) else { return };
        hear(report, milliseconds(event.time_stamp()));
        if report.finished {
            stream.close();
            // A page that cannot be loaded again still shows the last numbers.
            let _ = window().location().reload();
        }
    });
    let _ = source.add_event_listener_with_callback("progress", heard.as_ref().unchecked_ref());
    let reasons = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        why(event.data().as_string().unwrap_or_default());
    });
    let _ = source.add_event_listener_with_callback("reasons", reasons.as_ref().unchecked_ref());
    // Whoever is on the way to another page is not to be called back by a reload.
    let leaving = Closure::<dyn FnMut()>::new(move || source.close());
    let _ = window().add_event_listener_with_callback("beforeunload", leaving.as_ref().unchecked_ref());
    // They live as long as the page.
    heard.forget();
    reasons.forget();
    leaving.forget();
}

#[expect(clippy::cast_possible_truncation, reason = "milliseconds since the page was loaded")]
fn milliseconds(time_stamp: f64) -> i64 {
    time_stamp as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_in_either_order_of_its_members() {
        let counts = StateCounts([1, 2, 3, 4, 5, 6, 7, 8]);
        for (text, finished) in [
            (r#"{"counts":[1,2,3,4,5,6,7,8],"finished":false}"#, false),
            (r#"{"counts":[1, 2, 3, 4, 5, 6, 7, 8], "finished": true}"#, true),
            (r#"{"finished":true,"counts":[1,2,3,4,5,6,7,8]}"#, true),
        ] {
            assert_eq!(Report::parse(text), Some(Report { counts, finished }), "{text}");
        }
    }

    #[test]
    fn anything_else_is_passed_over() {
        for text in
            ["", "{}", r#"{"counts":[1,2],"finished":true}"#, r#"{"counts":["a"]}"#, r#"{"counts":[1,2,3,4,5,6,7,8]}"#]
        {
            assert_eq!(Report::parse(text), None, "{text}");
        }
    }
}
