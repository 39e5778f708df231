//! One database with a mini program, a template and people, and the use cases over it.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result, bail, ensure};
use model::{
    Millis,
    ids::{MiniProgramId, NoticeId, TemplateId},
};
use secrecy::SecretString;
use service::{AudienceInput, ContentInput, MiniProgramInput, Services, TemplateInput, clock::SystemClock, keys::Keys};
use store::{Enqueued, OpenOptions};

use crate::{
    database::Database,
    generate,
    platform::{Platform, SECRET},
    process::Process,
};

/// The template id of every account here.
pub const TEMPLATE: &str = "TmplBench0123456789abcdefghijklmnopqrstuvwx";
/// Its title.
pub const TITLE: &str = "意见处理进度通知";
/// Its lines.
pub const CONTENT: &str = "意见内容:{{thing1.DATA}}\n处理状态:{{phrase2.DATA}}";
/// The page that a message opens.
pub const PAGE: &str = "pages/index";
/// Who signs in.
pub const ADMINISTRATOR: (&str, &str) = ("admin", "correct horse battery");
/// The secret key of every process here.
const KEY: [u8; 32] = [0x11; 32];
/// Between two looks whether a notice is finished.
const LOOK: Duration = Duration::from_millis(5);
/// A notice that makes no progress for so long is stuck.
const STUCK: Duration = Duration::from_secs(120);

/// What is filled into the template.
#[must_use]
pub fn values() -> BTreeMap<String, String> {
    [("thing1", "村口路灯不亮"), ("phrase2", "处理中")].map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

/// A prepared database.
#[derive(Debug)]
pub struct World {
    /// The database.
    pub database: Database,
    /// The use cases over it, in this process.
    pub services: Arc<Services>,
    /// The mini program.
    pub program: MiniProgramId,
    /// Its template.
    pub template: TemplateId,
    base: String,
}

impl World {
    /// Brings a new database up to date and furnishes it; the platform's side only where it is given.
    ///
    /// # Errors
    /// What the database or the simulator says.
    pub async fn furnish(database: Database, appid: &str, platform: Option<&Platform>) -> Result<Self> {
        let base = platform.map_or_else(|| "http://127.0.0.1:1".to_owned(), |platform| platform.base.clone());
        let store = store::open(&database.url, OpenOptions::default()).await?;
        let client = wechat::Client::new(wechat::ClientSettings::at(base.parse()?))?;
        let keys = Arc::new(Keys::from_master(&KEY)?);
        let services = Arc::new(Services::new(store, Arc::new(SystemClock), keys, client));
        services.create_first_administrator(ADMINISTRATOR.0, ADMINISTRATOR.1.to_owned().into()).await?;
        let program = services.add_mini_program(mini_program(appid)).await?;
        let template = services.register_template(program, &template_input(TEMPLATE, "one_time")).await?;
        if let Some(platform) = platform {
            platform.add_account(appid).await?;
            platform.add_template(appid, TEMPLATE, TITLE, CONTENT).await?;
        }
        Ok(Self { database, services, program, template, base })
    }

    /// So many people with so many grants each, here and at the platform where it is given.
    ///
    /// # Errors
    /// What the database or the simulator says.
    pub async fn people(&self, n: i64, grants: u32, platform: Option<(&Platform, &str)>) -> Result<()> {
        let mut plain = self.database.connect().await?;
        let now = self.services.now();
        plain.run("BEGIN").await?;
        let first = generate::people(&mut plain, self.program, n, now).await?;
        generate::grants(&mut plain, self.template, first..first + n, grants, now).await?;
        plain.run("COMMIT").await?;
        generate::analyze(&mut plain).await?;
        plain.close().await?;
        if let Some((platform, appid)) = platform {
            platform.grant(appid, TEMPLATE, 0..n, grants).await?;
        }
        Ok(())
    }

    /// Another template of the mini program.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn add_template(&self, id: &str, kind: &str) -> Result<TemplateId> {
        Ok(self.services.register_template(self.program, &template_input(id, kind)).await?)
    }

    /// A draft to everybody with a grant.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn draft(&self) -> Result<NoticeId> {
        let id = self.services.begin_notice(self.template, Vec::new(), "bench").await?;
        self.services.set_audience(id, AudienceInput::EverybodyWithGrant).await?;
        let content = ContentInput {
            values: values(),
            page: PAGE.to_owned(),
            program_state: "formal".to_owned(),
            message_lang: "zh_CN".to_owned(),
        };
        self.services.set_content(id, &content).await?;
        Ok(id)
    }

    /// Confirms a draft through the storage's own method; how long that took.
    ///
    /// # Errors
    /// When not exactly so many are queued.
    pub async fn enqueue(&self, id: NoticeId, expected: i64) -> Result<Duration> {
        let now = self.services.now();
        let hour = now - now.rem_euclid(3_600_000);
        let began = Instant::now();
        let enqueued = self.services.store().enqueue_notice(id, expected, hour, now).await?;
        let took = began.elapsed();
        let Enqueued::Done(counts) = enqueued else { bail!("not confirmed: {enqueued:?}") };
        let pending = counts.of(model::delivery::DeliveryState::Pending);
        ensure!(pending == expected, "{pending} deliveries instead of {expected}");
        Ok(took)
    }

    /// Waits until nothing of a notice is left to do; the instant at which the last result was there to read.
    ///
    /// # Errors
    /// When one of the processes ends, when nothing moves any more, or when not all were sent.
    pub async fn finished(&self, id: NoticeId, expected: i64, processes: &mut [Process]) -> Result<Millis> {
        let mut plain = self.database.connect().await?;
        let finished = format!("SELECT finished_at FROM notices WHERE id = {id}");
        let sent = format!("SELECT n FROM notice_counts WHERE notice_id = {id} AND state = 2 AND errcode = 0");
        let (mut last, mut moved) = (None, Instant::now());
        while plain.number(&finished).await?.is_none() {
            tokio::time::sleep(LOOK).await;
            if moved.elapsed() < STUCK / 10 {
                continue;
            }
            processes.iter_mut().try_for_each(Process::check)?;
            let now = plain.number(&sent).await?;
            ensure!(now != last, "notice {id} stands still at {last:?} of {expected}");
            (last, moved) = (now, Instant::now());
        }
        let at = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
        let sent = plain.number(&sent).await?.unwrap_or_default();
        ensure!(sent == expected, "{sent} of {expected} were sent");
        plain.close().await?;
        Ok(Millis::try_from(at)?)
    }

    /// The settings of a process over this database.
    #[must_use]
    pub fn environment(&self, more: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
        let key: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut environment = vec![
            ("DATABASE_URL", self.database.url.clone()),
            ("YANSHU_SECRET_KEY", key),
            ("YANSHU_WECHAT_API_BASE", self.base.clone()),
            ("YANSHU_UNDO_SECS", "0".to_owned()),
        ];
        environment.extend_from_slice(more);
        environment
    }

    /// Fails unless ledger, reservations and counters agree with a recount.
    ///
    /// # Errors
    /// With what is wrong.
    pub async fn check_books(&self) -> Result<()> {
        let wrong = self.services.store().check_books().await?;
        ensure!(wrong.is_empty(), "the books do not agree: {wrong:#?}");
        Ok(())
    }

    /// Ends the connections and removes the database.
    ///
    /// # Errors
    /// What the server or the file system says.
    pub async fn remove(self) -> Result<()> {
        self.services.store().close().await;
        self.database.remove().await.context("the database cannot be removed")
    }
}

fn mini_program(appid: &str) -> MiniProgramInput {
    MiniProgramInput {
        name: "雁城便民".to_owned(),
        appid: appid.to_owned(),
        app_secret: SecretString::from(SECRET),
        default_page: PAGE.to_owned(),
        program_state: "formal".to_owned(),
        message_lang: "zh_CN".to_owned(),
        time_zone: "Asia/Shanghai".to_owned(),
        require_login_token: false,
        ..MiniProgramInput::default()
    }
}

fn template_input(id: &str, kind: &str) -> TemplateInput {
    TemplateInput {
        pri_tmpl_id: id.to_owned(),
        title: TITLE.to_owned(),
        kind: kind.to_owned(),
        content: CONTENT.to_owned(),
        fields: Vec::new(),
        ..TemplateInput::default()
    }
}

/// A rate.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a few million")]
pub fn per_second(n: i64, time: Duration) -> f64 {
    n as f64 / time.as_secs_f64().max(1e-9)
}
