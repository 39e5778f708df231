//! The address that WeChat pushes to, and whether it can get there.

use crate::web::Context;
use axum::http::Uri;
use leptos::prelude::*;
use model::mini_program::MiniProgram;
use std::net::IpAddr;

/// What is pasted into WeChat's console.
pub(in super::super) fn callback_url(ctx: &Context, program: &MiniProgram) -> String {
    format!("{}/wechat/callback/{}", ctx.public_url, program.settings.appid)
}

/// Whether WeChat can get there, as far as the address tells. It takes http on port 80 and https on port 443 only
/// (message-push page).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Nothing speaks against it.
    Good,
    /// A name or address that exists here only.
    Local,
    /// A port that WeChat does not go to.
    Port(u16),
    /// No http or https address.
    Strange,
}

fn reach(url: &str) -> Reach {
    let Ok(uri) = url.parse::<Uri>() else { return Reach::Strange };
    let usual = match uri.scheme_str() {
        Some("http") => 80,
        Some("https") => 443,
        _ => return Reach::Strange,
    };
    match (uri.host(), uri.port_u16()) {
        (None, _) => Reach::Strange,
        (Some(host), _) if is_local(host) => Reach::Local,
        (_, Some(port)) if port != usual => Reach::Port(port),
        _ => Reach::Good,
    }
}

fn is_local(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    match host.parse() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local(),
        Err(_) => {
            let ends = [".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test"];
            !host.contains('.') || ends.iter().any(|end| host.ends_with(end))
        }
    }
}

/// What to do where WeChat cannot get there.
pub(super) fn warning(ctx: &Context) -> Option<AnyView> {
    let text = match reach(&ctx.public_url) {
        Reach::Good => return None,
        Reach::Local => ctx
            .t(
                "这个地址只有本机或内网能访问，微信访问不到。请给服务配置公网域名，并把它写进 YANSHU_PUBLIC_URL。",
                "This address exists on this machine or network only; WeChat cannot get there. Give the service a public host name and set YANSHU_PUBLIC_URL to it.",
            )
            .to_owned(),
        Reach::Port(port) => ctx
            .t(
                "微信只访问 80（http）和 443（https）端口，这个地址用的是 {port}。请用反向代理转发，并修改 YANSHU_PUBLIC_URL。",
                "WeChat goes to port 80 (http) and 443 (https) only, and this address has {port}. Put a proxy in front and change YANSHU_PUBLIC_URL.",
            )
            .replace("{port}", &port.to_string()),
        Reach::Strange => ctx
            .t(
                "对外地址不是完整的 http 或 https 地址，请检查 YANSHU_PUBLIC_URL。",
                "The public address is no whole http or https address; check YANSHU_PUBLIC_URL.",
            )
            .to_owned(),
    };
    let simulated = ctx.simulator.is_some().then(|| {
        let text = ctx.t(
            "演示里的微信模拟器没有这个限制，可以直接使用。",
            "The demo's simulator has no such limit; it can be used as it is.",
        );
        view! { <p>{text.to_owned()}</p> }
    });
    Some(view! { <div class="notice-box warn"><p>{text}</p> {simulated}</div> }.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wechat_goes_to_the_usual_ports_of_public_hosts_only() {
        for good in
            ["https://push.example.com", "http://push.example.com", "https://a.cn:443/x", "http://203.0.113.7:80"]
        {
            assert_eq!(reach(good), Reach::Good, "{good}");
        }
        for local in [
            "http://localhost:3000",
            "http://127.0.0.1",
            "https://192.168.1.5",
            "http://10.0.0.1:80",
            "http://[::1]:3000",
            "https://yanshu",
            "https://nas.local",
            "http://172.16.0.9",
            "http://0.0.0.0:3000",
        ] {
            assert_eq!(reach(local), Reach::Local, "{local}");
        }
        assert_eq!(reach("https://push.example.com:8443"), Reach::Port(8443));
        assert_eq!(reach("http://push.example.com:443"), Reach::Port(443));
        assert_eq!(reach("https://push.example.com:80"), Reach::Port(80));
        for strange in ["ftp://push.example.com", "push.example.com", "", "https://"] {
            assert_eq!(reach(strange), Reach::Strange, "{strange}");
        }
    }
}
