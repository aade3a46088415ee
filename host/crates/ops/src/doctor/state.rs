//! The sealed state: whether it and its backup open here, and whether the configs in it are configs.

use noorm_core::config::Config;
use noorm_vault::State;

use super::{Area, Findings};
use crate::config::{ConfigError, store};
use crate::home::Home;
use crate::project::Project;

pub(super) fn examine(project: &Project, home: &Home, findings: &mut Findings) {
    let state = match store::load(project, home) {
        Ok(Some(state)) => state,
        Ok(None) => return findings.ok(Area::State, "there is no state yet: no config has been added"),
        Err(error) => return findings.failed(Area::State, &error, error.hint()),
    };
    let before = findings.findings.len();
    configs(&state, findings);
    if let Err(error) = store::load_backup(project, home) {
        let hint = "the next change of a config or a secret replaces it; until then there is nothing to go back to";
        findings.warning(Area::State, super::with_causes(&error), hint);
    }
    let message = format!("the state of noorm {} opens; number of its configs: {}", state.version, state.configs.len());
    findings.ok_since(before, Area::State, message);
}

fn configs(state: &State, findings: &mut Findings) {
    for name in store::names(state) {
        let config = store::config(state, &name);
        match config.map(|config| Config::validate(&config).map_err(ConfigError::from)) {
            Ok(Ok(())) => {}
            Ok(Err(error)) | Err(error) => {
                let hint = match error {
                    ConfigError::Stored { .. } => {
                        format!("a newer noorm may have written it; `noorm config rm {name}` removes it")
                    }
                    _ => format!("correct it with `noorm config edit {name}`"),
                };
                findings.error(Area::State, format!("the config `{name}`: {}", super::with_causes(&error)), hint);
            }
        }
    }
    if let Some(active) = state.active_config.as_ref().filter(|name| !state.configs.contains_key(*name)) {
        let hint = "`noorm config use NAME` chooses another one";
        findings.warning(Area::State, format!("the active config `{active}` does not exist"), hint);
    }
    for name in state.secrets.keys().filter(|name| !state.configs.contains_key(*name)) {
        let hint = format!(
            "add the config again with `noorm config add {name}`; if nobody needs them, `noorm config rm {name}` then \
             removes both"
        );
        findings.warning(Area::State, format!("there are secrets of a config `{name}`, which does not exist"), hint);
    }
}
