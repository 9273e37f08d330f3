//! Which keys the agent reads in the blocks of its configuration.

/// The table: a block in a line, written with dots, and its keys.
const TABLE: &str = include_str!("keys.txt");

/// The blocks whose keys are known, each with them. A block that is not among them may hold any key.
pub fn blocks() -> impl Iterator<Item = (&'static str, impl Iterator<Item = &'static str> + Clone)>
{
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(": ").map(|(block, keys)| (block, keys.split(' '))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_block_with_sorted_keys() {
        assert_eq!(blocks().count(), TABLE.lines().count() - 2);
        assert!(blocks().map(|(block, _)| block).is_sorted());
        for (block, keys) in blocks() {
            assert!(keys.clone().is_sorted() && keys.clone().all(|key| !key.is_empty()), "{block}");
        }
    }
}
