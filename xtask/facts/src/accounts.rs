//! The users that an image knows.

use std::collections::BTreeSet;

use crate::{Twin, twins::Producer};
use diagnostics::Located;

/// A line of /etc/passwd, or what `useradd` makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The name.
    pub name: String,
    /// The number.
    pub number: String,
    /// The home, where that is known.
    pub home: Option<String>,
}

impl Twin<'_> {
    /// The users; of a Dockerfile those that its steps make with a number.
    pub fn accounts(&self) -> Vec<Account> {
        match self.of {
            Producer::File(image) => {
                let users = image.users.iter();
                let account = |(name, number): (&String, &String)| Account {
                    name: name.clone(),
                    number: number.clone(),
                    home: image.homes.get(name).cloned(),
                };
                users.map(account).collect()
            }
            Producer::Built(built) => {
                let account = |account: evidence::built::Account<'_>| Account {
                    name: account.name.to_owned(),
                    number: account.number.to_string(),
                    home: Some(account.home.to_owned()),
                };
                built.accounts().map(account).collect()
            }
        }
    }

    /// The number that a user has, by its name or number. `None` where nothing tells.
    pub fn number_of(&self, user: &str) -> Option<String> {
        if !user.is_empty() && user.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(user.to_owned());
        }
        let account = self.accounts().into_iter().find(|account| account.name == user)?;
        Some(account.number)
    }

    /// The further groups of a user, by the names of both. `None` where nothing tells.
    pub fn groups_of(&self, name: &str) -> Option<BTreeSet<String>> {
        let lines = self.built()?.files.text("/etc/group")?.lines();
        let groups = lines.filter_map(|line| {
            let (group, members) = (line.split(':').next()?, line.split(':').nth(3)?);
            members
                .split(',')
                .any(|member| member == name)
                .then(|| group.to_owned())
        });
        Some(groups.collect())
    }

    /// Users that are named and surely do not exist there.
    pub fn strangers(&self) -> Vec<Located<String>> {
        match self.of {
            Producer::File(image) => image.strangers.clone(),
            Producer::Built(built) => {
                let is_told = built.files.text("/etc/passwd").is_some();
                let name = self.config.user_name();
                let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
                let user = self.config.user.as_ref();
                let user = user.filter(|_| is_told && !is_number && built.account(name).is_none());
                user.map(|user| user.clone().map(|_| name.to_owned()))
                    .into_iter()
                    .collect()
            }
        }
    }
}
