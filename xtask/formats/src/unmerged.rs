/// The first line that git leaves between the two sides of a merge, and where it starts.
pub fn conflict_marker(text: &str) -> Option<(usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').find_map(|line| {
        let start = at;
        at += line.len();
        let is_marker = line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ");
        is_marker.then(|| (start, line.trim_end()))
    })
}
