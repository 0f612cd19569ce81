use proptest::prelude::*;

use super::*;

fn shown(text: &str) -> Vec<String> {
    let variables = BTreeMap::from([("V", "1.2"), ("E", ""), ("L", "x  y"), ("PWD", "/app")]);
    let variables = variables
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let show = |simple: &Simple| {
        let words: Vec<String> = simple
            .words
            .iter()
            .map(|word| format!("{}{}", word.text, if word.is_clear { "" } else { "?" }))
            .collect();
        let mut line = format!("{}{}", if simple.is_conditional { "~" } else { "" }, words.join("|"));
        if let Some(output) = &simple.output {
            line += &format!(" > {}", output.text);
        }
        if let Some(input) = &simple.input {
            line += &format!(" < {}", input[0].text);
        }
        line
    };
    commands(text, &variables)
        .unwrap_or_else(|span| panic!("{text}: {span:?}"))
        .iter()
        .map(show)
        .filter(|line| !line.trim_start_matches('~').starts_with('[') && !line.contains("test|"))
        .collect()
}

#[test]
fn chains_fall_into_commands() {
    for (text, expected) in [
        ("a b && c 'd e' ; f \"$V\"", &["a|b", "c|d e", "f|1.2"][..]),
        ("a=$V b=2; pip install x==$a", &["pip|install|x==1.2"]),
        ("a=$V c; d $a", &["c", "d|$a?"]),
        ("a x==${V:-2} ${W:-3} ${W}", &["a|x==1.2|3|${W}?"]),
        ("export A=3 && echo $A ${A} $B", &["export|A=3", "echo|3|3|$B?"]),
        ("x > out 2>&1 < in | tee -a log # end", &["x > out", "tee|-a|log < x"]),
        ("s=\"@$(date +%s)\" && u \"$s\"", &["u|$s?"]),
        ("apt-get install $L \"$L\" $E z", &["apt-get|install|x|y|x  y|z"]),
        ("a || b; c", &["a", "~b", "c"]),
        ("a || true && c", &["a", "~true", "c"]),
        ("sudo -E x; exec env A=1 y; command -v z", &["x", "y", "command|-v|z"]),
        ("a \\\n  b \\\n && c", &["a|b", "c"]),
        ("cat <<EOF > f\nif (\nEOF\nb", &["cat > f", "b"]),
        ("{ a; b; } && (c; d) | e", &["a", "b", "c", "d", "e"]),
        ("cat r | xargs -n 1 pip install", &["cat|r", "pip|install|? < cat"]),
        ("f() { a $V; }; f && f", &["a|1.2", "a|1.2"]),
        ("a $@; for x in \"$@\"; do b $x; done", &["a|$@?", "~b|$x?"]),
        ("a '' b \"\"", &["a||b|"]),
        ("A=1 B=2", &[]),
        ("", &[]),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn known_conditions_choose_the_branch() {
    for (text, expected) in [
        ("if [ $V = 1 ]; then a; else b; fi; c", &["b", "c"][..]),
        ("if [ \"$V\" = \"1.2\" ]; then a; else b; fi; c", &["a", "c"]),
        ("if [ \"$U\" = 1 ]; then a; else b; fi; c", &["~a", "~b", "c"]),
        (
            "if [ -z \"$E\" ]\nthen\n a\nelif [ 1 -eq 1 ]; then b\nelse c\nfi",
            &["a"],
        ),
        ("if [[ $V == 1.* && -n \"$V\" ]]; then a; fi", &["a"]),
        ("if ! test \"$V\" != 2; then a; else b; fi", &["b"]),
        ("[ $V = 2 ] && a || b", &["b"]),
        ("[ $V = 1.2 ] && a; [ $U ] && b", &["a", "~b"]),
        ("case $V in 2|3) a;; 1.*) b;; *) c;; esac; d", &["b", "d"]),
        ("case \"$U\" in 1) a ;; *) b ;; esac", &["~a", "~b"]),
        (
            "for i in 1 2; do pip install $i; done",
            &["pip|install|1", "pip|install|2"],
        ),
        ("for i in $U; do a $i; done", &["~a|$i?"]),
        ("while read x; do a; done", &["read|x", "~a"]),
        ("a=$(x) ; if [ \"$a\" ]; then A=1; else A=2; fi; b $A", &["b|$A?"]),
        ("if [ $V = 1 ]; then A=1; else A=2; fi; b $A", &["b|2"]),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn folders_and_environments_are_followed() {
    let mut seen = Vec::new();
    let mut variables = BTreeMap::from([
        ("PWD".to_owned(), "/app".to_owned()),
        ("PATH".to_owned(), "/bin".to_owned()),
    ]);
    let text = "cd x; a; (cd ..; b); . ../v/bin/activate; c; cd $U; d";
    walk(text, &mut variables, &mut |simple, variables| {
        let value = |name: &str| variables.get(name).map_or("?", String::as_str).to_owned();
        seen.push(format!("{} {} {}", simple.words[0].text, value("PWD"), value("PATH")));
    })
    .unwrap();
    seen.retain(|line| !line.starts_with("cd") && !line.starts_with('.'));
    assert_eq!(
        seen,
        [
            "a /app/x /bin",
            "b /app /bin",
            "c /app/x /app/v/bin:/bin",
            "d ? /app/v/bin:/bin"
        ]
    );
}

#[test]
fn what_is_no_shell_text_is_refused() {
    for text in [
        "a 'b",
        "a $(b",
        "if a; then b",
        "a; fi",
        "for x in 1; do",
        "case a in b) c",
        "( a",
        "a )",
    ] {
        commands(text, &BTreeMap::new()).unwrap_err();
    }
    commands(&"(".repeat(100_000), &BTreeMap::new()).unwrap_err();
    let nested = "for i in 1 2 3 4 5 6 7 8 9 0; do ".repeat(9) + "a" + &"; done".repeat(9);
    commands(&nested, &BTreeMap::new()).unwrap_err();
}

proptest! {
    #[test]
    fn no_text_panics(text in "[a-z $(){}<>|&;'\"`\\\\\n=#ä0-9]*") {
        let _ = commands(&text, &BTreeMap::new());
    }

    #[test]
    fn no_sequence_of_pieces_panics(pieces in prop::collection::vec(prop::sample::select(vec![
        "if ", "then ", "else ", "elif ", "fi", ";", ";;", "\n", "case ", "in ", "esac", ") ", "( ", "{ ", "}", "for ", "do ", "done",
        "while ", "a ", "$A ", "${A:-", "\"", "'", "`", "$(", "<<E", "E\n", "> ", "| ", "&& ", "|| ", "! ", "[ ", "] ", "A=1 ", "cd ",
        "f() ", "f ", "xargs ", "env ", "\\", "ä",
    ]), 0..32)) {
        let _ = commands(&pieces.concat(), &BTreeMap::from([("A".to_owned(), " x  y ".to_owned())]));
    }
}

#[test]
fn what_no_shell_reads_is_refused() {
    for text in [
        "(a && b",
        "if a; then b",
        "a 'b",
        "for x in y; do z",
        "a && b)",
        "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> c\n",
        "if a; do b; fi",
        "done",
    ] {
        assert!(refused(text).is_some(), "{text}");
    }
    for text in [
        "(a && b)",
        "if a; then b; fi",
        "x=(a b)",
        "while ((i < 3)); do a; done",
        "[[ a =~ (b ]]",
        "cat <<EOF\nif (\nEOF\n",
        "echo `a \\`b\\``",
        "case a in (b) c;; esac",
        "a <(b)",
        "a $(b \"c (d)\" | tr -d \"[']\")/e",
        "",
    ] {
        assert_eq!(refused(text), None, "{text}");
    }
}
