//! Drills: real worker processes are killed, cut off, starved of disk and lied to about the time while they send, against
//! the simulator in this process. Afterwards the simulator's own log and the database are compared, person by person.
//!
//! A *scenario* furnishes a [`Stage`] (database, platform, people, notices), lets a [`Crew`] of `yanshu worker` processes
//! send, does its harm, and hands everything to the [`Judge`]. What the harm was is chosen by a seeded generator; the moments
//! depend on the machine too, so a seed tells what was tried and does not replay it to the microsecond. What does replay
//! exactly are the [`schedules`].

pub mod clock;
pub mod crew;
pub mod disk;
pub mod judge;
pub mod kill;
pub mod outage;
pub mod place;
pub mod platform;
mod proxy;
pub mod report;
pub mod schedules;
pub mod stage;

pub use crew::Crew;
pub use judge::{Judge, Verdict};
pub use place::{Place, Server};
pub use stage::{Stage, Temper};
