//! What is in a folder of a tree, by name. Trees share folders, and a step that puts something into a shared one copies it: so a large
//! folder is kept in parts, of which one is copied.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use super::Node;

type Part = BTreeMap<Box<str>, Arc<Node>>;

/// The nodes of a folder.
#[derive(Clone, Debug)]
pub(super) struct Children {
    /// One, or [`PARTS`] by the hash of the name.
    parts: Vec<Arc<Part>>,
    count: usize,
}

/// As many as one part holds before it is divided.
const MOST: usize = 128;
const PARTS: usize = 128;

impl Default for Children {
    fn default() -> Self {
        Self {
            parts: vec![Arc::default()],
            count: 0,
        }
    }
}

impl Children {
    pub fn get(&self, name: &str) -> Option<&Arc<Node>> {
        self.parts[self.part(name)].get(name)
    }

    /// The node of a name, which is made where there is none.
    pub fn entry(&mut self, name: &str) -> &mut Arc<Node> {
        let is_new = self.get(name).is_none();
        if is_new {
            self.count += 1;
            self.divide();
        }
        let part = self.part(name);
        Arc::make_mut(&mut self.parts[part]).entry(name.into()).or_default()
    }

    pub fn insert(&mut self, name: &str, node: Arc<Node>) {
        *self.entry(name) = node;
    }

    pub fn remove(&mut self, name: &str) {
        let part = self.part(name);
        if Arc::make_mut(&mut self.parts[part]).remove(name).is_some() {
            self.count -= 1;
        }
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    pub fn values(&self) -> impl Iterator<Item = &Arc<Node>> {
        self.parts.iter().flat_map(|part| part.values())
    }

    /// In any order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().flat_map(|part| part.keys().map(|name| &**name))
    }

    /// In the order of the names.
    pub fn sorted(&self) -> Vec<(&str, &Arc<Node>)> {
        let all = self.parts.iter().flat_map(|part| part.iter());
        let mut all: Vec<_> = all.map(|(name, node)| (&**name, node)).collect();
        if self.parts.len() > 1 {
            all.sort_unstable_by_key(|(name, _)| *name);
        }
        all
    }

    fn part(&self, name: &str) -> usize {
        if self.parts.len() == 1 {
            return 0;
        }
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        (hasher.finish() % PARTS as u64) as usize
    }

    fn divide(&mut self) {
        if self.parts.len() > 1 || self.count <= MOST {
            return;
        }
        let whole = std::mem::take(&mut self.parts);
        self.parts = vec![Arc::default(); PARTS];
        for (name, node) in whole.iter().flat_map(|part| part.iter()) {
            let part = self.part(name);
            Arc::make_mut(&mut self.parts[part]).insert(name.clone(), node.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Children;

    #[test]
    fn large_folders_hold_what_small_ones_do() {
        let mut children = Children::default();
        let names: Vec<String> = (0..1000).map(|number| format!("n{number:04}")).collect();
        for name in names.iter().rev() {
            children.entry(name);
            children.entry(name);
        }
        let sorted: Vec<&str> = children.sorted().into_iter().map(|(name, _)| name).collect();
        assert_eq!(sorted, names);
        children.remove("n0007");
        children.remove("n0007");
        assert!(children.get("n0007").is_none() && children.get("n0008").is_some());
        assert_eq!((children.values().count(), children.count), (999, 999));
    }
}
