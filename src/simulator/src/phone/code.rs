//! wx.login on the phone.

use crate::codes::Person;
use crate::openid::random_text;
use crate::simulator::Inner;

/// A fresh login code of a person.
pub(super) fn login_code(inner: &Inner, appid: &str, openid: &str) -> String {
    // As long as real ones.
    let code = format!("0{}", random_text(31));
    inner.codes.add(appid, &code, Person { openid: openid.to_owned(), unionid: None });
    code
}
