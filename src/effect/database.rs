//! What migration tools and database clients would do.

/// A database as a command names it.
#[derive(Clone, Debug)]
pub struct DatabaseTarget {}
