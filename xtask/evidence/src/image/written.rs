//! Files that commands write, for the question whether a step leaves a secret in its layer.

use ::image::Found;

use super::{disk::Disk, stage::State};
use crate::secret::Secret;
use diagnostics::Place;
use formats::shell::Word;
use repo::Root;

/// A file that `echo` or `printf` writes.
#[derive(Clone, Debug)]
pub(super) struct Written {
    path: String,
    /// A `?` stands where only a build can tell.
    text: String,
    place: Place,
}

impl State {
    /// Notes what a command sends to a file.
    pub(super) fn note_written(&mut self, path: &str, words: &[Word], place: &Place) {
        let Some((program, rest)) = words.split_first() else {
            return;
        };
        if !matches!(program.text.rsplit('/').next(), Some("echo" | "printf")) {
            return;
        }
        let texts: Vec<String> = rest.iter().map(shown).collect();
        self.written.push(Written {
            path: path.to_owned(),
            text: texts.join(" ").replace("\\n", "\n"),
            place: place.clone(),
        });
    }

    /// After a step: what it wrote and left is in its layer, whatever a later step removes.
    pub(super) fn give_away(&mut self, root: &Root) {
        for written in std::mem::take(&mut self.written) {
            let is_left = !matches!(self.tree.find(&written.path, &Disk(root)), Found::Nothing);
            let secret = Secret::of_file(&written.path, &written.text, &written.place);
            self.secrets.extend(secret.filter(|_| is_left));
        }
    }
}

/// A word with a `?` for what is not known of it: behind the colon of an address, and at its end.
fn shown(word: &Word) -> String {
    if word.is_clear {
        return word.text.clone();
    }
    let text = word.text.replace(":@", ":?@");
    if text.ends_with(['=', ' ']) || text.is_empty() {
        format!("{text}?")
    } else {
        text
    }
}
