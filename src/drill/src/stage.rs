//! What every drill takes place on: a database, the platform in this process, people, and notices to them.

use crate::{Place, crew::Call};
use anyhow::{Context, Result};
use model::{
    delivery::DeliveryState,
    grant::Answer,
    ids::{MiniProgramId, NoticeId, TemplateId},
    notice::StateCounts,
};
use service::{
    AudienceInput, ContentInput, MiniProgramInput, RulesInput, Services, TemplateInput, clock::SystemClock, keys::Keys,
};
use simulator::{Account, Grant, Settings, Simulator, Template};
use std::{collections::BTreeMap, net::Ipv4Addr, path::PathBuf, sync::Arc, time::Duration};
use store::{Durability, OpenOptions};
use tokio::{net::TcpListener, time::Instant};
use tokio_util::sync::CancellationToken;
use url::Url;

/// The AppID of the drills' mini program.
pub const APPID: &str = "wx00000000000d0111";
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const KEY: [u8; 32] = [0x11; 32];
/// Nothing may stand still for longer, unless a drill says why.
const PATIENCE: Duration = Duration::from_secs(60);

/// How the workers are set, and how quick the platform is.
#[derive(Clone, Copy, Debug)]
pub struct Temper {
    /// Calls at once, per process.
    pub concurrency: usize,
    /// Time-out of a call, in seconds.
    pub timeout_secs: u64,
    /// A lease, in seconds.
    pub lease_secs: u64,
    /// How long the platform takes, in milliseconds.
    pub latency_ms: u64,
}

impl Temper {
    /// The most that one process has under way or not yet stored: `engine::pump` has twice as many places as permits.
    #[must_use]
    pub fn in_hand(&self) -> usize {
        self.concurrency * 2
    }
}

impl Default for Temper {
    fn default() -> Self {
        Self { concurrency: 16, timeout_secs: 1, lease_secs: 4, latency_ms: 25 }
    }
}

/// A notice under way.
#[derive(Clone, Debug)]
pub struct Ordered {
    /// Its row.
    pub notice: NoticeId,
    /// Its template here.
    pub template: TemplateId,
    /// Its template there; every notice has its own, so that the platform's log tells them apart.
    pub platform_template: String,
}

/// Database, platform, people and notices of one drill.
#[derive(Debug)]
pub struct Stage {
    /// Where it is stored.
    pub place: Place,
    /// The use cases, in this process, to furnish and to judge.
    pub services: Arc<Services>,
    /// The platform.
    pub simulator: Simulator,
    /// How the workers are set.
    pub temper: Temper,
    /// The mini program.
    pub program: MiniProgramId,
    /// The notices.
    pub ordered: Vec<Ordered>,
    /// Everybody; every notice goes to all of them.
    pub openids: Vec<String>,
    base: Url,
    stop: CancellationToken,
}

impl Stage {
    /// Opens a database, starts the platform, and orders `notices` to each of `people`.
    ///
    /// # Errors
    /// The database cannot be used, or a use case refuses.
    pub async fn furnish(place: Place, temper: Temper, people: usize, notices: usize) -> Result<Self> {
        let simulator = Simulator::new();
        let settings = Settings { latency_ms: temper.latency_ms, keep_messages: 0, ..Settings::default() };
        simulator.configure(settings);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let base = Url::parse(&format!("http://{}", listener.local_addr()?))?;
        let stop = CancellationToken::new();
        tokio::spawn(simulator.clone().serve(listener, stop.clone().cancelled_owned()));
        let options = OpenOptions { durability: Durability::ProcessEnd, ..OpenOptions::default() };
        let store = store::open(&hasty(&place.url)?, options).await?;
        let client = wechat::Client::new(wechat::ClientSettings::at(base.clone()))?;
        let keys = Arc::new(Keys::from_master(&KEY)?);
        let services = Arc::new(Services::new(store, Arc::new(SystemClock), keys, client));
        let program = add_mini_program(&services, &simulator).await?;
        let openids: Vec<String> = (0..people).map(|n| format!("oDril0000000000000000{n:07}")).collect();
        let mut stage = Self { place, services, simulator, temper, program, ordered: Vec::new(), openids, base, stop };
        stage.order(notices).await?;
        Ok(stage)
    }

    async fn order(&mut self, notices: usize) -> Result<()> {
        let mut templates = Vec::with_capacity(notices);
        for n in 0..notices {
            templates.push(self.add_template(n).await?);
        }
        let answers: Vec<_> = templates.iter().map(|(id, _)| (*id, Answer::Accept)).collect();
        for openid in &self.openids {
            let store = self.services.store();
            store.record_answers(self.program, openid, &answers, "drill", self.services.now()).await?;
            self.simulator.add_grants(templates.iter().map(|(_, there)| grant(openid, there, 1)))?;
        }
        for (template, platform_template) in templates {
            let notice = self.services.begin_notice(template, Vec::new(), "drill").await?;
            self.services.set_audience(notice, AudienceInput::EverybodyWithGrant).await?;
            self.services.set_content(notice, &content()).await?;
            let shown = self.services.review(notice).await?.preflight.will_send;
            anyhow::ensure!(usize::try_from(shown)? == self.openids.len(), "{shown} would be sent");
            self.services.confirm_notice(notice, shown).await?;
            self.ordered.push(Ordered { notice, template, platform_template });
        }
        Ok(())
    }

    async fn add_template(&self, n: usize) -> Result<(TemplateId, String)> {
        let there = format!("Drill{n:03}123456789abcdefghijklmnopqrstuvwxyz");
        let content = "事项:{{thing1.DATA}}\n状态:{{phrase2.DATA}}";
        self.simulator.add_template(APPID, Template::one_time(&there, "演练通知", content))?;
        let input = TemplateInput {
            pri_tmpl_id: there.clone(),
            title: format!("演练通知 {n}"),
            kind: "one_time".to_owned(),
            content: content.to_owned(),
            ..TemplateInput::default()
        };
        Ok((self.services.register_template(self.program, &input).await?, there))
    }

    /// How a worker on this stage is started.
    #[must_use]
    pub fn worker(&self, program: PathBuf) -> Call {
        let settings = [
            ("DATABASE_URL", self.place.url.clone()),
            ("YANSHU_SECRET_KEY", "11".repeat(32)),
            ("YANSHU_WECHAT_API_BASE", self.base.to_string()),
            ("YANSHU_WECHAT_TIMEOUT_SECS", self.temper.timeout_secs.to_string()),
            ("YANSHU_LEASE_SECS", self.temper.lease_secs.to_string()),
            ("YANSHU_CONCURRENCY", self.temper.concurrency.to_string()),
            ("YANSHU_POLL_MS", "50".to_owned()),
            ("RUST_LOG", "error".to_owned()),
        ];
        Call { program, environment: settings.map(|(name, value)| (name.to_owned(), value)).into() }
    }

    /// How many deliveries there are.
    #[must_use]
    pub fn deliveries(&self) -> usize {
        self.openids.len() * self.ordered.len()
    }

    /// Where the deliveries of all notices stand.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn counts(&self) -> Result<StateCounts> {
        let mut all = StateCounts::default();
        for ordered in &self.ordered {
            let counts = self.services.notice(ordered.notice).await?.notice.counts;
            for state in DeliveryState::ALL {
                all.add(state, counts.of(state));
            }
        }
        Ok(all)
    }

    /// Sends that the platform has accepted.
    #[must_use]
    pub fn accepted(&self) -> usize {
        usize::try_from(self.simulator.send_summary().accepted).unwrap_or(usize::MAX)
    }

    /// Waits until so many deliveries are neither pending nor sending.
    ///
    /// # Errors
    /// Nothing moves for a minute; where everything stands is in the error.
    pub async fn wait_for(&self, ended: usize) -> Result<()> {
        self.wait_patiently(ended, PATIENCE).await
    }

    /// As [`Stage::wait_for`], with more patience.
    ///
    /// # Errors
    /// Nothing moves for so long; where everything stands is in the error.
    pub async fn wait_patiently(&self, ended: usize, patience: Duration) -> Result<()> {
        let mut last = (StateCounts::default(), Instant::now());
        loop {
            // While the database is away there is nothing to see.
            if let Ok(counts) = self.counts().await {
                let open = counts.of(DeliveryState::Pending) + counts.of(DeliveryState::Sending);
                if self.deliveries() - usize::try_from(open)? >= ended {
                    return Ok(());
                }
                if counts != last.0 {
                    last = (counts, Instant::now());
                }
            }
            if last.1.elapsed() > patience {
                anyhow::bail!("stalled: nothing moved for {} s at {:?}", patience.as_secs(), last.0);
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Takes away, at the platform only, what some people granted: their sends will be answered 43101.
    ///
    /// # Errors
    /// Never for a furnished stage.
    pub fn revoke(&self, people: impl IntoIterator<Item = usize>) -> Result<()> {
        for n in people {
            let openid = self.openids.get(n).context("nobody of that number")?;
            self.simulator.set_grants(self.ordered.iter().map(|o| grant(openid, &o.platform_template, 0)))?;
        }
        Ok(())
    }

    /// Ends the platform and drops the database.
    ///
    /// # Errors
    /// The database cannot be dropped.
    pub async fn clear(self) -> Result<()> {
        self.services.store().close().await;
        self.stop.cancel();
        self.place.clear().await
    }
}

/// Furnishing need not outlive a crash, and what the workers commit afterwards takes it along. The workers wait for theirs.
fn hasty(url: &str) -> Result<String> {
    let mut url = Url::parse(url)?;
    if url.scheme().starts_with("postgres") {
        url.query_pairs_mut().append_pair("options", "-c synchronous_commit=off");
    }
    Ok(url.into())
}

fn grant(openid: &str, template: &str, count: u32) -> Grant {
    Grant { appid: APPID.to_owned(), openid: openid.to_owned(), template_id: template.to_owned(), count }
}

async fn add_mini_program(services: &Services, simulator: &Simulator) -> Result<MiniProgramId> {
    simulator.add_account(Account::new(APPID, SECRET));
    let input = MiniProgramInput {
        name: "演练".to_owned(),
        appid: APPID.to_owned(),
        app_secret: SECRET.to_owned().into(),
        program_state: "formal".to_owned(),
        message_lang: "zh_CN".to_owned(),
        time_zone: "Asia/Shanghai".to_owned(),
        ..MiniProgramInput::default()
    };
    let program = services.add_mini_program(input).await?;
    // A drill is meant to go wrong; nobody is there to let a notice go on.
    services.set_send_rules(program, &RulesInput::default()).await?;
    Ok(program)
}

fn content() -> ContentInput {
    let values = [("thing1", "路灯"), ("phrase2", "处理中")];
    ContentInput {
        values: values.map(|(key, value)| (key.to_owned(), value.to_owned())).into_iter().collect::<BTreeMap<_, _>>(),
        page: "pages/index".to_owned(),
        program_state: "formal".to_owned(),
        message_lang: "zh_CN".to_owned(),
    }
}
