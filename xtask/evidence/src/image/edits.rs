//! What commands change or remove of files that something else has put there.

use super::{settings, stage::State};
use diagnostics::Place;
use formats::{
    absolute,
    shell::{Simple, Variables, Word},
};

/// A change of files where they lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// A file or a folder, absolute.
    pub path: String,
    /// Files of these names below that path, by patterns; the path itself where there are none.
    pub names: Vec<String>,
    /// Whether they are gone afterwards.
    pub removes: bool,
    /// The command as it is written, with single spaces.
    pub command: String,
    /// Where the command is written.
    pub place: Place,
}

impl Edit {
    /// The program that does it.
    pub fn program(&self) -> &str {
        let first = self.command.split(' ').next().unwrap_or_default();
        first.rsplit('/').next().unwrap_or_default()
    }

    /// The same at another path, as a copy brings it there.
    pub(super) fn at(&self, path: String) -> Self {
        Self { path, ..self.clone() }
    }
}

/// A path, the names below it, and whether they are removed.
type Touch = (String, Vec<String>, bool);

/// What of a text of Python changes files.
const CHANGES: [&str; 6] = ["rmtree(", "unlink(", "os.remove(", "write_text(", "write_bytes(", "'w'"];

impl State {
    /// Notes what a command changes or removes.
    pub(super) fn note_edits(&mut self, command: &Simple, variables: &Variables, place: &Place) {
        let written = as_str(&command.words);
        let input = command.input.as_deref().map(as_str).unwrap_or_default();
        let folder = variables.get("PWD").map_or("/", String::as_str);
        let mut found = of_words(&written, &input, folder);
        found.extend(settings::changed(&written, folder).map(|path| (path, Vec::new(), false)));
        if let Some(output) = command.output.as_ref().filter(|output| output.is_clear) {
            found.push((absolute(folder, &output.text), Vec::new(), false));
        }
        let edits = found.into_iter().map(|(path, names, removes)| Edit {
            path,
            names,
            removes,
            command: written.join(" ").split_whitespace().collect::<Vec<_>>().join(" "),
            place: place.clone(),
        });
        self.edits.extend(edits);
    }
}

fn as_str(words: &[Word]) -> Vec<&str> {
    words.iter().map(|word| word.text.as_str()).collect()
}

fn of_words(words: &[&str], input: &[&str], folder: &str) -> Vec<Touch> {
    let Some((program, rest)) = words.split_first() else {
        return Vec::new();
    };
    // `find … | xargs rm`: the shell's reader takes `xargs` off.
    if let Some((find, listed)) = input.split_first()
        && find.rsplit('/').next() == Some("find")
    {
        let call: Vec<&str> = listed.iter().chain(&["-exec"]).chain(words).copied().collect();
        return found(&call, folder);
    }
    let at = |path: &str| absolute(folder, path);
    let changed = |path: &str| (at(path), Vec::new(), false);
    match program.rsplit('/').next().unwrap_or_default() {
        "rm" | "unlink" => operands(rest, &[]).into_iter().map(|path| removed(&at(path))).collect(),
        "tee" => operands(rest, &[]).into_iter().map(changed).collect(),
        "truncate" => operands(rest, &["-s", "-r"]).into_iter().map(changed).collect(),
        "sed" | "perl" if is_in_place(rest) => {
            let has_script = rest.iter().any(|word| matches!(*word, "-e" | "-f" | "-pe" | "-ne"));
            let is_perl_script = rest.iter().any(|word| word.starts_with('-') && word.ends_with('e'));
            let skipped = usize::from(!(has_script || is_perl_script));
            let operands = operands(rest, &["-e", "-f", "-pe", "-ne", "-pie"]);
            operands.into_iter().skip(skipped).map(changed).collect()
        }
        "patch" => {
            let short = rest.iter().position(|word| matches!(*word, "-d" | "--directory"));
            let long = rest.iter().find_map(|word| word.strip_prefix("--directory="));
            let into = long.or_else(|| rest.get(short? + 1).copied()).unwrap_or(".");
            let named = operands(rest, &["-d", "--directory", "-i", "--input", "-p"]);
            // What it changes below a folder, the patch says.
            match named.first() {
                Some(file) => vec![changed(&absolute(&at(into), file))],
                None => vec![(at(into), vec!["*".to_owned()], false)],
            }
        }
        "mv" | "cp" | "install" | "ln" => brought(program, rest, folder),
        "find" => found(rest, folder),
        name if name.starts_with("python") => match rest {
            ["-c", code] | [_, "-c", code] if CHANGES.iter().any(|change| code.contains(change)) => {
                let texts = code.split(['"', '\'']).filter(|text| text.starts_with('/'));
                texts.map(changed).collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// A path that is removed, which may end in a pattern.
fn removed(path: &str) -> Touch {
    match path.rsplit_once('/') {
        Some((folder, name)) if name.contains(['*', '?', '[']) => (folder.to_owned(), vec![name.to_owned()], true),
        _ => (path.to_owned(), Vec::new(), true),
    }
}

fn is_in_place(words: &[&str]) -> bool {
    words.iter().any(|word| {
        word.starts_with("--in-place") || (word.starts_with('-') && !word.starts_with("--") && word.contains('i'))
    })
}

/// Words that are neither options nor values of these options.
fn operands<'a>(words: &[&'a str], with_value: &[&str]) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            word if with_value.contains(&word) => drop(words.next()),
            // Empty is what cannot be told.
            word if word.starts_with('-') || word.is_empty() => {}
            word => found.push(word),
        }
    }
    found
}

/// `mv`, `cp`, `install`, `ln`: what is put somewhere, and with `mv` what is gone.
fn brought(program: &str, words: &[&str], folder: &str) -> Vec<Touch> {
    let operands = operands(words, &["-m", "-o", "-g", "--mode", "--owner", "--group", "-t"]);
    let Some((to, sources)) = operands.split_last() else {
        return Vec::new();
    };
    let name_of = |path: &str| {
        path.trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let mut touched = Vec::new();
    for source in sources {
        let name = name_of(source);
        // `cp -r there/. here` and `there/*`: which names they are cannot be told.
        if !name.contains('*') && name != "." {
            let is_file = name_of(to) == name || name_of(to).contains('.');
            let into = if is_file {
                (*to).to_owned()
            } else {
                format!("{}/{name}", to.trim_end_matches('/'))
            };
            touched.push((absolute(folder, &into), Vec::new(), false));
        }
        if program.ends_with("mv") {
            touched.push(removed(&absolute(folder, source)));
        }
    }
    touched
}

/// What `find` deletes, or lets another program change: files by their names.
fn found(words: &[&str], folder: &str) -> Vec<Touch> {
    let action = words
        .iter()
        .position(|word| matches!(*word, "-exec" | "-execdir" | "-ok"));
    let called = action.map_or(&[][..], |at| &words[at + 1..]);
    let program = called
        .first()
        .and_then(|program| program.rsplit('/').next())
        .unwrap_or_default();
    let removes = words.contains(&"-delete") || matches!(program, "rm" | "unlink");
    let changes = program == "truncate" || (matches!(program, "sed" | "perl") && is_in_place(called));
    // Everything but some names: which ones is not told by names.
    let is_inverse = words.iter().any(|word| matches!(*word, "!" | "-not" | "\\!"));
    if !(removes || changes) || is_inverse {
        return Vec::new();
    }
    let conditions = &words[..action.unwrap_or(words.len())];
    let names = conditions
        .windows(2)
        .filter(|pair| matches!(pair[0], "-name" | "-iname"));
    let names: Vec<String> = names.map(|pair| pair[1].to_owned()).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let paths = conditions.iter().take_while(|word| !word.starts_with(['-', '(', '\\']));
    paths
        .map(|path| (absolute(folder, path), names.clone(), removes))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let commands = formats::shell::commands(text, &Variables::new()).unwrap();
        let all = commands.iter().flat_map(|command| {
            let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
            let input = command
                .input
                .iter()
                .flatten()
                .map(|word| word.text.as_str())
                .collect::<Vec<_>>();
            of_words(&words, &input, "/v")
        });
        all.map(|(path, names, removes)| {
            let how = if removes { "-" } else { "+" };
            format!("{how}{path} {}", names.join(" ")).trim_end().to_owned()
        })
        .collect()
    }

    #[test]
    fn commands_that_change_files_are_known() {
        for (text, expected) in [
            ("sed -i 's/a/b/' x.py /w/y.py", vec!["+/v/x.py", "+/w/y.py"]),
            ("sed -i.bak -e s/a/b/ x.py", vec!["+/v/x.py"]),
            ("perl -pi -e 's/a/b/' x.py", vec!["+/v/x.py"]),
            ("patch -p1 -d /w < p", vec!["+/w *"]),
            ("patch x.py p", vec!["+/v/x.py"]),
            ("truncate -s 0 x.py", vec!["+/v/x.py"]),
            ("rm -rf a /w/*.so", vec!["-/v/a", "-/w *.so"]),
            ("mv a b", vec!["+/v/b/a", "-/v/a"]),
            ("cp x.py /w/y.py", vec!["+/w/y.py"]),
            ("cp -r src/lib /w/", vec!["+/w/lib"]),
            ("install -m 644 x.py /w/x.py", vec!["+/w/x.py"]),
            ("find /w -name '*.so' -delete", vec!["-/w *.so"]),
            (
                "find /w a -name x -o -name y -exec rm -r {} +",
                vec!["-/w x y", "-/v/a x y"],
            ),
            ("find /w -name x.py -exec sed -i s/a/b/ {} +", vec!["+/w x.py"]),
            ("find /w -name x.py | xargs -r rm -f", vec!["-/w x.py"]),
            ("python3 -c 'import shutil; shutil.rmtree(\"/w/a\")'", vec!["+/w/a"]),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn others_are_left_alone() {
        for text in [
            "sed s/a/b/ x.py",
            "perl -e 'print 1' x.py",
            "cp -r a/. /w/",
            "cp a/* /w/",
            "find /w -name '*.so' -exec strip {} +",
            "find /w ! -name '*.so' -delete",
            "find /w -type d -empty -delete",
            "ls | xargs rm",
            "python3 -c 'print(\"/w\")'",
            "chmod -R go=rX /w",
        ] {
            assert_eq!(told(text), Vec::<String>::new(), "{text}");
        }
    }
}
