//! Texts in a page: names of files may hold anything, and nothing of it is markup.

use console::output;

/// A text as it is, in an element or in an attribute with double quotes.
pub fn escaped(text: &str) -> String {
    let text = output::visible(text);
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    // What would be a command to the runner of a workflow, should the page be printed into its log.
    escaped.replace("::", "&#58;:")
}

/// A message: what is between two backticks becomes code.
pub fn marked_up(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped(text);
    }
    let parts = parts.iter().enumerate().map(|(index, part)| {
        if index % 2 == 1 {
            format!("<code>{}</code>", escaped(part))
        } else {
            escaped(part)
        }
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(
            marked_up("`<b>` & \"x\" 'y' \u{202e}"),
            "<code>&lt;b&gt;</code> &amp; &quot;x&quot; &#39;y&#39; \\u{202e}"
        );
        assert_eq!(escaped("x\n::error::y"), "x\n&#58;:error&#58;:y");
        assert_eq!(marked_up("one ` alone <i>"), "one ` alone &lt;i&gt;");
    }
}
