use super::{
    edit::{Edit, apply},
    literal::renamed,
};
use formats::starlark::syntax::Span;

#[test]
fn edits_are_made_together() {
    let edit = |start, end, text: &str| Edit::replace(Span::new(0, start, end), text);
    assert_eq!(
        apply("abcd", &[edit(3, 4, "D"), edit(0, 1, ""), edit(2, 2, "-")]).unwrap(),
        "b-cD"
    );
    assert_eq!(apply("abcd", &[edit(0, 2, ""), edit(1, 3, "")]), None);
    assert_eq!(apply("a\r\nb", &[edit(1, 1, "\nc")]).unwrap(), "a\r\nc\r\nb");
}

#[test]
fn only_whole_names_are_renamed() {
    assert_eq!(
        renamed("'web/web_api/web-admin', web, my_web", "web", "api").unwrap(),
        "'api/web_api/web-admin', api, my_web"
    );
    assert_eq!(renamed("a-b/src/a_b", "a-b", "c-d").unwrap(), "c-d/src/c_d");
    assert_eq!(renamed("webs", "web", "api"), None);
}
