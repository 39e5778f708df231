//! The database away or unwilling while there is work to do.

use crate::support::{ADMIN, TestApp, Which, browser::Visitor, database::has_postgres, openid};
use model::delivery::DeliveryState;
use service::AudienceInput;
use std::{
    process::{Command, Stdio},
    time::Duration,
};

/// The test command leaves a script that stops and starts its PostgreSQL server. Stopping it would hit every other test,
/// so this test runs a server of its own, beside it.
struct OwnServer {
    dir: tempfile::TempDir,
    port: u16,
}

impl OwnServer {
    /// `None` where no server programs are installed; with `CI=true` that is a failure.
    fn start() -> Option<Self> {
        if !has_postgres() {
            return None;
        }
        let dir = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { dir, port };
        server.as_user("chown", &[]);
        server.as_user("initdb", &["-A", "trust", "-U", "yanshu", "--no-sync"]);
        server.up();
        Some(server)
    }

    fn url(&self) -> String {
        format!("postgres://yanshu@127.0.0.1:{}/postgres", self.port)
    }

    fn up(&self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c fsync=off -c unix_socket_directories={}",
            self.port,
            self.dir.path().display()
        );
        self.as_user("pg_ctl", &["-w", "-s", "-l", &self.path("log"), "-o", &options, "start"]);
    }

    fn down(&self) {
        self.as_user("pg_ctl", &["-w", "-s", "-m", "immediate", "stop"]);
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string()
    }

    /// PostgreSQL refuses to run as root: then it runs as `nobody`.
    fn as_user(&self, program: &str, arguments: &[&str]) {
        let root = std::fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0);
        if program == "chown" {
            if root {
                run(Command::new("chown").arg("nobody").arg(self.dir.path()));
            }
            return;
        }
        let mut command = if root {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(binary(program));
            command
        } else {
            Command::new(binary(program))
        };
        run(command.arg("-D").arg(self.path("data")).args(arguments).current_dir(self.dir.path()));
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.down();
    }
}

fn binary(name: &str) -> String {
    let newest = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin").join(name))
        .filter(|path| path.exists())
        .max();
    newest.map_or_else(|| name.to_owned(), |path| path.display().to_string())
}

fn run(command: &mut Command) {
    let output = command
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_gone_for_20_seconds_while_sending_loses_and_doubles_nothing() {
    let Some(server) = OwnServer::start() else { return };
    let settings = vec![("DATABASE_URL", server.url()), ("YANSHU_LEASE_SECS", "60".to_owned())];
    let app = TestApp::start_with(
        Which::Sqlite,
        crate::support::Options { settings, no_worker: false, ..Default::default() },
    )
    .await;
    let (_, template) = app.furnish().await;
    app.people(400, 1).await;
    app.simulator.configure(simulator::Settings { latency_ms: 150, ..Default::default() });
    let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
    app.wait_for(notice, Duration::from_secs(10), |n| n.counts.of(DeliveryState::Sent) > 0).await;
    tokio::task::block_in_place(|| server.down());
    tokio::time::sleep(Duration::from_secs(20)).await;
    tokio::task::block_in_place(|| server.up());
    let done = app.wait(notice).await;
    assert_eq!(done.counts.of(DeliveryState::Sent), 400, "{:?}", done.counts);
    for i in 0..400 {
        assert_eq!(app.simulator.sent_count(&openid(i)), 1);
    }
    app.finish().await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_told_at_start_and_nothing_panics() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("yanshu.db");
    std::fs::write(&file, b"this is no database").unwrap();
    let output = Command::new(crate::support::executable())
        .arg("migrate")
        .env("DATABASE_URL", format!("sqlite://{}", file.display()))
        .env("YANSHU_SECRET_KEY", "11".repeat(32))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(told.contains("DATABASE_URL") && !told.contains("panicked"), "{told}");
}

/// The executable as somebody without rights over the database file: root may write anywhere.
fn as_anybody(argument: &str, file: &std::path::Path) -> std::process::Output {
    let root = std::fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0);
    // Where it was built only its owner may have access.
    let copy = file.with_file_name("yanshu");
    let mut command = if root {
        std::fs::copy(crate::support::executable(), &copy).unwrap();
        let mut command = Command::new("setpriv");
        command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(&copy);
        command
    } else {
        Command::new(crate::support::executable())
    };
    // A start that goes on instead of failing is ended.
    let mut child = command
        .arg(argument)
        .env("DATABASE_URL", format!("sqlite://{}", file.display()))
        .env("YANSHU_SECRET_KEY", "11".repeat(32))
        .env("YANSHU_LISTEN", "127.0.0.1:0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    for _ in 0..300 {
        if child.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(child.kill());
    drop(std::fs::remove_file(copy));
    child.wait_with_output().unwrap()
}

#[test]
fn a_read_only_database_file_is_told_at_start_and_nothing_panics() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("data");
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("yanshu.db");
    let allow = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    };
    allow(dir.path(), 0o755);
    allow(&folder, 0o777);
    let made = as_anybody("migrate", &file);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    // The file alone, then the folder too: a volume mounted read-only.
    for folder_mode in [0o777, 0o555] {
        allow(&file, 0o444);
        allow(&folder, folder_mode);
        for argument in ["serve", "migrate"] {
            let output = as_anybody(argument, &file);
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(1), "{argument} {folder_mode:o}: {told}");
            assert!(told.contains("DATABASE_URL") && !told.contains("panicked"), "{argument} {folder_mode:o}: {told}");
        }
    }
    allow(&folder, 0o755);
}

#[tokio::test]
async fn while_another_program_holds_the_write_lock_pages_are_read_forms_wait_and_sending_goes_on() {
    let app = TestApp::start(Which::Sqlite).await;
    let (_, template) = app.furnish().await;
    app.people(30, 1).await;
    app.simulator.configure(simulator::Settings { latency_ms: 50, ..Default::default() });
    let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
    let form = visitor.get("/subscribers/new").await;
    let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
    // As a careless backup does.
    let path = app.database.url.trim_start_matches("sqlite://").to_owned();
    let mut other = <sqlx::SqliteConnection as sqlx::Connection>::connect(&format!("sqlite://{path}")).await.unwrap();
    sqlx::Executor::execute(&mut other, "BEGIN IMMEDIATE").await.unwrap();
    let until = tokio::time::Instant::now() + Duration::from_secs(2);
    for page in ["/", "/subscribers", "/notices", "/statistics"] {
        let seen = tokio::time::timeout_at(until, visitor.get(page)).await;
        assert_eq!(seen.expect("a page waits for the lock").status, 200, "{page}");
    }
    let id = openid(1_000);
    let fields = [("openid", id.as_str())];
    let unlock = async {
        tokio::time::sleep_until(until).await;
        sqlx::Executor::execute(&mut other, "ROLLBACK").await.unwrap();
    };
    let (seen, ()) = tokio::join!(visitor.fill(&form, "/actions/add-subscriber", &fields), unlock);
    seen.must_show("订阅者已添加");
    let done = app.wait(notice).await;
    assert_eq!(done.counts.of(DeliveryState::Sent), 30);
    app.finish().await;
}

#[test]
fn a_bad_setting_stops_the_start_with_its_name() {
    for (name, value) in [("YANSHU_LISTEN", "everywhere"), ("DATABASE_URL", "mysql://x"), ("YANSHU_LEASE_SECS", "3")] {
        let output = Command::new(crate::support::executable())
            .arg("serve")
            .env("YANSHU_SECRET_KEY", "11".repeat(32))
            .env(name, value)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(name), "{told}");
    }
}
