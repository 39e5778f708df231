//! A stand-in for `api.weixin.qq.com`, in memory: access tokens, subscribe-message sends with a ledger of grants, template
//! management, login codes, quotas, request ids and message push, plus fault scripts, a phone to play a user on, and logs.
//!
//! It answers on the platform's own paths the way the platform does and is steered from Rust through [`Simulator`], over
//! HTTP under `/sim/`, or by clicking on the page at `/sim/`. It is written from the platform's documentation and from
//! field reports only, and never imports our own client: a misreading there must not be mirrored here.
//!
//! # Beginning
//!
//! ```no_run
//! use simulator::{Account, Callback, Choice, Prompt, Simulator, Template};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let simulator = Simulator::new();
//! simulator.add_account(Account::new("wx0000000000000001", "secret"));
//! simulator.add_template("wx0000000000000001", Template::one_time("t1", "课程提醒", "课程:{{thing1.DATA}}\n"))?;
//! let callback = Callback::plain("http://127.0.0.1:3000/wechat/callback/wx0000000000000001", "token");
//! simulator.set_callback("wx0000000000000001", Some(callback))?;
//!
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! tokio::spawn(simulator.clone().serve(listener, std::future::pending()));
//!
//! // Somebody taps "allow": one grant more, and a popup event to the callback.
//! simulator.hold_pushes(true);
//! simulator.answer_prompt(&Prompt::one("wx0000000000000001", "somebody", "t1", Choice::Accept))?;
//! let pushed = simulator.deliver_pushes().await;
//! assert!(pushed[0].delivered);
//! # Ok(())
//! # }
//! ```
//!
//! # What it does as the platform does
//!
//! * Business errors come with HTTP 200, `text/plain` and a request id, which `openapi/rid/get` explains for seven days.
//!   A chunked POST is answered 412, a wrong method on the newtmpl paths 404 inside the JSON, an unknown path 40066.
//! * The two families of tokens, with their overlap, forced refreshes and limits; 40001, 42001, 40014 and 41001 told apart;
//!   40164, 40243, 40125 and 89503 as an [`Account`]'s circumstances say.
//! * Sends check token, openid, template, grant, data and page in that order, spend one-time grants and leave long-term
//!   ones; 43108 for two at a time, 45168 for a text with 敏感词 in it, 45009 beyond the quota.
//! * The public library, `addtemplate` with its duplicates (200022 with the id there is), a small quota of `gettemplate`,
//!   service cards that are listed and cannot be sent.
//! * Message push in all modes, formats and shapes of [`Callback`], with three attempts of five seconds, duplicates,
//!   random order, delay, failed results, and results that arrive before the send is answered.
//!
//! What the platform does not publish is marked as an assumption where it is decided, for example in
//! [`Simulator::refuse`].
//!
//! # Control paths
//!
//! JSON in and out, camelCase; lists are taken where one thing is. They have no password, so requests that a browser makes
//! on behalf of another site are refused with 403.
//!
//! | path under `/sim/` | what |
//! |---|---|
//! | `GET state` | everything at a glance |
//! | `GET POST accounts` | accounts as [`Account`] |
//! | `GET POST templates`, `POST templates/delete`, `POST templates/ban` | templates of an account |
//! | `POST rotate-secret`, `POST end-tokens`, `POST codes`, `POST phone-codes` | secrets, tokens, login and phone codes |
//! | `GET POST PUT grants` | balances: POST adds, PUT sets |
//! | `GET POST DELETE faults` | the script of [`Fault`]s |
//! | `GET POST PUT settings` | [`Settings`] |
//! | `GET calls`, `GET sends/summary`, `DELETE log` | what came in |
//! | `GET PUT callback?appid=`, `POST callback/verify`, `POST callback/push` | the [`Callback`] of an account |
//! | `GET pushes`, `GET pushes/pending`, `POST pushes/deliver` | pushes: `{"ids":[…]}` makes one attempt of each, `{"all":true}` delivers what waits |
//! | `GET phone`, `GET POST phone/people`, `POST phone/prompt`, `POST phone/settings` | a person's phone |

mod account;
mod answer;
mod callback;
mod calls;
mod codes;
mod control;
mod endpoint;
mod fault;
mod flow;
mod input;
mod library;
mod messages;
mod openid;
mod phone;
mod platform;
mod push;
mod quota;
mod refusal;
mod rids;
mod rules;
mod serve;
mod settings;
mod simulator;
mod subscribers;
mod summary;
mod sync;
mod template;
mod tokens;

pub use account::Account;
pub use callback::{BadCallback, Callback, Format, ListShape, Mode};
pub use calls::Call;
pub use fault::{Action, Fault, Match};
pub use messages::{Line, Message};
pub use openid::demo_openid;
pub use phone::{Choice, Exchange, Person, Phone, PhoneTemplate, Prompt, PromptAnswer, Report};
pub use push::{PendingPush, Pushed, UnknownPush, Verified};
pub use settings::Settings;
pub use simulator::{Grant, Simulator, UnknownAccount};
pub use summary::{Repeat, SendSummary};
pub use template::{EnumValues, Field, Template};
pub use tokens::TokenEnd;
