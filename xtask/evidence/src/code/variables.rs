//! Names of environment variables that a source may read.

use std::collections::BTreeSet;

/// What the sources of a package may read of the environment. More may be in here than is read, and nothing that is read is left out
/// but for names that a program makes up.
#[derive(Debug, Default)]
pub struct Variables {
    /// Texts in capitals, as `os.environ["ORDERS_URL"]` has one.
    pub texts: BTreeSet<String>,
    /// The fields of classes in files that speak of settings, in capitals: `orders_url: str`.
    pub fields: BTreeSet<String>,
    /// Parts of names: `RAG_`, to which something is added, and `_URL`, which is added to something.
    pub parts: BTreeSet<String>,
    /// Whether a prefix is put in front of fields.
    pub has_prefix: bool,
}

impl Variables {
    /// Adds what a source has.
    pub fn add(&mut self, text: &str) {
        // One after the other: a search for either looks at each character.
        let quotes = text.match_indices('"').chain(text.match_indices('\''));
        for (at, _) in quotes {
            let rest = text.get(at + 1..).unwrap_or_default();
            let end = rest.bytes().position(|byte| !is_of_a_name(byte)).unwrap_or(rest.len());
            let (name, behind) = rest.split_at(end);
            if name.len() < 3 || !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
                continue;
            }
            if name.ends_with('_') {
                self.parts.insert(name.to_owned());
            } else if behind.starts_with(['"', '\'']) {
                self.texts.insert(name.to_owned());
            }
        }
        for (at, _) in text.match_indices("}_") {
            let rest = text.get(at + 1..).unwrap_or_default();
            let end = rest.bytes().position(|byte| !is_of_a_name(byte)).unwrap_or(rest.len());
            self.parts.insert(rest[..end].to_owned());
        }
        if !text.contains("Settings") {
            return;
        }
        self.has_prefix |= text.contains("env_prefix");
        for line in text.lines() {
            let Some((name, _)) = line
                .trim_start()
                .split_once(':')
                .filter(|_| line.starts_with([' ', '\t']))
            else {
                continue;
            };
            let name = name.trim_end();
            let is_field = name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if is_field {
                self.fields.insert(name.to_ascii_uppercase());
            }
        }
    }

    /// Whether a variable may be read.
    pub fn may_read(&self, variable: &str) -> bool {
        let name = variable.to_ascii_uppercase();
        let is_part = |part: &String| {
            if part.starts_with('_') {
                name.ends_with(part.as_str())
            } else {
                name.starts_with(part.as_str())
            }
        };
        // Of a nested model, a field of each level.
        let is_nested = name.contains("__");
        let is_prefixed = |field: &String| {
            name.strip_suffix(field.as_str())
                .is_some_and(|rest| rest.ends_with('_'))
        };
        self.texts.contains(&name)
            || self.fields.contains(&name)
            || self.parts.iter().any(is_part)
            || is_nested
            || (self.has_prefix && self.fields.iter().any(is_prefixed))
    }
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Variables {
        let mut variables = Variables::default();
        variables.add(text);
        variables
    }

    #[test]
    fn names_are_read_by_texts_fields_and_parts() {
        let environ = read("os.environ['ORDERS_URL']; get(\"LOG_LEVEL\", 'INFO')\n");
        assert!(environ.may_read("ORDERS_URL") && environ.may_read("LOG_LEVEL"));
        assert!(!environ.may_read("ORDERS_API_URL") && !environ.may_read("ORDERS"));
        let fields = read("class A(BaseSettings):\n    orders_url: str = ''\n    other = 1\n");
        assert!(fields.may_read("ORDERS_URL") && fields.may_read("orders_url") && !fields.may_read("RAG_ORDERS_URL"));
        let prefix =
            read("class A(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix=P)\n    url: str\n");
        assert!(prefix.may_read("RAG_URL") && !prefix.may_read("RAG_ADDRESS"));
        let parts = read("x = os.getenv(f'{name}_URL'); y = os.getenv('RAG_' + name)\n");
        assert!(parts.may_read("ORDERS_URL") && parts.may_read("RAG_X") && !parts.may_read("ORDERS_HOST"));
        assert!(!read("orders_url: str\n").may_read("ORDERS_URL"));
    }
}
