//! Login codes.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::openid::demo_openid;
use crate::refusal::Refusal;
use crate::sync::lock;

/// Who a login code belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub openid: String,
    pub unionid: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Codes {
    /// By (appid, code). The person is gone once the code was used.
    known: Mutex<HashMap<(String, String), Option<Person>>>,
}

impl Codes {
    pub fn add(&self, appid: &str, code: &str, person: Person) {
        lock(&self.known).insert((appid.to_owned(), code.to_owned()), Some(person));
    }

    /// A code is good once (code2Session). `demo-<name>` is good any number of times, so that a page of instructions
    /// can use it.
    pub fn take(&self, appid: &str, code: &str) -> Result<Person, Refusal> {
        if let Some(person) = lock(&self.known).get_mut(&(appid.to_owned(), code.to_owned())) {
            return person.take().ok_or_else(|| 40163.into());
        }
        let name = code.strip_prefix("demo-").filter(|name| !name.is_empty()).ok_or(40029)?;
        Ok(Person { openid: demo_openid(appid, name), unionid: None })
    }
}

/// Codes of getPhoneNumber.
#[derive(Debug, Default)]
pub(crate) struct PhoneCodes {
    /// By (appid, code). The number is gone once the code was used.
    known: Mutex<HashMap<(String, String), Option<String>>>,
}

impl PhoneCodes {
    pub fn add(&self, appid: &str, code: &str, phone_number: &str) {
        lock(&self.known).insert((appid.to_owned(), code.to_owned()), Some(phone_number.to_owned()));
    }

    /// A code is good once; `demo-<digits>` is good any number of times.
    pub fn take(&self, appid: &str, code: &str) -> Result<String, Refusal> {
        if let Some(number) = lock(&self.known).get_mut(&(appid.to_owned(), code.to_owned())) {
            return number.take().ok_or_else(|| 40029.into());
        }
        let number = code.strip_prefix("demo-").filter(|digits| !digits.is_empty());
        let number = number.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        number.map(str::to_owned).ok_or_else(|| 40029.into())
    }
}
