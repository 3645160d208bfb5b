//! The built-in rules, compiled by `build.rs` from `rules/*.toml`.

use super::{Condition, Rule, Test};
use crate::effect::EffectKind;
use crate::fact::Key;
use crate::verdict::Ruling;
use std::borrow::Cow;

include!(concat!(env!("OUT_DIR"), "/rules.rs"));
