use proptest::prelude::*;

use super::*;
use diagnostics::Place;

fn read(text: &str) -> (Dockerfile, Vec<Problem>) {
    let mut problems = Vec::new();
    let dockerfile = Dockerfile::read(&Source::new("Dockerfile", text), &mut problems);
    (dockerfile, problems)
}

fn written(place: &Place) -> &str {
    match place {
        Place::Text { source, span, .. } => &source.text()[span.clone()],
        Place::File(path) => path,
    }
}

#[test]
fn places_lead_back_through_continuations() {
    let (dockerfile, problems) = read("FROM a AS b\r\nRUN one \\\r\n  # between\r\n\r\n  && two\r\nUSER  me \r\n");
    assert_eq!(problems, []);
    let [run, user] = dockerfile.stages[0].statements.as_slice() else {
        panic!("two instructions")
    };
    assert_eq!(run.lines, (2, 5));
    assert!(matches!(&run.arguments, Arguments::Text(text) if text.value == "one   && two"));
    assert!(matches!(&user.arguments, Arguments::Text(text) if written(&text.place) == "me"));
}

#[test]
fn what_cannot_be_read_is_reported() {
    for (text, message) in [
        ("", "`Dockerfile` has no `FROM`"),
        ("FROM a\nRUNN b", "Docker knows no instruction `RUNN`"),
        ("FROM a AS", "`FROM` takes an image, and a name behind `AS`"),
        ("RUN a\nFROM a", "only `ARG` is allowed before the first `FROM`"),
        ("FROM a\nENV A", "a name and a value have to stand here"),
        ("FROM a\nENV A=1 B", "`B` has no `=`"),
        ("FROM a\nRUN <<E\nx", "the heredoc has no line `E` that ends it"),
        ("# escape=x\nFROM a", "`x` cannot be the escape character"),
        ("# escape=`\n# escape=`\nFROM a", "`escape` is said twice"),
    ] {
        let (_, problems) = read(text);
        let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert!(messages.contains(&message), "{text:?}: {messages:?}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*") {
        read(&text);
    }

    #[test]
    fn no_sequence_of_pieces_panics(pieces in prop::collection::vec(prop::sample::select(vec![
        "FROM ", "a", " AS ", "b", "\n", "\r\n", "\\", "`", "# escape=`\n", "RUN ", "<<E", "<<-'E'", "E\n", "\t", "[\"", "\"]", ",",
        "ENV ", "A=1", "=", "\"", "'", "--mount=", "--", "ONBUILD ", "COPY ", "$A", "${A:-", "}", " ", "ä", "#", "\u{feff}",
    ]), 0..24)) {
        let text = pieces.concat();
        let (dockerfile, problems) = read(&text);
        for problem in &problems {
            for place in &problem.places {
                written(place);
            }
        }
        let _ = expand(&text, dockerfile.escape, &Default::default());
    }
}
