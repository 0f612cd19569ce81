//! Commands that change a setting of the system, and the file that the setting is in.

use formats::absolute;

/// Where a list of trusted certificates ends up.
const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";
const LOCALES: &str = "/usr/lib/locale/locale-archive";
const TIME_ZONE: &str = "/etc/localtime";

/// The files that a command changes without naming them as other commands do.
pub(super) fn changed<'a>(words: &[&'a str], folder: &'a str) -> impl Iterator<Item = String> + use<'a> {
    let (program, rest) = words.split_first().unwrap_or((&"", &[]));
    let operands: Vec<&'a str> = rest.iter().copied().filter(|word| !word.starts_with('-')).collect();
    let found: Vec<&'a str> = match program.rsplit('/').next().unwrap_or_default() {
        "update-ca-certificates" | "update-ca-trust" => vec![CERTIFICATES],
        "locale-gen" | "localedef" | "update-locale" => vec![LOCALES],
        "dpkg-reconfigure" => {
            let of = |package: &&str| match *package {
                "tzdata" => Some(TIME_ZONE),
                "locales" => Some(LOCALES),
                "ca-certificates" => Some(CERTIFICATES),
                _ => None,
            };
            operands.iter().filter_map(of).collect()
        }
        "setup-timezone" => vec![TIME_ZONE],
        "update-crypto-policies" => vec!["/etc/crypto-policies/config"],
        // Capabilities and files take turns; `-r FILE` takes them away.
        "setcap" if rest.contains(&"-r") => operands,
        "setcap" => operands.into_iter().skip(1).step_by(2).collect(),
        "chmod" => match operands.split_first() {
            Some((mode, files)) if runs_as_owner(mode) => files.to_vec(),
            Some(_) | None => Vec::new(),
        },
        _ => Vec::new(),
    };
    found.into_iter().map(|path| absolute(folder, path))
}

/// Whether whoever starts such a program becomes its owner or group: `u+s`, `4755`.
fn runs_as_owner(mode: &str) -> bool {
    match u32::from_str_radix(mode, 8) {
        Ok(mode) => mode & 0o6000 != 0,
        Err(_) => mode.split(',').any(|part| {
            part.split_once(['+', '='])
                .is_some_and(|(_, given)| given.contains('s'))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_told_by_the_command() {
        for (text, expected) in [
            ("update-ca-certificates --fresh", vec![CERTIFICATES]),
            ("localedef -i de_DE -f UTF-8 de_DE.UTF-8", vec![LOCALES]),
            ("dpkg-reconfigure -f noninteractive tzdata", vec![TIME_ZONE]),
            ("setcap cap_net_bind_service=+ep bin/python", vec!["/v/bin/python"]),
            ("setcap -r /w/python", vec!["/w/python"]),
            ("chmod u+s /w/a", vec!["/w/a"]),
            ("chmod 4755 /w/a", vec!["/w/a"]),
            ("chmod 755 /w/a", vec![]),
            ("chmod -R a+rX /w", vec![]),
            ("echo 1", vec![]),
            ("", vec![]),
        ] {
            let words: Vec<&str> = text.split_whitespace().collect();
            assert_eq!(changed(&words, "/v").collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
