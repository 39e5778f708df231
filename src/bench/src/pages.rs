//! Pages over a large database, asked for one after the other by somebody who has signed in.

use anyhow::{Context as _, Result, ensure};
use jiff::{ToSpan as _, Zoned};
use model::ids::NoticeId;

use crate::{
    console::Console,
    database::{Database, Kind},
    generate::{self, History, REMARKED},
    platform::openid,
    report::{Figure, Report, Target},
    sends::Setting,
    stats::Sample,
    visitor::Visitor,
    world::{ADMINISTRATOR, World},
};

/// Requests before those that count.
const WARM_UP: usize = 5;
/// Templates of the small notices.
const TEMPLATES: i64 = 4;
/// Days of the statistics.
const DAYS: i64 = 90;

/// How much is made and asked.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Subscribers.
    pub subscribers: i64,
    /// Deliveries.
    pub deliveries: i64,
    /// Requests of each page.
    pub requests: usize,
}

/// Measures on every database.
///
/// # Errors
/// When a page is not what was asked for.
pub async fn measure(setting: Setting<'_>, size: Size, report: &mut Report) -> Result<()> {
    for kind in setting.kinds() {
        let world = World::furnish(Database::make(kind, setting, "pages").await?, "wxbe00000000000009", None).await?;
        let made = fill(&world, size).await?;
        report.say(&format!("{} deliveries are there on {}", made.deliveries, kind.name()));
        let console = Console::start(setting, &world).await?;
        let visitor = Visitor::sign_in(&console.base, ADMINISTRATOR).await?;
        let section = format!("Pages at {} deliveries, {} subscribers", made.deliveries, size.subscribers);
        for page in pages(&made, size.subscribers) {
            ask(&visitor, &page, kind, size.requests, &section, report).await?;
        }
        console.stop().await?;
        world.remove().await?;
    }
    Ok(())
}

/// What the pages are about.
#[derive(Debug)]
pub struct Made {
    first: i64,
    large: Vec<NoticeId>,
    /// Deliveries altogether.
    pub deliveries: i64,
}

/// Fills a database with people and three months of notices.
///
/// # Errors
/// What the database says.
pub async fn fill(world: &World, size: Size) -> Result<Made> {
    let now = world.services.now();
    let mut templates = Vec::new();
    for i in 0..TEMPLATES {
        templates
            .push(world.add_template(&format!("TmplPages{i}23456789abcdefghijklmnopqrstuvwxyz0"), "one_time").await?);
    }
    let long_term = world.add_template("TmplPagesL23456789abcdefghijklmnopqrstuvwxyz0", "long_term").await?;
    let mut db = world.database.connect().await?;
    let first = generate::people(&mut db, world.program, size.subscribers, now).await?;
    let people = first..first + size.subscribers;
    generate::grants(&mut db, long_term, people.clone(), 1, now).await?;
    let part = size.subscribers / TEMPLATES;
    for (i, &template) in (0..).zip(&templates) {
        generate::grants(&mut db, template, first + i * part..first + (i + 1) * part, 1, now).await?;
    }
    let deliveries = size.deliveries;
    let history = History { program: world.program, long_term, one_time: templates, people, deliveries, now };
    let notices = history.write(&mut db).await?;
    db.close().await?;
    Ok(Made { first, large: notices.large, deliveries: notices.deliveries })
}

/// One kind of page: its name and the address of its n-th request.
struct Page {
    key: &'static str,
    name: &'static str,
    path: Box<dyn Fn(i64) -> String + Send + Sync>,
    /// What stands on it.
    holds: Box<dyn Fn(i64) -> String + Send + Sync>,
}

fn pages(made: &Made, people: i64) -> Vec<Page> {
    let page = |key, name, path: Box<dyn Fn(i64) -> String + Send + Sync>| Page {
        key,
        name,
        path,
        holds: Box::new(|_| "</html>".to_owned()),
    };
    // Of the later half, whose remarks are no beginnings of one another.
    let someone = move |i: i64| people - 1 - (i * 7_919 + 13) % (people / 2).max(1);
    let remarked = move |i: i64| someone(i) / REMARKED * REMARKED;
    let (first, large) = (made.first, made.large.clone());
    let notice = move |i: i64| large[usize::try_from(i).unwrap_or_default() % large.len()];
    let other = notice.clone();
    let today = Zoned::now().date();
    let from = today.saturating_sub((DAYS - 1).days());
    let mut all = vec![
        page("overview", "overview", Box::new(|_| "/".to_owned())),
        page("statistics", "statistics over 90 days", Box::new(move |_| format!("/statistics?from={from}&to={today}"))),
        page("list", "subscriber list", Box::new(|_| "/subscribers".to_owned())),
        page(
            "list_after",
            "subscriber list, further down",
            Box::new(move |i| format!("/subscribers?after={}", first + someone(i))),
        ),
        page(
            "search",
            "subscriber search by openid",
            Box::new(move |i| format!("/subscribers?q={}", openid(someone(i)))),
        ),
        page(
            "search_remark",
            "subscriber search by remark",
            Box::new(move |i| format!("/subscribers?q=%E6%9D%91%E6%B0%91%20{}", remarked(i))),
        ),
        page("search_none", "subscriber search that finds nobody", Box::new(|i| format!("/subscribers?q=nobody{i}"))),
        page(
            "errors",
            "deliveries of a notice by error code",
            Box::new(move |i| format!("/notices/{}?code=40003", notice(i))),
        ),
        page(
            "failed",
            "deliveries of a notice that failed",
            Box::new(move |i| format!("/notices/{}?state=fail", other(i))),
        ),
        page("subscriber", "a subscriber's page", Box::new(move |i| format!("/subscribers/{}", first + someone(i)))),
    ];
    for page in &mut all {
        match page.key {
            "search" | "subscriber" => page.holds = Box::new(move |i| openid(someone(i))),
            "search_remark" => page.holds = Box::new(move |i| openid(remarked(i))),
            "errors" => page.holds = Box::new(|_| "40003".to_owned()),
            _ => {}
        }
    }
    all
}

async fn ask(
    visitor: &Visitor,
    page: &Page,
    kind: Kind,
    requests: usize,
    section: &str,
    report: &mut Report,
) -> Result<()> {
    let mut times = Vec::new();
    for i in (0..).take(WARM_UP + requests) {
        let path = (page.path)(i);
        let (html, took) = visitor.page(&path).await.with_context(|| page.name)?;
        ensure!(html.contains(&(page.holds)(i)), "{path} does not show {}", (page.holds)(i));
        times.push(took.as_secs_f64() * 1000.0);
    }
    let sample = Sample::new(times.split_off(WARM_UP));
    for percent in [50, 95, 99] {
        let key = format!("pages.{}.{}.p{percent}", kind.key(), page.key);
        let name = format!("{} on {}, p{percent}", page.name, kind.name());
        let figure = Figure::once(&key, section, &name, "ms", sample.percentile(percent));
        report.add(if percent == 95 { figure.should(Target::at_most(50.0)) } else { figure });
    }
    Ok(())
}
