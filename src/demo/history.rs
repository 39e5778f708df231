//! Lives through the last two weeks of the sample mini programs: people grant, notices go out, some fail. Everything
//! runs through the same use cases, engine and simulator as real work; only the clock is moved.

use super::{
    clock::DemoClock,
    sample::{CALLBACK_KEY, CALLBACK_TOKEN, FAMILY, GIVEN, PROGRAMS, SampleProgram, SampleTemplate},
};
use model::{
    Millis, content,
    ids::{MiniProgramId, TemplateId},
};
use service::{
    AudienceInput, CallbackInput, ContentInput, MiniProgramInput, RecordReport, Services, TemplateInput,
    clock::{Clock, SystemClock},
};
use simulator::{Account, Action, Callback, Choice, Fault, Grant, Match, Prompt, Simulator, Template, demo_openid};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

const DAY_MS: Millis = 24 * 3_600_000;
const DAYS: i64 = 14;
/// The day on which somebody set the callbacks up; from then on sent events tell what was delivered.
const CONNECTED: i64 = 11;
/// The demo is the same for everybody.
const SEED: u64 = 20_261_121;

struct Sample<'a> {
    program: &'static SampleProgram,
    id: MiniProgramId,
    templates: Vec<(TemplateId, &'static SampleTemplate)>,
    services: &'a Arc<Services>,
    simulator: &'a Simulator,
    clock: &'a DemoClock,
    console: &'a str,
}

/// Fills the database and the simulator's books.
pub async fn live_through(
    services: &Arc<Services>,
    simulator: &Simulator,
    clock: &Arc<DemoClock>,
    console: &str,
) -> anyhow::Result<()> {
    let mut chance = fastrand::Rng::with_seed(SEED);
    let today = SystemClock.now();
    // The last day began some hours ago, so that there is something of today.
    let begin = today - DAYS * DAY_MS - 5 * 3_600_000;
    clock.set(begin);
    let mut samples = Vec::new();
    for program in &PROGRAMS {
        samples.push(Sample::set_up(program, services, simulator, clock, console).await?);
    }
    // Pushes are signed with the time of their delivery: they must not wait while the clock jumps.
    simulator.hold_pushes(true);
    for day in 0..=DAYS {
        for sample in &samples {
            sample.live_a_day(&mut chance, begin + day * DAY_MS, today, day).await?;
        }
    }
    simulator.clear_faults();
    clock.release();
    simulator.hold_pushes(false);
    Ok(())
}

impl<'a> Sample<'a> {
    async fn set_up(
        program: &'static SampleProgram,
        services: &'a Arc<Services>,
        simulator: &'a Simulator,
        clock: &'a DemoClock,
        console: &'a str,
    ) -> anyhow::Result<Self> {
        simulator.add_account(Account {
            backend_url: Some(console.to_owned()),
            ..Account::new(program.appid, program.secret)
        });
        let id = services
            .add_mini_program(MiniProgramInput {
                name: program.name.to_owned(),
                appid: program.appid.to_owned(),
                app_secret: program.secret.to_owned().into(),
                default_page: program.page.to_owned(),
                program_state: "formal".to_owned(),
                message_lang: "zh_CN".to_owned(),
                time_zone: "Asia/Shanghai".to_owned(),
                require_login_token: false,
                ..MiniProgramInput::default()
            })
            .await?;
        let mut templates = Vec::new();
        for sample in program.templates {
            let kind = if sample.long_term { "long_term" } else { "one_time" };
            let input = TemplateInput {
                pri_tmpl_id: sample.id.to_owned(),
                title: sample.title.to_owned(),
                kind: kind.to_owned(),
                content: sample.content.to_owned(),
                fields: Vec::new(),
                ..TemplateInput::default()
            };
            templates.push((services.register_template(id, &input).await?, sample));
            let template = Template::one_time(sample.id, sample.title, sample.content);
            let template = if sample.long_term { template.long_term() } else { template };
            simulator.add_template(program.appid, template)?;
        }
        Ok(Self { program, id, templates, services, simulator, clock, console })
    }

    async fn live_a_day(
        &self,
        chance: &mut fastrand::Rng,
        day_at: Millis,
        today: Millis,
        day: i64,
    ) -> anyhow::Result<()> {
        self.clock.set(day_at);
        if day == CONNECTED {
            self.connect().await?;
        }
        // People come over the first days and then now and again; each pass somebody accepts once more.
        let people = self.program.people;
        let come = if day == 0 { people / 3 } else { people / 6 };
        for _ in 0..come {
            // Never later than now: the last day is today.
            self.clock.set((self.clock.now() + chance.i64(1_000..40_000)).min(today - 60_000));
            self.accept(chance, day).await?;
        }
        self.hear().await?;
        let notices = if day == DAYS { 1 } else { chance.usize(1..=3) };
        for n in 0..notices {
            let at = (day_at + chance.i64(1..8) * 3_600_000 + n as i64 * 1_800_000).min(today - 60_000);
            self.clock.set(at.max(self.clock.now()).min(today));
            self.send(chance).await?;
        }
        Ok(())
    }

    /// Sets the callback up on both sides.
    async fn connect(&self) -> anyhow::Result<()> {
        let input = CallbackInput {
            mode: "safe".to_owned(),
            token: CALLBACK_TOKEN.to_owned().into(),
            encoding_key: CALLBACK_KEY.to_owned().into(),
        };
        self.services.set_callback(self.id, &input).await?;
        let url = format!("{}/wechat/callback/{}", self.console, self.program.appid);
        self.simulator.set_callback(self.program.appid, Some(Callback::safe(url, CALLBACK_TOKEN, CALLBACK_KEY)))?;
        let verified = self.simulator.verify_callback(self.program.appid).await?;
        anyhow::ensure!(verified.ok, "the demo's callback was not verified: {}", verified.body);
        Ok(())
    }

    /// Delivers what the platform has to tell, and gives it its effect.
    async fn hear(&self) -> anyhow::Result<()> {
        self.simulator.deliver_pushes().await;
        self.services.work_off_events().await?;
        Ok(())
    }

    async fn accept(&self, chance: &mut fastrand::Rng, day: i64) -> anyhow::Result<()> {
        let person = chance.usize(0..self.program.people);
        let openid = demo_openid(self.program.appid, &format!("person-{person}"));
        let mut results = BTreeMap::new();
        for (_, template) in &self.templates {
            let word = match chance.u8(0..10) {
                0..=5 => "accept",
                6..=7 => "reject",
                _ => continue,
            };
            results.insert(template.id.to_owned(), word.to_owned());
            let choice = if word == "accept" { Choice::Accept } else { Choice::Reject };
            self.simulator.answer_prompt(&Prompt::one(self.program.appid, &openid, template.id, choice))?;
            // A few were used up elsewhere, as happens with a second system: they will meet 43101.
            if word == "accept" && chance.u8(0..100) < 6 {
                let left = self.simulator.balance(self.program.appid, &openid, template.id)?;
                let appid = self.program.appid.to_owned();
                let (openid, template_id) = (openid.clone(), template.id.to_owned());
                self.simulator.set_grants([Grant { appid, openid, template_id, count: left.saturating_sub(1) }])?;
            }
        }
        if results.is_empty() {
            return Ok(());
        }
        let report = RecordReport {
            appid: Some(self.program.appid.to_owned()),
            openid: Some(openid),
            results,
            ..RecordReport::default()
        };
        let recorded = self.services.record(&report).await?;
        if day == 0 || chance.bool() {
            let name = format!("{}{}", FAMILY[person % FAMILY.len()], GIVEN[(person / FAMILY.len()) % GIVEN.len()]);
            self.services.change_remark(recorded.subscriber, &name).await?;
        }
        Ok(())
    }

    async fn send(&self, chance: &mut fastrand::Rng) -> anyhow::Result<()> {
        let Some((id, sample)) = chance.choice(&self.templates) else { return Ok(()) };
        let Some(values) = chance.choice(sample.values) else { return Ok(()) };
        self.trouble(chance);
        let notice = self.services.begin_notice(*id, Vec::new(), "demo").await?;
        let audience = if chance.u8(0..3) == 0 {
            let some: Vec<_> = (0..chance.usize(5..40))
                .map(|_| demo_openid(self.program.appid, &format!("person-{}", chance.usize(0..self.program.people))))
                .collect();
            AudienceInput::Pasted(some.join("\n"))
        } else {
            AudienceInput::EverybodyWithGrant
        };
        self.services.set_audience(notice, audience).await?;
        let fields = content::parse_content(sample.content).unwrap_or_default();
        let values = fields.into_iter().zip(*values).map(|(field, value)| (field.key, (*value).to_owned())).collect();
        let input = ContentInput {
            values,
            page: self.program.page.to_owned(),
            program_state: "formal".to_owned(),
            message_lang: "zh_CN".to_owned(),
        };
        self.services.set_content(notice, &input).await?;
        let review = self.services.review(notice).await?;
        if review.preflight.will_send == 0 {
            self.services.discard_draft(notice).await?;
            return Ok(());
        }
        self.services.confirm_notice(notice, review.preflight.will_send).await?;
        self.wait().await
    }

    /// Now and then the platform is busy, or a call's answer gets lost on the way.
    fn trouble(&self, chance: &mut fastrand::Rng) {
        self.simulator.clear_faults();
        let probability = |p: f64, seed: u64| Match { probability: Some(p), seed, ..Match::sends() };
        self.simulator.script([
            Fault::new(probability(0.02, chance.u64(..)), Action::errcode(-1)),
            Fault::new(probability(0.006, chance.u64(..)), Action::DropAfter),
        ]);
    }

    /// Until everything is sent; the clock moves so that retries become due.
    async fn wait(&self) -> anyhow::Result<()> {
        while self.services.queue_depth(self.id).await? > 0 {
            tokio::time::sleep(Duration::from_millis(15)).await;
            self.clock.advance(1_500);
            self.services.wake_engine();
        }
        self.hear().await
    }
}
