//! The proxy of the environment. It is read when connections are made and stands for the whole process, so each test runs
//! itself again, as a process of its own with an environment of its own.

use std::process::Command;
use std::sync::atomic::Ordering;

use wechat::CallError;

use crate::raw::{answer, json, serve, serve_kept};
use crate::support::{client, send};

const TARGET: &str = "YANSHU_TEST_TARGET";

/// Runs a test of this program again, behind a proxy that answers everything itself: the first lines that it heard.
async fn behind_proxy(test: &str) -> Vec<String> {
    let (proxy, mut through) = serve(answer("418 Proxy", "", "")).await;
    let (target, _requests) = serve(json(r#"{"errcode":0,"errmsg":"ok"}"#)).await;
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test]).env("HTTP_PROXY", &proxy).env("http_proxy", &proxy);
    command.env("NO_PROXY", "").env("no_proxy", "").env(TARGET, target);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    let mut heard = Vec::new();
    while let Ok(request) = through.try_recv() {
        heard.push(request.lines().next().unwrap().to_owned());
    }
    heard
}

const OUTSIDE: &str = "http://wechat.invalid";

fn is_from_proxy<T>(result: Result<T, CallError>) -> bool {
    matches!(result, Err(CallError::Refused { status: 418 }))
}

#[tokio::test]
async fn a_client_of_the_world_goes_through_the_proxy_and_one_for_this_machine_made_of_it_does_not() {
    let Ok(target) = std::env::var(TARGET) else {
        let through = behind_proxy(
            "proxy::a_client_of_the_world_goes_through_the_proxy_and_one_for_this_machine_made_of_it_does_not",
        );
        let wanted = "POST http://wechat.invalid/cgi-bin/message/subscribe/send?access_token=t HTTP/1.1";
        return assert_eq!(through.await, [wanted, wanted]);
    };
    let world = client(OUTSIDE);
    assert!(is_from_proxy(send(&world, &"t".into(), "somebody").await));
    let local = world.at(&target.parse().unwrap()).unwrap();
    assert!(send(&local, &"t".into(), "somebody").await.is_ok());
    let world = local.at(&OUTSIDE.parse().unwrap()).unwrap();
    assert!(is_from_proxy(send(&world, &"t".into(), "somebody").await));
    assert_eq!(world.base(), OUTSIDE);
}

#[tokio::test]
async fn a_client_for_this_machine_does_not_use_the_proxy_and_one_of_the_world_made_of_it_does() {
    let Ok(target) = std::env::var(TARGET) else {
        let through = behind_proxy(
            "proxy::a_client_for_this_machine_does_not_use_the_proxy_and_one_of_the_world_made_of_it_does",
        );
        let wanted = "POST http://wechat.invalid/proxy/cgi-bin/message/subscribe/send?access_token=t HTTP/1.1";
        return assert_eq!(through.await, [wanted]);
    };
    let local = client(&target);
    assert!(send(&local, &"t".into(), "somebody").await.is_ok());
    let named = target.replace("127.0.0.1", "localhost");
    assert!(send(&local.at(&named.parse().unwrap()).unwrap(), &"t".into(), "somebody").await.is_ok());
    let world = local.at(&format!("{OUTSIDE}/proxy/").parse().unwrap()).unwrap();
    assert!(is_from_proxy(send(&world, &"t".into(), "somebody").await));
}

#[tokio::test]
async fn clients_of_other_paths_of_one_address_share_its_connections() {
    let (base, connections) = serve_kept(r#"{"errcode":0,"errmsg":"ok"}"#).await;
    let first = client(&base);
    let second = first.at(&format!("{base}/proxy").parse().unwrap()).unwrap();
    for client in [&first, &second, &first.clone(), &second] {
        send(client, &"t".into(), "somebody").await.unwrap();
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}
