//! Which data would leave this machine, and to whom.

/// Data and its receiver.
#[derive(Clone, Debug)]
pub struct SendTarget {}
