//! How a connection test travels from the action to the page: in the query string, so that it can be read at leisure
//! and reloaded. It is signed for this browser: nobody else's link can make our page tell an administrator which
//! address to put on the whitelist.

use crate::web::Context;
use model::ids::MiniProgramId;
use service::ConnectionCheck;
use std::net::IpAddr;

/// What a connection test found, as far as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CheckReport {
    /// A token came back.
    Good,
    /// WeChat refused or could not be reached; the adviser knows the code.
    Bad {
        /// WeChat's code or one of ours.
        errcode: i64,
        /// 40164: what to put on the whitelist.
        address: Option<IpAddr>,
        /// WeChat's request id.
        rid: Option<String>,
    },
    /// The stored secret cannot be opened.
    SecretLost,
}

impl CheckReport {
    /// What the page shall show.
    pub(crate) fn of(check: ConnectionCheck) -> Self {
        match check {
            ConnectionCheck::Good => Self::Good,
            ConnectionCheck::Refused { errcode, address, rid, .. } => {
                Self::Bad { errcode, address: address.and_then(|a| a.parse().ok()), rid: rid.filter(|r| is_rid(r)) }
            }
            ConnectionCheck::Unreachable { errcode } => Self::Bad { errcode, address: None, rid: None },
            ConnectionCheck::SecretLost => Self::SecretLost,
        }
    }

    /// The query string of the page.
    pub(crate) fn query(&self, ctx: &Context, id: MiniProgramId) -> String {
        let facts = self.facts();
        let proof = ctx.services.keys().form_token(&ctx.nonce, &statement(id, &facts));
        format!("{facts}&proof={proof}")
    }

    /// Reads the query string; anything that this browser was not told by an action is nothing.
    pub(crate) fn read(ctx: &Context, id: MiniProgramId) -> Option<Self> {
        let report = Self::parse(ctx.query("check")?, ctx.query("address"), ctx.query("rid"))?;
        let said = statement(id, &report.facts());
        ctx.services.keys().form_token_is(&ctx.nonce, &said, ctx.query("proof")?).then_some(report)
    }

    fn facts(&self) -> String {
        match self {
            Self::Good => "check=good".to_owned(),
            Self::SecretLost => "check=lost".to_owned(),
            Self::Bad { errcode, address, rid } => {
                let address = address.map(|a| format!("&address={a}")).unwrap_or_default();
                let rid = rid.as_ref().map(|r| format!("&rid={r}")).unwrap_or_default();
                format!("check={errcode}{address}{rid}")
            }
        }
    }

    fn parse(check: &str, address: Option<&str>, rid: Option<&str>) -> Option<Self> {
        match check {
            "good" => Some(Self::Good),
            "lost" => Some(Self::SecretLost),
            code => Some(Self::Bad {
                errcode: code.parse().ok()?,
                address: address.and_then(|a| a.parse().ok()),
                rid: rid.filter(|r| is_rid(r)).map(str::to_owned),
            }),
        }
    }
}

fn statement(id: MiniProgramId, facts: &str) -> String {
    format!("connection check {id}?{facts}")
}

/// The platform's request ids are hex groups with hyphens.
fn is_rid(rid: &str) -> bool {
    (1..=64).contains(&rid.len()) && rid.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(address: &str, rid: &str) -> CheckReport {
        CheckReport::of(ConnectionCheck::Refused {
            errcode: 40164,
            errmsg: "invalid ip".to_owned(),
            address: Some(address.to_owned()),
            rid: Some(rid.to_owned()),
        })
    }

    #[test]
    fn what_the_action_writes_is_what_the_page_reads() {
        let report = refused("203.0.113.7", "65f0a1b2-1c2d3e4f-0a1b2c3d");
        assert_eq!(report.facts(), "check=40164&address=203.0.113.7&rid=65f0a1b2-1c2d3e4f-0a1b2c3d");
        let read = CheckReport::parse("40164", Some("203.0.113.7"), Some("65f0a1b2-1c2d3e4f-0a1b2c3d"));
        assert_eq!(read, Some(report));
        for report in [CheckReport::Good, CheckReport::SecretLost] {
            let word = report.facts().replace("check=", "");
            assert_eq!(CheckReport::parse(&word, None, None), Some(report));
        }
    }

    #[test]
    fn our_own_codes_are_negative_and_travel_too() {
        let report = CheckReport::of(ConnectionCheck::Unreachable { errcode: -1103 });
        assert_eq!(report.facts(), "check=-1103");
        assert_eq!(CheckReport::parse("-1103", None, None), Some(report));
    }

    #[test]
    fn what_is_no_address_or_request_id_is_left_out() {
        let bare = CheckReport::Bad { errcode: 40164, address: None, rid: None };
        assert_eq!(refused("<script>", "\"><img src=x>"), bare);
        assert_eq!(CheckReport::parse("40164", Some("1.2.3.4'--"), Some(&"a".repeat(65))), Some(bare));
        assert_eq!(CheckReport::parse("1;DROP TABLE users", None, None), None);
        assert_eq!(CheckReport::parse("99999999999999999999", None, None), None);
    }
}
