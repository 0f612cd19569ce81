use std::env;

use super::Index;

/// Who reads and uploads, as the environment says. It is passed on in the environment and never shown.
pub struct Credentials {
    /// For the simple API.
    pub reader: Option<(String, String)>,
    /// Publish as the workflow that runs, by its identity (trusted publishing): GitHub offers one, and nothing else is given.
    pub is_trusted: bool,
    secrets: Vec<String>,
}

impl Credentials {
    /// Uploads take `UV_PUBLISH_USERNAME` and `UV_PUBLISH_PASSWORD`, or `UV_PUBLISH_TOKEN`, as uv does. Reading takes uv's
    /// variables of the named index, or where the host is that of the uploads, the same.
    pub fn of(index: &Index) -> Self {
        let publish = ["UV_PUBLISH_USERNAME", "UV_PUBLISH_PASSWORD", "UV_PUBLISH_TOKEN"].map(said);
        let is_trusted = said("ACTIONS_ID_TOKEN_REQUEST_URL").is_some() && publish.iter().all(Option::is_none);
        let given: Vec<String> = publish.iter().skip(1).flatten().cloned().collect();
        let [username, password, token] = publish;
        let own = index.name.as_ref().and_then(|name| {
            let name = name.to_uppercase().replace('-', "_");
            let variable = |part: &str| said(&format!("UV_INDEX_{name}_{part}"));
            Some((variable("USERNAME")?, variable("PASSWORD").unwrap_or_default()))
        });
        let shared = match (username, token) {
            (Some(username), _) => Some((username, password.unwrap_or_default())),
            (None, Some(token)) => Some((String::from("__token__"), token)),
            (None, None) => None,
        };
        let pairs: Vec<&(String, String)> = own.iter().chain(&shared).collect();
        // An index may repeat what it was sent: `Authorization: Basic …` (RFC 7617).
        let sent = pairs
            .iter()
            .map(|(name, password)| base64(format!("{name}:{password}").as_bytes()));
        let said = pairs.iter().map(|(_, password)| password.clone());
        let mut secrets: Vec<String> = said.chain(given).chain(sent).collect();
        // A short one would also match what is not a secret.
        secrets.retain(|secret| secret.len() > 3);
        Self {
            reader: own.or(shared.filter(|_| authority(&index.simple) == authority(&index.upload))),
            is_trusted,
            secrets,
        }
    }

    /// A text of another program, without what nobody may see.
    pub fn redact(&self, text: &str) -> String {
        let hidden = |text: String, secret: &String| text.replace(secret, "***");
        self.secrets.iter().fold(text.to_owned(), hidden)
    }
}

fn said(variable: &str) -> Option<String> {
    env::var(variable).ok().filter(|text| !text.is_empty())
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = (0..3).fold(0, |number, index| {
            number << 8 | usize::from(chunk.get(index).copied().unwrap_or(0))
        });
        for position in 0..4 {
            let letter = LETTERS.get(number >> (18 - 6 * position) & 63).copied().unwrap_or(b'=');
            text.push(if position > chunk.len() {
                '='
            } else {
                char::from(letter)
            });
        }
    }
    text
}

fn authority(url: &str) -> Option<&str> {
    url.split('/').nth(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
