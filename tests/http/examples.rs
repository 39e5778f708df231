//! The examples of the documentation, run as they stand there, where their tool is on the machine.

use crate::{
    business::{Caller, furnish_as_in_the_examples},
    support::{Options, TEMPLATE, TestApp, Which},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use model::{api::Scope, ids::NoticeId};
use ring::hmac;
use serde_json::Value;
use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};
use tempfile::TempDir;

/// Language of the block, file to write it to, program that runs it.
const TOOLS: [(&str, &str, &[&str]); 5] = [
    ("sh", "example.sh", &["sh"]),
    ("python", "example.py", &["python3"]),
    ("js", "example.mjs", &["node"]),
    ("java", "", &["java"]),
    ("go", "example.go", &["go", "run"]),
];

/// The first block of a language in a page.
fn block(page: &str, language: &str) -> String {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page)).unwrap();
    let start = format!("\n```{language}\n");
    let after = text.split(&start).nth(1).unwrap_or_else(|| panic!("{page} has no example in {language}"));
    after.split("\n```").next().unwrap().to_owned()
}

/// A command for an example; `None` where the tool is not here.
fn command(page: &str, (language, file, tool): (&str, &str, &[&str]), dir: &TempDir) -> Option<Command> {
    let there = Command::new("which").arg(tool[0]).stdout(Stdio::null()).status().is_ok_and(|status| status.success());
    if !there {
        eprintln!("skipped: {} is not on this machine", tool[0]);
        return None;
    }
    let code = block(page, language);
    // Java wants the file to be called as its class.
    let class =
        code.split("public class ").nth(1).and_then(|rest| rest.split(' ').next()).map(|name| format!("{name}.java"));
    let file = dir.path().join(if file.is_empty() { class.unwrap() } else { file.to_owned() });
    std::fs::write(&file, code).unwrap();
    let mut command = Command::new(tool[0]);
    command.args(&tool[1..]).arg(file).env("no_proxy", "*").env("NO_PROXY", "*");
    // A JVM without a locale would read the source as ASCII.
    command.env("LC_ALL", "C.UTF-8").env("JAVA_TOOL_OPTIONS", "-Dfile.encoding=UTF-8");
    Some(command)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_examples_of_an_order_send() {
    let app = TestApp::start(Which::Sqlite).await;
    let (program, _) = app.furnish().await;
    let people = app.people(1, 9).await;
    let caller = Caller::new(&app, program, &Scope::ALL).await;
    let dir = tempfile::tempdir().unwrap();
    let mut sent = 0;
    for tool in TOOLS {
        let Some(mut command) = command("api.md", tool, &dir) else { continue };
        command
            .env("YANSHU_URL", &app.url)
            .env("YANSHU_API_KEY", caller.key())
            .env("TEMPLATE_ID", TEMPLATE)
            .env("OPENID", &people[0]);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{}: {said} {wrong}", tool.0);
        let answer: Value = serde_json::from_str(said.trim()).unwrap_or_else(|_| panic!("{}: {said} {wrong}", tool.0));
        assert_eq!(answer["recipients"]["will_send"], 1, "{}", tool.0);
        app.wait(NoticeId(answer["id"].as_i64().unwrap())).await;
        sent += 1;
        assert_eq!(app.simulator.sent_count(&people[0]), sent, "{}", tool.0);
    }
    assert!(sent >= 1);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_example_of_the_reference_page_can_be_run_as_it_stands() {
    let app = TestApp::start_with(Which::Sqlite, Options { no_worker: true, ..Options::default() }).await;
    let (program, _) = app.furnish().await;
    furnish_as_in_the_examples(&app, program).await;
    let caller = Caller::new(&app, program, &Scope::ALL).await;
    let html = reqwest::get(format!("{}/api/docs", app.url)).await.unwrap().text().await.unwrap();
    let blocks: Vec<String> = html
        .split("<pre tabindex=\"0\"><code>")
        .skip(1)
        .map(|rest| rest.split("</code>").next().unwrap())
        .filter(|text| text.starts_with("curl "))
        .map(|text| {
            [("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
                .iter()
                .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
        })
        .collect();
    assert!(blocks.len() >= 10, "{blocks:?}");
    // Twice: whoever copies one and runs it again repeats the same request.
    for block in blocks.iter().chain(&blocks) {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{block} --fail-with-body -sS")]).env("YANSHU_API_KEY", caller.key());
        command.env("no_proxy", "*").env("NO_PROXY", "*");
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{block}: {said} {wrong}");
    }
    let body: Value = caller.get("/notices").await.body;
    assert_eq!(body["items"].as_array().unwrap().len(), 2, "the order of the page and 1234: {body}");
    app.finish().await;
}

#[test]
fn the_examples_of_checking_a_signature_tell_good_from_bad() {
    let dir = tempfile::tempdir().unwrap();
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let body = "{\"type\":\"notice.finished\",\"data\":{\"标题\":\"雁书\"}}";
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().to_string();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &BASE64_STANDARD.decode(&secret[6..]).unwrap());
    let tag = hmac::sign(&key, format!("msg_1.{now}.{body}").as_bytes());
    let good = format!("v1,AAAA v1,{}", BASE64_STANDARD.encode(tag));
    for tool in TOOLS {
        for (signature, body, verdict) in
            [(good.as_str(), body, "good"), (&good, "{}", "bad"), ("v1,AAAA", body, "bad")]
        {
            let Some(mut command) = command("webhooks.md", tool, &dir) else { continue };
            command.args([secret, "msg_1", &now, signature]).stdin(Stdio::piped()).stdout(Stdio::piped());
            let mut child = command.spawn().unwrap();
            child.stdin.take().unwrap().write_all(body.as_bytes()).unwrap();
            let output = child.wait_with_output().unwrap();
            assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), verdict, "{} of {signature}", tool.0);
        }
    }
}
