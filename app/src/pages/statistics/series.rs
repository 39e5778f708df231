//! From the counters' buckets to the bars of a chart.

use super::address;
use crate::charts::Bar;
use model::ids::TemplateId;
use service::BucketCounts;

/// One bar for each day, which leads to the day, or for each hour.
pub(in crate::pages) fn bars(buckets: &[BucketCounts], template: Option<TemplateId>) -> Vec<Bar> {
    buckets.iter().map(|bucket| bar(bucket, template)).collect()
}

fn bar(bucket: &BucketCounts, template: Option<TemplateId>) -> Bar {
    let BucketCounts { date, hour, counts, .. } = *bucket;
    match hour {
        Some(hour) => Bar {
            label: format!("{hour:02}"),
            title: format!("{date} {hour:02}:00–{:02}:00", hour + 1),
            href: None,
            counts,
        },
        None => Bar {
            label: date.strftime("%m-%d").to_string(),
            title: date.to_string(),
            href: Some(address(date, date, template)),
            counts,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::notice::StateCounts;

    #[test]
    fn a_day_leads_to_its_hours_and_an_hour_nowhere() {
        let date = jiff::civil::date(2026, 11, 21);
        let bucket = BucketCounts { from: 0, date, hour: None, counts: StateCounts::default() };
        let day = bar(&bucket, Some(TemplateId(3)));
        assert_eq!((day.label.as_str(), day.title.as_str()), ("11-21", "2026-11-21"));
        assert_eq!(day.href.as_deref(), Some("/statistics?from=2026-11-21&to=2026-11-21&template=3"));
        let hour = bar(&BucketCounts { hour: Some(23), ..bucket }, None);
        assert_eq!((hour.label.as_str(), hour.title.as_str()), ("23", "2026-11-21 23:00–24:00"));
        assert_eq!(hour.href, None);
    }
}
