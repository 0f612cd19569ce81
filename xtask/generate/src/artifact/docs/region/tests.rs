use proptest::prelude::*;

use super::*;

fn draw(fragment: Fragment) -> String {
    format!("| {} |\n", fragment.name())
}

fn result(text: &str) -> Result<String, Vec<String>> {
    let problems = |found: Vec<Problem>| found.into_iter().map(|problem| problem.message).collect();
    replaced(&Source::new("README.md", text), draw).map_err(problems)
}

#[test]
fn a_region_is_drawn_and_drawn_again() {
    let text = "# a\n<!-- xtask:libs -->\nold\n<!-- /xtask:libs -->\nend";
    let drawn = "# a\n<!-- xtask:libs -->\n\n| libs |\n\n<!-- /xtask:libs -->\nend";
    assert_eq!(result(text).unwrap(), drawn);
    assert_eq!(result(drawn).unwrap(), drawn);
}

#[test]
fn line_ends_are_those_of_the_file() {
    let text = "<!-- xtask:libs -->\r\n<!-- /xtask:libs -->\r\n";
    assert_eq!(
        result(text).unwrap(),
        "<!-- xtask:libs -->\r\n\r\n| libs |\r\n\r\n<!-- /xtask:libs -->\r\n"
    );
}

#[test]
fn code_is_about_markers_and_has_none() {
    for text in [
        "```\n<!-- xtask:libs -->\n```\n",
        "~~~~md\n```\n<!-- xtask:libs -->\n~~~~\n",
        "write `<!-- xtask:libs -->` there\n",
    ] {
        assert_eq!(result(text).unwrap(), text);
    }
}

#[test]
fn broken_markers_are_problems() {
    for (text, message) in [
        ("<!-- xtask:libs -->\n", "the region `libs` is not closed"),
        ("<!-- /xtask:libs -->\n", "no region `libs` is open here"),
        (
            "<!-- xtask:nope -->\n<!-- /xtask:nope -->\n",
            "region `nope` does not exist",
        ),
        ("a <!-- xtask:libs -->\n", "a region marker needs a line of its own"),
        ("<!-- xtask:li bs -->\n", "a region marker needs a line of its own"),
        (
            "<!-- xtask:libs -->\n<!-- /xtask:rules -->\n",
            "the region `libs` is closed as `rules`",
        ),
        (
            "<!-- xtask:libs -->\n<!-- xtask:rules -->\n<!-- /xtask:libs -->\n",
            "the region `rules` begins inside of the region `libs`",
        ),
        (
            "<!-- xtask:libs -->\n<!-- /xtask:libs -->\n<!-- xtask:libs -->\n<!-- /xtask:libs -->\n",
            "the region `libs` is here twice",
        ),
    ] {
        assert_eq!(result(text), Err(vec![message.to_owned()]), "{text}");
    }
}

/// A text without markers, and at most one region of each name in any order.
fn pieces() -> impl Strategy<Value = Vec<(String, Option<(Fragment, String)>)>> {
    let text = prop::collection::vec("[a-z#|\\- \r\t<>!äß]{0,12}\n", 0..5).prop_map(|lines| lines.concat());
    let names = prop::sample::subsequence(Fragment::ALL.to_vec(), 0..=Fragment::ALL.len()).prop_shuffle();
    let inside = prop::collection::vec("[a-z`|\\-]{0,8}\n", 0..4).prop_map(|lines| lines.concat());
    names.prop_flat_map(move |names| {
        let pieces: Vec<_> = names
            .into_iter()
            .map(|name| (text.clone(), inside.clone().prop_map(move |old| Some((name, old)))))
            .collect();
        (pieces, text.clone()).prop_map(|(mut pieces, last)| {
            pieces.push((last, None));
            pieces
        })
    })
}

fn whole(pieces: &[(String, Option<(Fragment, String)>)], inside: impl Fn(Fragment, &str) -> String) -> String {
    let regions = pieces.iter().map(|(text, region)| {
        let region = region.as_ref().map_or(String::new(), |(fragment, old)| {
            let name = fragment.name();
            format!(
                "<!-- xtask:{name} -->\n{}<!-- /xtask:{name} -->\n",
                inside(*fragment, old)
            )
        });
        format!("{text}{region}")
    });
    regions.collect()
}

proptest! {
    #[test]
    fn bytes_outside_of_regions_stay(pieces in pieces()) {
        let before = whole(&pieces, |_, old| old.to_owned());
        let after = whole(&pieces, |fragment, _| format!("\n{}\n", draw(fragment)));
        prop_assert_eq!(result(&before), Ok(after.clone()));
        prop_assert_eq!(result(&after), Ok(after));
    }

    #[test]
    fn no_text_panics(text in "([<!\\-/>`~\r\n a-z:]|xtask:libs|<!-- xtask:libs -->\n|<!-- /xtask:libs -->\n|```\n){0,40}") {
        let _ = result(&text);
    }
}
