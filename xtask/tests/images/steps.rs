//! What a build did, from its plain log: `#7 [deps 1/1] RUN …`, then `#7 CACHED` or `#7 DONE 1.2s`.

use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its stage and its text.
    pub name: String,
    pub cached: bool,
}

pub fn read(log: &str) -> Vec<Step> {
    let mut steps: BTreeMap<u32, Step> = BTreeMap::new();
    for line in log.lines() {
        let Some((number, text)) = line.strip_prefix('#').and_then(|rest| rest.split_once(' ')) else {
            continue;
        };
        let Ok(number) = number.parse() else { continue };
        match steps.get_mut(&number) {
            Some(step) => step.cached |= text == "CACHED",
            None if text.starts_with('[') => {
                let (name, cached) = (text.to_owned(), false);
                steps.insert(number, Step { name, cached });
            }
            None => {}
        }
    }
    steps.into_values().collect()
}
