//! `/metrics`, read by a parser that is not ours.

use crate::{
    both,
    support::{Options, TestApp, Which, openid},
};
use openmetrics_parser::{MetricsExposition, OpenMetricsType, OpenMetricsValue, openmetrics::parse_openmetrics};
use service::AudienceInput;
use simulator::{Action, Fault, Match};
use yanshu::{
    serve::{self, Parts},
    settings::Settings,
};

struct Numbers(MetricsExposition<OpenMetricsType, OpenMetricsValue>);

impl Numbers {
    async fn of(url: &str) -> Self {
        let answer = reqwest::get(format!("{url}/metrics")).await.unwrap();
        assert_eq!(answer.status(), 200);
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        assert!(kind.starts_with("application/openmetrics-text; version=1.0.0"), "{kind}");
        let text = answer.text().await.unwrap();
        Self(parse_openmetrics(&text).unwrap_or_else(|error| panic!("{error}\n{text}")))
    }

    fn value(&self, family: &str, labels: &[(&str, &str)]) -> Option<&OpenMetricsValue> {
        let family = self.0.families.get(family)?;
        let wanted: Vec<String> = family
            .get_label_names()
            .iter()
            .map(|name| labels.iter().find(|(label, _)| label == name).map(|(_, value)| (*value).to_owned()))
            .collect::<Option<_>>()?;
        family.get_sample_by_label_values(&wanted).map(|sample| &sample.value)
    }

    fn number(&self, family: &str, labels: &[(&str, &str)]) -> Option<f64> {
        match self.value(family, labels)? {
            OpenMetricsValue::Counter(counter) => Some(counter.value.as_f64()),
            OpenMetricsValue::Gauge(gauge) => Some(gauge.as_f64()),
            OpenMetricsValue::Histogram(histogram) => histogram.count.map(|n| n as f64),
            other => panic!("{family}: {other:?}"),
        }
    }
}

both! {
    async fn the_numbers_are_valid_and_count_what_was_sent(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        app.people(7, 1).await;
        // Two more of whom WeChat knows no grant, and one with a code that nobody knows.
        for i in [20, 21] {
            app.accept(&openid(i)).await;
        }
        app.accept(&openid(22)).await;
        app.simulator.script([Fault::new(Match::sends().openid(openid(22)), Action::errcode(987_654))]);
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        app.wait(notice).await;
        let numbers = Numbers::of(&app.url).await;
        let id = program.to_string();
        let mine = ("mini_program", id.as_str());
        let outcome = |outcome| numbers.number("yanshu_results", &[mine, ("outcome", outcome)]);
        assert_eq!((outcome("sent"), outcome("failed"), outcome("unknown")), (Some(7.0), Some(3.0), Some(0.0)));
        let errors = |errcode| numbers.number("yanshu_result_errors", &[mine, ("errcode", errcode)]);
        assert_eq!((errors("43101"), errors("other"), errors("987654")), (Some(2.0), Some(1.0), None));
        assert_eq!(numbers.number("yanshu_call_duration_seconds", &[mine]), Some(10.0));
        assert_eq!(numbers.number("yanshu_calls_under_way", &[mine]), Some(0.0));
        assert_eq!(numbers.number("yanshu_queue_deliveries", &[mine]), Some(0.0));
        assert_eq!(numbers.number("yanshu_queue_oldest_due_seconds", &[mine]), Some(0.0));
        assert_eq!(numbers.number("yanshu_mini_program_paused", &[mine]), Some(0.0));
        assert_eq!(numbers.number("yanshu_pace_limit", &[mine]), None);
        let left = numbers.number("yanshu_token_left_seconds", &[mine]).unwrap();
        assert!((6_000.0..=7_200.0).contains(&left), "{left}");
        for (family, expected) in [
            ("yanshu_engine_running", 1.0),
            ("yanshu_engine_draining", 0.0),
            ("yanshu_database_up", 1.0),
            ("yanshu_workers", 1.0),
            ("yanshu_callbacks_waiting", 0.0),
        ] {
            assert_eq!(numbers.number(family, &[]), Some(expected), "{family}");
        }
        let [claims, batches] =
            ["yanshu_claim_deliveries", "yanshu_batch_results"].map(|family| match numbers.value(family, &[]) {
                Some(OpenMetricsValue::Histogram(histogram)) => histogram.sum.map(|sum| sum.as_f64()),
                other => panic!("{family}: {other:?}"),
            });
        assert_eq!((claims, batches), (Some(10.0), Some(10.0)));
        let open = numbers.number("yanshu_database_connections", &[("state", "idle")]).unwrap()
            + numbers.number("yanshu_database_connections", &[("state", "in_use")]).unwrap();
        assert!(open >= 1.0 && Some(open) <= numbers.number("yanshu_database_connections_max", &[]), "{open}");
        app.finish().await;
    }
}

both! {
    async fn what_waits_and_rests_shows_without_a_worker(which) {
        let app = TestApp::start_with(which, Options { no_worker: true, ..Options::default() }).await;
        let (program, template) = app.furnish().await;
        app.people(5, 1).await;
        app.send(template, AudienceInput::EverybodyWithGrant).await;
        app.services.store().slow_down(program, 40, app.services.now()).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        let numbers = Numbers::of(&app.url).await;
        let id = program.to_string();
        let mine = [("mini_program", id.as_str())];
        assert_eq!(numbers.number("yanshu_queue_deliveries", &mine), Some(5.0));
        let oldest = numbers.number("yanshu_queue_oldest_due_seconds", &mine).unwrap();
        assert!((1.0..30.0).contains(&oldest), "{oldest}");
        assert_eq!((numbers.number("yanshu_workers", &[]), numbers.number("yanshu_engine_running", &[])), (Some(0.0), Some(0.0)));
        assert_eq!(numbers.number("yanshu_token_age_seconds", &mine), None);
        assert_eq!(numbers.number("yanshu_pace_limit", &mine), Some(20.0));
        app.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_elsewhere_a_token_is_needed() {
    let app = TestApp::start(Which::Sqlite).await;
    let client = reqwest::Client::new();
    let ask = || client.get(format!("{}/metrics", app.url));
    assert_eq!(ask().header("x-forwarded-for", "192.0.2.7").send().await.unwrap().status(), 403);
    app.finish().await;

    let token = "a-token-of-twenty-four-00";
    let settings = vec![("YANSHU_METRICS_TOKEN", token.to_owned())];
    let app = TestApp::start_with(Which::Sqlite, Options { settings, ..Options::default() }).await;
    let ask = || client.get(format!("{}/metrics", app.url));
    let refused = ask().send().await.unwrap();
    assert_eq!(refused.status(), 401);
    assert!(refused.headers()["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
    assert_eq!(ask().bearer_auth("another-token-of-24-000000").send().await.unwrap().status(), 401);
    assert_eq!(ask().bearer_auth(token).send().await.unwrap().status(), 200);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_serves_its_health_and_numbers_and_nothing_else() {
    let settings = vec![("YANSHU_METRICS_LISTEN", "127.0.0.1:0".to_owned())];
    let app = TestApp::start_with(Which::Sqlite, Options { no_worker: true, settings, ..Options::default() }).await;
    let settings = Settings::read(&app.map(), None).unwrap();
    let services = app.another_process().await;
    let worker = serve::start(&settings, services, Parts { web: false, worker: true }).await.unwrap();
    let url = format!("http://{}", worker.address.unwrap());
    for (path, status) in [("/healthz", 200), ("/readyz", 200), ("/", 404), ("/login", 404), ("/api/error-codes", 404)]
    {
        assert_eq!(reqwest::get(format!("{url}{path}")).await.unwrap().status(), status, "{path}");
    }
    assert_eq!(Numbers::of(&url).await.number("yanshu_engine_running", &[]), Some(1.0));
    worker.stop().await;
    assert!(reqwest::get(format!("{url}/healthz")).await.is_err());
    app.finish().await;
}
