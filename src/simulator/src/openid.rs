//! Openids: what they look like, and the made-up ones for demo login codes.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const LENGTH: usize = 28;

/// The openid that the login code `demo-<name>` belongs to: always the same for one account, another one in another
/// account, as real openids are per person and AppID.
pub fn demo_openid(appid: &str, name: &str) -> String {
    let mut state = fnv(appid.as_bytes()) ^ fnv(name.as_bytes()).rotate_left(32);
    let mut openid = String::from("o");
    while openid.len() < LENGTH {
        openid.push(symbol(splitmix(&mut state)));
    }
    openid
}

/// Whether a text looks like an openid: 28 characters, the first an `o`, in all official samples.
pub(crate) fn is_well_formed(openid: &str) -> bool {
    openid.len() == LENGTH && openid.starts_with('o') && openid.bytes().all(|byte| ALPHABET.contains(&byte))
}

/// A random text in the alphabet of openids and tokens.
pub(crate) fn random_text(length: usize) -> String {
    std::iter::repeat_with(|| symbol(fastrand::u64(..))).take(length).collect()
}

/// FNV-1a, 64 bits: stable across runs and platforms, unlike the standard library's hasher.
pub(crate) fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn symbol(random: u64) -> char {
    char::from(ALPHABET[(random >> 58) as usize])
}

#[cfg(test)]
mod tests {
    use super::{demo_openid, is_well_formed};

    #[test]
    fn a_demo_openid_is_well_formed_stable_and_differs_by_account_and_name() {
        let openid = demo_openid("wx1", "alice");
        assert!(is_well_formed(&openid), "{openid}");
        assert_eq!(openid, demo_openid("wx1", "alice"));
        assert_ne!(openid, demo_openid("wx2", "alice"));
        assert_ne!(openid, demo_openid("wx1", "bob"));
    }
}
