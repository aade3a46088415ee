//! Asks before a protected config is changed. What is asked about is the policy's to say.

use noorm_core::config::Config;
use noorm_core::policy::{self, Action, Verdict};

use super::{Context, ask};
use crate::report::Failure;

/// Returns when the action may go on.
pub(crate) fn confirm(context: &Context, action: Action, config: &Config) -> Result<(), Failure> {
    match policy::verdict(action, config.protected) {
        Verdict::Allow => return Ok(()),
        Verdict::Deny => {
            let message = format!("the config `{}` is protected: this is never done to it", config.name);
            let hint = "to do it anyway, use the database's own tools";
            return Err(Failure::denied(message).hint(hint));
        }
        Verdict::Confirm if context.yes => return Ok(()),
        Verdict::Confirm => {}
    }
    let phrase = policy::phrase(&config.name);
    if ask::can_ask(context) && ask::line(&format!("type {phrase} to go on"), None)? == phrase {
        return Ok(());
    }
    let message = format!("the config `{}` is protected, and `{phrase}` was not given", config.name);
    Err(Failure::confirmation(message).hint("`--yes` or NOORM_YES=1 gives it"))
}
