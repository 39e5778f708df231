//! Which families there are, what they are called and what each says. `docs/metrics.md` lists the same.

use super::Stored;
use crate::engine::{
    meter::{Fate, Meter, ProgramMeter, label},
    pulse::VERSION,
};
use model::{Millis, ids::MiniProgramId};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, MetricEncoder, NoLabelSet},
    metrics::MetricType,
};
use std::{
    fmt,
    sync::{Arc, atomic::Ordering::Relaxed},
};
use store::PoolState;

/// One value with its labels.
type Series<V> = Vec<(Vec<(&'static str, String)>, V)>;
/// Sum, number, buckets.
type Spread = (f64, u64, Vec<(f64, u64)>);

/// Everything at one moment.
#[derive(Debug)]
pub(super) struct Scrape {
    programs: Vec<(MiniProgramId, Arc<ProgramMeter>)>,
    claims: [Spread; 2],
    batches: [Spread; 2],
    running: bool,
    draining: bool,
    pool: PoolState,
    stored: Option<Arc<Stored>>,
    now: Millis,
}

impl Scrape {
    pub(super) fn new(meter: &Meter, pool: PoolState, stored: Option<Arc<Stored>>, now: Millis) -> Self {
        Self {
            programs: meter.programs(),
            claims: [times(&meter.claim_times), sizes(&meter.claim_sizes)],
            batches: [times(&meter.batch_times), sizes(&meter.batch_sizes)],
            running: meter.running.load(Relaxed),
            draining: meter.draining.load(Relaxed),
            pool,
            stored,
            now,
        }
    }

    /// One series for each mini program that this process sends for.
    fn by_program<V>(&self, value: impl Fn(&ProgramMeter) -> V) -> Series<V> {
        self.programs.iter().map(|(id, program)| (vec![of(*id)], value(program))).collect()
    }

    fn outcomes(&self) -> Series<u64> {
        let mut series = Vec::new();
        for (id, program) in &self.programs {
            for fate in Fate::ALL {
                let n = program.fates.get(fate.index()).map_or(0, |n| n.load(Relaxed));
                series.push((vec![of(*id), ("outcome", fate.label().to_owned())], n));
            }
        }
        series
    }

    fn errors(&self) -> Series<u64> {
        let mut series = Vec::new();
        for (id, program) in &self.programs {
            let codes = program.codes.read().into_iter();
            series.extend(codes.map(|(code, n)| (vec![of(*id), ("errcode", label(code))], n)));
        }
        series
    }

    fn counted(&self, out: &mut DescriptorEncoder<'_>) -> fmt::Result {
        counters(out, "yanshu_results", "Leased deliveries that were finished, by outcome", &self.outcomes())?;
        counters(
            out,
            "yanshu_result_errors",
            "Results with an errcode; codes that Yanshu does not know are other",
            &self.errors(),
        )?;
        let calls = self.by_program(|program| {
            let calls = program.calls.read();
            (calls.sum(), calls.count, calls.buckets())
        });
        histograms(
            out,
            "yanshu_call_duration_seconds",
            "How long a delivery's call to WeChat took, with a new token and the second try where there was one",
            &calls,
        )?;
        let under_way = self.by_program(|program| program.under_way.load(Relaxed));
        gauges(out, "yanshu_calls_under_way", "Deliveries being called for now", &under_way)?;
        let [times, sizes] = &self.claims;
        histograms(
            out,
            "yanshu_claim_duration_seconds",
            "How long a claim took in the database",
            &alone(times.clone()),
        )?;
        histograms(out, "yanshu_claim_deliveries", "Deliveries that one claim leased", &alone(sizes.clone()))?;
        let [times, sizes] = &self.batches;
        histograms(
            out,
            "yanshu_batch_duration_seconds",
            "How long storing a batch of results took",
            &alone(times.clone()),
        )?;
        histograms(out, "yanshu_batch_results", "Results in one batch", &alone(sizes.clone()))
    }

    fn process(&self, out: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let version = [("version", VERSION)];
        out.encode_descriptor("yanshu_build", "The version that runs", None, MetricType::Info)?
            .encode_info(&version)?;
        gauges(out, "yanshu_engine_running", "1: this process sends", &alone(i64::from(self.running)))?;
        gauges(
            out,
            "yanshu_engine_draining",
            "1: this process was told to stop and waits for calls under way",
            &alone(i64::from(self.draining)),
        )?;
        let PoolState { open, idle, most } = self.pool;
        let states = [("idle", idle), ("in_use", open.saturating_sub(idle))];
        let pool = states.map(|(state, n)| (vec![("state", state.to_owned())], i64::from(n)));
        gauges(out, "yanshu_database_connections", "Open connections of this process", &pool.into())?;
        gauges(out, "yanshu_database_connections_max", "The most that may be open", &alone(i64::from(most)))
    }

    fn known(&self, out: &mut DescriptorEncoder<'_>) -> fmt::Result {
        gauges(out, "yanshu_database_up", "1: the database answered", &alone(i64::from(self.stored.is_some())))?;
        let Some(stored) = &self.stored else { return Ok(()) };
        gauges(out, "yanshu_workers", "Processes that send, on all machines", &alone(stored.workers))?;
        gauges(
            out,
            "yanshu_callbacks_waiting",
            "Pushes of WeChat that wait for their effect, counted up to 100,000",
            &alone(stored.waiting_events),
        )?;
        let of_all = |value: &dyn Fn(&super::Standing) -> i64| -> Series<i64> {
            stored.programs.iter().map(|(id, standing)| (vec![of(*id)], value(standing))).collect()
        };
        gauges(out, "yanshu_queue_deliveries", "Pending and sending deliveries", &of_all(&|s| s.waiting))?;
        gauges(
            out,
            "yanshu_mini_program_paused",
            "1: sending rests, a quota is used up or the account is in trouble",
            &of_all(&|s| i64::from(s.paused)),
        )?;
        let limits = stored.programs.iter().filter_map(|(id, s)| s.most_per_second.map(|most| (vec![of(*id)], most)));
        let help = "The most calls a second, set by a person or lowered while WeChat is busy; absent: no limit";
        gauges(out, "yanshu_pace_limit", help, &limits.collect())?;
        let due = stored.programs.iter().map(|(id, s)| (vec![of(*id)], seconds(s.oldest_due_ms))).collect();
        gauges(out, "yanshu_queue_oldest_due_seconds", "How long the oldest due delivery waits; 0: none is due", &due)?;
        let tokens = stored.programs.iter().filter_map(|(id, s)| s.token.map(|token| (*id, token)));
        let (ages, left): (Vec<_>, Vec<_>) = tokens
            .map(|(id, (obtained, ends))| {
                ((vec![of(id)], seconds(self.now - obtained)), (vec![of(id)], seconds(ends - self.now)))
            })
            .unzip();
        gauges(out, "yanshu_token_age_seconds", "How long ago the access token was obtained", &ages)?;
        gauges(
            out,
            "yanshu_token_left_seconds",
            "How long the access token is still valid; below 0: it has ended",
            &left,
        )
    }
}

impl Collector for Scrape {
    fn encode(&self, mut out: DescriptorEncoder<'_>) -> fmt::Result {
        self.counted(&mut out)?;
        self.process(&mut out)?;
        self.known(&mut out)
    }
}

fn of(id: MiniProgramId) -> (&'static str, String) {
    ("mini_program", id.to_string())
}

/// A family without labels.
fn alone<V>(value: V) -> Series<V> {
    vec![(Vec::new(), value)]
}

#[expect(clippy::cast_precision_loss, reason = "spans that are shown")]
fn seconds(ms: Millis) -> f64 {
    ms as f64 / 1_000.0
}

fn times(of: &crate::engine::meter::Durations) -> Spread {
    let times = of.read();
    (times.sum(), times.count, times.buckets())
}

#[expect(clippy::cast_precision_loss, reason = "a sum that is shown")]
fn sizes(of: &crate::engine::meter::Sizes) -> Spread {
    let (sum, count, buckets) = of.read();
    (sum as f64, count, buckets)
}

/// Writes a family; one without series is left out.
fn family<V>(
    out: &mut DescriptorEncoder<'_>,
    (name, help, kind): (&str, &str, MetricType),
    series: &Series<V>,
    write: impl Fn(&mut MetricEncoder<'_>, &V) -> fmt::Result,
) -> fmt::Result {
    if series.is_empty() {
        return Ok(());
    }
    let mut metric = out.encode_descriptor(name, help, None, kind)?;
    for (labels, value) in series {
        if labels.is_empty() {
            write(&mut metric, value)?;
        } else {
            write(&mut metric.encode_family(&Labels(labels))?, value)?;
        }
    }
    Ok(())
}

struct Labels<'a>(&'a [(&'static str, String)]);

impl EncodeLabelSet for Labels<'_> {
    fn encode(&self, out: &mut prometheus_client::encoding::LabelSetEncoder<'_>) -> fmt::Result {
        self.0.encode(out)
    }
}

fn counters(out: &mut DescriptorEncoder<'_>, name: &str, help: &str, series: &Series<u64>) -> fmt::Result {
    family(out, (name, help, MetricType::Counter), series, |metric, n| {
        metric.encode_counter::<NoLabelSet, _, u64>(n, None)
    })
}

fn gauges<V: prometheus_client::encoding::EncodeGaugeValue>(
    out: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    series: &Series<V>,
) -> fmt::Result {
    family(out, (name, help, MetricType::Gauge), series, |metric, value| metric.encode_gauge(value))
}

fn histograms(out: &mut DescriptorEncoder<'_>, name: &str, help: &str, series: &Series<Spread>) -> fmt::Result {
    family(out, (name, help, MetricType::Histogram), series, |metric, (sum, count, buckets)| {
        metric.encode_histogram::<NoLabelSet>(*sum, *count, buckets, None)
    })
}
