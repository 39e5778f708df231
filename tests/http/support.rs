//! A running application as a test value.

use model::{
    delivery::DeliveryState,
    ids::{MiniProgramId, NoticeId, SubscriberId, TemplateId},
    notice::Notice,
    page::At,
};
use service::{
    AudienceInput, ContentInput, MiniProgramInput, RecordReport, Services, SubscriberInput, TemplateInput,
    clock::{Clock, ManualClock, SystemClock},
};
use simulator::{Account, Simulator, Template};
use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use yanshu::{
    serve::{self, Parts, Running},
    settings::{Environment, Settings},
};

pub mod browser;
pub mod database;
pub mod html;

pub use database::{Database, Which};

pub const APPID: &str = "wx0123456789abcdef";
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub const TEMPLATE: &str = "TmplA0123456789abcdefghijklmnopqrstuvwxyzAB";
pub const ADMIN: (&str, &str) = ("admin", "correct horse battery");

/// Runs the body on both databases.
#[macro_export]
macro_rules! both {
    ($(#[$meta:meta])* async fn $name:ident($which:ident) $body:block) => {
        mod $name {
            use super::*;

            async fn run($which: $crate::support::Which) $body

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run($crate::support::Which::Sqlite).await;
            }

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if $crate::support::database::has_postgres() {
                    run($crate::support::Which::Postgres).await;
                }
            }
        }
    };
}

/// The application, the platform it talks to, and the database it lives on.
pub struct TestApp {
    pub url: String,
    pub services: Arc<Services>,
    pub simulator: Simulator,
    pub database: Database,
    pub setup_code: String,
    pub settings: HashMap<String, String>,
    running: Option<Running>,
    clock: Arc<dyn Clock>,
    simulator_stop: CancellationToken,
    _dir: TempDir,
}

pub struct Map(HashMap<String, String>);

impl Environment for Map {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
}

/// How a test application differs from the usual one.
#[derive(Default)]
pub struct Options {
    pub no_worker: bool,
    pub settings: Vec<(&'static str, String)>,
    /// The clock of the application and of the platform; none: the machine's.
    pub clock: Option<Arc<ManualClock>>,
}

impl TestApp {
    pub async fn start(which: Which) -> Self {
        Self::start_with(which, Options::default()).await
    }

    pub async fn start_with(which: Which, options: Options) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::create(which, &dir).await;
        let simulator = match options.clock.clone() {
            Some(clock) => Simulator::with_clock(Arc::new(move || clock.now())),
            None => Simulator::new(),
        };
        let simulator_stop = CancellationToken::new();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let platform = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(simulator.clone().serve(listener, simulator_stop.clone().cancelled_owned()));
        let mut settings: HashMap<String, String> = [
            ("DATABASE_URL", database.url.clone()),
            ("YANSHU_SECRET_KEY", "11".repeat(32)),
            ("YANSHU_LISTEN", "127.0.0.1:0".to_owned()),
            ("YANSHU_WECHAT_API_BASE", platform),
            ("YANSHU_WECHAT_TIMEOUT_SECS", "2".to_owned()),
            ("YANSHU_LEASE_SECS", "6".to_owned()),
            ("YANSHU_POLL_MS", "50".to_owned()),
            ("YANSHU_UNDO_SECS", "0".to_owned()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        settings.extend(options.settings.into_iter().map(|(name, value)| (name.to_owned(), value)));
        let clock: Arc<dyn Clock> = match options.clock {
            Some(clock) => clock,
            None => Arc::new(SystemClock),
        };
        let (running, services) = launch(&settings, clock.clone(), !options.no_worker).await;
        let url = format!("http://{}", running.address.unwrap());
        Self {
            url,
            services,
            simulator,
            database,
            setup_code: running.setup_code.clone(),
            settings,
            running: Some(running),
            clock,
            simulator_stop,
            _dir: dir,
        }
    }

    /// The settings as another process reads them.
    pub fn map(&self) -> Map {
        Map(self.settings.clone())
    }

    /// The use cases of another process on the same database and clock.
    pub async fn another_process(&self) -> Arc<Services> {
        let settings = Settings::read(&Map(self.settings.clone()), None).unwrap();
        serve::services_at(&settings, self.clock.clone()).await.unwrap()
    }

    /// Stops and starts again on the same database, as an upgrade does.
    pub async fn restart(&mut self) {
        self.running.take().unwrap().stop().await;
        let (running, services) = launch(&self.settings, self.clock.clone(), true).await;
        self.url = format!("http://{}", running.address.unwrap());
        self.services = services;
        self.running = Some(running);
    }

    /// Stops in order and proves the books.
    pub async fn finish(mut self) {
        let wrong = self.services.store().check_books().await.unwrap();
        assert!(wrong.is_empty(), "the books do not agree: {wrong:#?}");
        self.running.take().unwrap().stop().await;
        self.simulator_stop.cancel();
        self.database.drop_it().await;
    }

    /// An administrator, a mini program known to the simulator, and a template with two fields.
    pub async fn furnish(&self) -> (MiniProgramId, TemplateId) {
        self.services.create_first_administrator(ADMIN.0, ADMIN.1.to_owned().into()).await.unwrap();
        let program = self.add_mini_program(APPID, "雁城便民").await;
        let template = self.add_template(program, APPID, TEMPLATE, "意见处理进度通知").await;
        (program, template)
    }

    pub async fn add_mini_program(&self, appid: &str, name: &str) -> MiniProgramId {
        self.simulator.add_account(Account::new(appid, SECRET));
        let input = MiniProgramInput {
            name: name.to_owned(),
            appid: appid.to_owned(),
            app_secret: SECRET.to_owned().into(),
            default_page: "pages/index".to_owned(),
            program_state: "formal".to_owned(),
            message_lang: "zh_CN".to_owned(),
            time_zone: "Asia/Shanghai".to_owned(),
            require_login_token: false,
            ..MiniProgramInput::default()
        };
        self.services.add_mini_program(input).await.unwrap()
    }

    pub async fn add_template(&self, program: MiniProgramId, appid: &str, id: &str, title: &str) -> TemplateId {
        let content = "意见内容:{{thing1.DATA}}\n处理状态:{{phrase2.DATA}}";
        self.simulator.add_template(appid, Template::one_time(id, title, content)).unwrap();
        let input = TemplateInput {
            pri_tmpl_id: id.to_owned(),
            title: title.to_owned(),
            kind: "one_time".to_owned(),
            content: content.to_owned(),
            fields: Vec::new(),
            ..TemplateInput::default()
        };
        self.services.register_template(program, &input).await.unwrap()
    }

    /// `n` people who granted `grants` each, here and at the platform; their openids.
    pub async fn people(&self, n: usize, grants: u32) -> Vec<String> {
        let mut openids = Vec::with_capacity(n);
        for i in 0..n {
            let openid = openid(i);
            for _ in 0..grants {
                self.accept(&openid).await;
            }
            self.simulator.grant(APPID, &openid, TEMPLATE, grants).unwrap();
            openids.push(openid);
        }
        openids
    }

    /// Many people with one grant each, quickly: each added by hand.
    pub async fn crowd(&self, program: MiniProgramId, template: TemplateId, n: usize) {
        let mut grants = Vec::with_capacity(n);
        for i in 0..n {
            let openid = openid(i);
            self.add_subscriber(program, &openid, template, 1).await;
            grants.push(simulator::Grant {
                appid: APPID.to_owned(),
                openid,
                template_id: TEMPLATE.to_owned(),
                count: 1,
            });
        }
        self.simulator.add_grants(grants).unwrap();
    }

    /// Our side of an acceptance.
    pub async fn accept(&self, openid: &str) -> SubscriberId {
        let report = RecordReport {
            appid: Some(APPID.to_owned()),
            openid: Some(openid.to_owned()),
            template_id: Some(TEMPLATE.to_owned()),
            ..RecordReport::default()
        };
        self.services.record(&report).await.unwrap().subscriber
    }

    pub async fn add_subscriber(
        &self,
        program: MiniProgramId,
        openid: &str,
        template: TemplateId,
        n: i64,
    ) -> SubscriberId {
        let input =
            SubscriberInput { openid: openid.to_owned(), remark: String::new(), template: Some(template), grants: n };
        self.services.add_subscriber(program, &input, "test").await.unwrap()
    }

    /// Orders a notice and confirms it.
    pub async fn send(&self, template: TemplateId, audience: AudienceInput) -> NoticeId {
        let notice = self.draft(template, audience).await;
        let shown = self.services.review(notice).await.unwrap().preflight.will_send;
        self.services.confirm_notice(notice, shown).await.unwrap();
        notice
    }

    pub async fn draft(&self, template: TemplateId, audience: AudienceInput) -> NoticeId {
        let notice = self.services.begin_notice(template, Vec::new(), "test").await.unwrap();
        self.services.set_audience(notice, audience).await.unwrap();
        self.services.set_content(notice, &content()).await.unwrap();
        notice
    }

    pub async fn notice(&self, id: NoticeId) -> Notice {
        self.services.notice(id).await.unwrap().notice
    }

    pub async fn count(&self, id: NoticeId, state: DeliveryState) -> i64 {
        self.notice(id).await.counts.of(state)
    }

    /// Waits until nothing of the notice is pending or sending.
    pub async fn wait(&self, id: NoticeId) -> Notice {
        self.wait_for(id, Duration::from_secs(60), |notice| {
            notice.counts.of(DeliveryState::Pending) + notice.counts.of(DeliveryState::Sending) == 0
        })
        .await
    }

    pub async fn wait_for(&self, id: NoticeId, limit: Duration, good: impl Fn(&Notice) -> bool) -> Notice {
        let until = tokio::time::Instant::now() + limit;
        loop {
            if let Ok(view) = self.services.notice(id).await {
                if good(&view.notice) {
                    return view.notice;
                }
                assert!(tokio::time::Instant::now() < until, "waited too long: {:?}", view.notice);
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// The only delivery of a notice, with its attempts.
    pub async fn only_delivery(&self, id: NoticeId) -> (model::delivery::Delivery, Vec<model::delivery::Attempt>) {
        let page = self.services.deliveries(id, &[], None, At::Start).await.unwrap();
        let [delivery] = page.rows.as_slice() else { panic!("one delivery: {:?}", page.rows) };
        (delivery.clone(), self.services.attempts(delivery.id).await.unwrap())
    }
}

async fn launch(settings: &HashMap<String, String>, clock: Arc<dyn Clock>, worker: bool) -> (Running, Arc<Services>) {
    let settings = Settings::read(&Map(settings.clone()), None).unwrap();
    let services = serve::services_at(&settings, clock).await.unwrap();
    let running = serve::start(&settings, services.clone(), Parts { web: true, worker }).await.unwrap();
    (running, services)
}

pub fn content() -> ContentInput {
    ContentInput {
        values: BTreeMap::from([
            ("thing1".to_owned(), "村口路灯不亮".to_owned()),
            ("phrase2".to_owned(), "处理中".to_owned()),
        ]),
        page: "pages/index".to_owned(),
        program_state: "formal".to_owned(),
        message_lang: "zh_CN".to_owned(),
    }
}

/// 28 characters, as real ones.
pub fn openid(i: usize) -> String {
    format!("oTest0000000000000000{i:07}")
}

/// The built executable.
pub fn executable() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_yanshu"))
}
