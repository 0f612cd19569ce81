//! The allow-list ignore files that are drawn beside the Dockerfiles, read as Docker reads them.

/// What an ignore file lets into the build context.
pub struct AllowList {
    allowed: Vec<String>,
}

impl AllowList {
    /// Understands just what is drawn: `*`, then paths that are let in, then patterns of caches.
    pub fn read(text: &str) -> Self {
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines.first(), Some(&"*"));
        let known = ["*", "**/__pycache__", "**/*.py[co]", "**/node_modules", "**/dist"];
        let others = lines.iter().filter(|line| !known.contains(line));
        let allowed = others.map(|line| line.strip_prefix('!').unwrap_or_else(|| panic!("{line}")).to_owned());
        Self {
            allowed: allowed.collect(),
        }
    }

    pub fn lets_in(&self, path: &str) -> bool {
        let is_cache = path.contains("__pycache__/") || path.ends_with(".pyc") || path.ends_with(".pyo");
        let is_under = |allowed: &String| path == allowed || path.starts_with(&format!("{allowed}/"));
        !is_cache && self.allowed.iter().any(is_under)
    }
}
