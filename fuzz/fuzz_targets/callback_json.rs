//! A signed JSON body in every mode.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::mini_program::CallbackMode;
use yanshu_fuzz::{query, take};

fuzz_target!(|data: &[u8]| {
    let body = [b"{", data].concat();
    for mode in CallbackMode::ALL {
        let _taken_or_refused = take(mode, &query(""), &body);
    }
});
