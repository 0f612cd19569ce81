//! The setting that says which user containers run as.

use super::{keys, settings::required, toml::Table};
use diagnostics::Problem;

/// Whom containers run as. Group id and user id are the same number.
#[derive(Clone, Debug)]
pub struct User {
    /// The name in `/etc/passwd` of the image.
    pub name: String,
    /// The numeric id, for the group too.
    pub uid: u32,
}

impl Default for User {
    fn default() -> Self {
        Self {
            name: "nonroot".into(),
            uid: 10001,
        }
    }
}

impl User {
    /// Reads `user` of the settings; the default where it is not written.
    pub fn read(table: Table<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        let Some(user) = table.table("user", problems) else {
            return Some(Self::default());
        };
        user.reject_unknown(&keys::USER, problems);
        let name = required(user, "name", problems);
        let uid = user.integer("uid", problems)?;
        let name = name?;
        let is_name = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte))
                && text
                    .bytes()
                    .next()
                    .is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        if !is_name(&name.value) {
            problems.push(Problem::error(format!("`{}` is not a user name", name.value)).at(name.place));
            return None;
        }
        match u32::try_from(uid.value) {
            Ok(number) if number > 0 => Some(Self {
                name: name.value,
                uid: number,
            }),
            Ok(_) | Err(_) => {
                problems.push(
                    Problem::error(format!("user id {} is not allowed", uid.value))
                        .at(uid.place)
                        .note("images run as a user that is not root"),
                );
                None
            }
        }
    }
}
