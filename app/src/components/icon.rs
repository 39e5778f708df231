//! Icons: 20 × 20, one stroke, the colour of the text.

use leptos::prelude::*;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    Overview,
    Template,
    People,
    Send,
    Notices,
    Chart,
    Settings,
    Phone,
    Check,
    Alert,
    Info,
    Clock,
    Close,
    Plus,
    Search,
    Right,
    External,
    User,
    Leave,
    Sun,
    Moon,
    Globe,
    Menu,
    Archive,
    Key,
}

impl IconName {
    fn path(self) -> &'static str {
        match self {
            Self::Overview => "M3 9.5 10 4l7 5.5V16a1 1 0 0 1-1 1h-3.5v-4.5h-5V17H4a1 1 0 0 1-1-1z",
            Self::Template => "M4 4h12v4H4zM4 11h5v5H4zM12 11h4M12 13.5h4M12 16h4",
            Self::People => {
                "M7.5 9.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5ZM2.5 16.5c0-2.8 2.2-4.5 5-4.5s5 1.7 5 4.5M13 4.3a2.7 2.7 0 0 1 0 5M14.5 12.3c1.9.6 3 2.100 3 4.200"
            }
            Self::Send => "M17 3 9 11M17 3l-5 14-3-6-6-3z",
            Self::Notices => "M4 5h12M4 10h12M4 15h8",
            Self::Chart => "M4 16V9M8.500 16V4M13 16v-5M17 16H3",
            Self::Settings => {
                "M10 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM10 3v2M10 15v2M3 10h2M15 10h2M5 5l1.500 1.500M13.500 13.500 15 15M15 5l-1.500 1.500M6.500 13.500 5 15"
            }
            Self::Phone => "M6.500 3h7a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1ZM9 14.500h2",
            Self::Check => "m4.500 10.500 3.500 3.500 7.500-8",
            Self::Alert => {
                "M10 7v4M10 13.500v.1M9 3.600 2.600 15a1.150 1.150 0 0 0 1 1.700h12.800a1.150 1.150 0 0 0 1-1.700L11 3.600a1.150 1.150 0 0 0-2 0Z"
            }
            Self::Info => "M10 9v5M10 6.500v.1M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z",
            Self::Clock => "M10 6v4l2.500 2M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z",
            Self::Close => "m5 5 10 10M15 5 5 15",
            Self::Plus => "M10 4v12M4 10h12",
            Self::Search => "M9 14.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM13 13l4 4",
            Self::Right => "m8 5 5 5-5 5",
            Self::External => "M8 4H4v12h12v-4M11 3h6v6M17 3l-8 8",
            Self::User => {
                "M10 10a3.250 3.250 0 1 0 0-6.500A3.250 3.250 0 0 0 10 10ZM3.500 17c0-3.200 2.900-5 6.500-5s6.500 1.800 6.500 5"
            }
            Self::Leave => "M8 4H4v12h4M12 6.500l3.500 3.500-3.500 3.500M15 10H8",
            Self::Sun => {
                "M10 13.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM10 2v2M10 16v2M2 10h2M16 10h2M4.300 4.300l1.400 1.400M14.300 14.300l1.400 1.400M15.700 4.300l-1.400 1.400M5.700 14.300l-1.400 1.400"
            }
            Self::Moon => "M16 11.500A6.500 6.500 0 0 1 8.500 4a6.500 6.500 0 1 0 7.500 7.500Z",
            Self::Globe => {
                "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM3 10h14M10 3c2 2 3 4.500 3 7s-1 5-3 7c-2-2-3-4.500-3-7s1-5 3-7Z"
            }
            Self::Menu => "M3 5h14M3 10h14M3 15h14",
            Self::Archive => "M3 4h14v4H3zM4.500 8v8h11V8M8 11h4",
            Self::Key => "M7 13a3.500 3.500 0 1 1 3.300-4.700L17 8.300v3h-2.500v2H12v-2h-1.700A3.500 3.500 0 0 1 7 13Z",
        }
    }
}

/// An icon beside text; screen readers skip it.
#[component]
pub fn Icon(name: IconName) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
            <path d=name.path() fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />
        </svg>
    }
}
