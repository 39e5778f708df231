//! Thousands of people tap, refuse, change their minds and are sent to, while reports get lost and WeChat's pushes come
//! late, twice and in any order. In the end the ledger must say of each of them exactly what the platform's own books say.

use crate::support::{APPID, Options, TEMPLATE, TestApp, Which, openid};
use futures::{StreamExt, stream};
use model::{
    ids::TemplateId,
    mini_program::{CallbackMode, GrantSource},
    notice::NoticeState,
};
use service::{AudienceInput, CallbackInput, MiniProgramInput, RecordReport, clock::ManualClock};
use simulator::{Callback, Choice, Prompt};
use std::{collections::BTreeMap, sync::Arc};

const NOON: i64 = 1_795_000_000_000;
const TOKEN: &str = "interleavings";
const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
/// What each person goes through.
const ROUNDS: usize = 7;
/// Requests at once.
const AT_ONCE: usize = 32;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Taps accept; whether the mini program's report gets through.
    Accept {
        reported: bool,
    },
    /// Taps refuse.
    Reject {
        reported: bool,
    },
    /// Turns the template off in the settings.
    TurnOff,
    /// Is sent a message, if our ledger says that there is a grant.
    Send,
    Nothing,
}

/// What happens to a person.
fn step(chance: &mut fastrand::Rng, lossy: bool) -> Step {
    let reported = !lossy || chance.u8(0..3) > 0;
    match chance.u8(0..20) {
        0..=8 => Step::Accept { reported },
        9..=10 => Step::Reject { reported },
        11..=12 => Step::TurnOff,
        13..=17 => Step::Send,
        _ => Step::Nothing,
    }
}

/// How a run differs.
#[derive(Clone, Copy)]
struct Run {
    people: usize,
    source: GrantSource,
    seed: u64,
    /// Whether reports may get lost. Then the taps of a person are further apart than a report and an event of one tap may
    /// be: nothing could tell whose pair an event is otherwise.
    lossy: bool,
}

async fn live(which: Which, run: Run) {
    let Run { people, source, seed, lossy } = run;
    let clock = Arc::new(ManualClock::at(NOON));
    let settings = vec![("YANSHU_API_PER_OPENID", "0".to_owned())];
    let options = Options { clock: Some(clock.clone()), settings, ..Options::default() };
    let app = TestApp::start_with(which, options).await;
    let (program, template) = app.furnish().await;
    set_up(&app, program, source).await;
    let mut chance = fastrand::Rng::with_seed(seed);
    for _ in 0..ROUNDS {
        // Every tap of a person has a second of its own, as CreateTime knows whole seconds only.
        clock.advance(if lossy { chance.i64(61_500..200_000) } else { chance.i64(2_000..90_000) });
        let steps: Vec<_> = (0..people).map(|i| (openid(i), step(&mut chance, lossy))).collect();
        act(&app, &steps).await;
        send(&app, template, &steps).await;
        deliver_some(&app, &mut chance).await;
    }
    app.simulator.deliver_pushes().await;
    clock.advance(3_600_000);
    app.services.work_off_events().await.unwrap();
    let wrong = differences(&app, template, people).await;
    assert!(
        wrong.is_empty(),
        "seed {seed}: {} of {people} differ, such as {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(5)]
    );
    app.finish().await;
}

async fn set_up(app: &TestApp, program: model::ids::MiniProgramId, source: GrantSource) {
    let callback = CallbackInput {
        mode: CallbackMode::Safe.code().to_owned(),
        token: TOKEN.to_owned().into(),
        encoding_key: KEY.to_owned().into(),
    };
    app.services.set_callback(program, &callback).await.unwrap();
    let settings = app.services.mini_program(program).await.unwrap().settings;
    let input = MiniProgramInput {
        name: settings.name,
        appid: settings.appid,
        program_state: "formal".to_owned(),
        message_lang: "zh_CN".to_owned(),
        time_zone: settings.time_zone,
        grant_source: source.code().to_owned(),
        ..MiniProgramInput::default()
    };
    app.services.change_mini_program(program, input).await.unwrap();
    let mut account = app.simulator.accounts().remove(0);
    account.callback = Some(Callback::safe(format!("{}/wechat/callback/{APPID}", app.url), TOKEN, KEY));
    app.simulator.add_account(account);
    app.simulator.hold_pushes(true);
}

/// What the people do, each at the same instant.
async fn act(app: &TestApp, steps: &[(String, Step)]) {
    let acting = steps.iter().filter(|(_, step)| !matches!(step, Step::Send | Step::Nothing));
    stream::iter(acting)
        .for_each_concurrent(AT_ONCE, |(openid, step)| async move {
            let (choice, word, reported) = match *step {
                Step::Accept { reported } => (Choice::Accept, "accept", reported),
                Step::Reject { reported } => (Choice::Reject, "reject", reported),
                _ => {
                    app.simulator.refuse(APPID, openid, TEMPLATE).unwrap();
                    return;
                }
            };
            let results = BTreeMap::from([(TEMPLATE.to_owned(), word.to_owned())]);
            app.simulator.answer_prompt(&Prompt::one(APPID, openid, TEMPLATE, choice)).unwrap();
            if reported {
                let report = RecordReport {
                    appid: Some(APPID.to_owned()),
                    openid: Some(openid.clone()),
                    results,
                    report_id: Some(format!("{openid}/{}", app.services.now())),
                    ..RecordReport::default()
                };
                app.services.record(&report).await.unwrap();
                // The mini program did not see our answer and tries again.
                app.services.record(&report).await.unwrap();
            }
        })
        .await;
}

async fn send(app: &TestApp, template: TemplateId, steps: &[(String, Step)]) {
    let to: Vec<_> = steps.iter().filter(|(_, step)| *step == Step::Send).map(|(openid, _)| openid.as_str()).collect();
    let draft = app.draft(template, AudienceInput::Pasted(to.join("\n"))).await;
    let shown = app.services.review(draft).await.unwrap().preflight.will_send;
    if shown == 0 {
        app.services.discard_draft(draft).await.unwrap();
        return;
    }
    app.services.confirm_notice(draft, shown).await.unwrap();
    assert_eq!(app.wait(draft).await.state, NoticeState::Finished);
}

/// A part of the pushes comes now, in any order, some of them twice.
async fn deliver_some(app: &TestApp, chance: &mut fastrand::Rng) {
    let mut ids: Vec<u64> = app.simulator.pending_pushes().iter().map(|push| push.id).collect();
    chance.shuffle(&mut ids);
    ids.truncate(ids.len() / 2);
    let ids: Vec<_> = ids.into_iter().map(|id| (id, if chance.u8(0..10) == 0 { 2 } else { 1 })).collect();
    stream::iter(ids)
        .for_each_concurrent(AT_ONCE, |(id, times)| async move {
            for _ in 0..times {
                let pushed = app.simulator.push(id).await.unwrap();
                assert!(pushed.delivered, "{pushed:?}");
            }
        })
        .await;
    app.services.work_off_events().await.unwrap();
}

/// Who has another balance here than at the platform: openid, ours, theirs, and how ours came about.
async fn differences(app: &TestApp, template: TemplateId, people: usize) -> Vec<String> {
    let program = app.services.mini_programs().await.unwrap()[0].id;
    let mut wrong = Vec::new();
    for i in 0..people {
        let openid = openid(i);
        let theirs = i64::from(app.simulator.balance(APPID, &openid, TEMPLATE).unwrap());
        let person = app.services.store().subscriber_by_openid(program, &openid).await.unwrap();
        let Some(person) = person else {
            if theirs != 0 {
                wrong.push(format!("{openid}: nobody here, {theirs} there"));
            }
            continue;
        };
        let grants = app.services.store().grants_of(person.id).await.unwrap();
        let ours = grants.iter().find(|g| g.template == template).map_or(0, |g| g.balance);
        if ours != theirs {
            let ledger = app.services.store().ledger_of(person.id, model::page::At::Start, 100).await.unwrap();
            let lines: Vec<_> = ledger
                .rows
                .iter()
                .rev()
                .map(|l| (l.kind.code(), l.change, (l.happened_at.unwrap_or(l.at) - NOON) / 1000, l.note.clone()))
                .collect();
            wrong.push(format!("{openid}: {ours} here, {theirs} there: {lines:?}"));
        }
    }
    wrong
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_interleavings_end_with_the_platforms_own_balances() {
    live(Which::Sqlite, Run { people: 5_000, source: GrantSource::Both, seed: 20_261_121, lossy: true }).await;
    live(Which::Sqlite, Run { people: 5_000, source: GrantSource::Both, seed: 20_261_122, lossy: false }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_on_postgresql() {
    if crate::support::database::has_postgres() {
        live(Which::Postgres, Run { people: 1_000, source: GrantSource::Both, seed: 7, lossy: true }).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn believing_events_alone_or_reports_alone_ends_with_the_same_balances() {
    live(Which::Sqlite, Run { people: 500, source: GrantSource::Event, seed: 11, lossy: true }).await;
    live(Which::Sqlite, Run { people: 500, source: GrantSource::Report, seed: 12, lossy: false }).await;
}
