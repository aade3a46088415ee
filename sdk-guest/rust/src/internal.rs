//! The failure of a fault that is a plugin's own, for dialects and quirks: the two worlds have types of the same shape.

/// Defines a world's `internal` beside its bindings, which are in scope as `noorm`.
macro_rules! internal {
    () => {
        /// Makes the failure of a fault of the plugin's own. With the feature `log` the host is told of it before: layers over
        /// this one pass the failure on, and the host names the layer that told.
        #[track_caller]
        pub fn internal(message: impl Into<String>) -> noorm::types::report::Failure {
            let message = message.into();
            #[cfg(all(target_family = "wasm", feature = "log"))]
            noorm::host::log::panic(&message, Some(&std::panic::Location::caller().to_string()));
            noorm::types::report::Failure::Internal(message)
        }
    };
}

pub(crate) use internal;

#[cfg(test)]
mod tests {
    use crate::{dialect, quirk};

    #[test]
    fn either_world_has_its_own() {
        let told = dialect::internal("a table is missing");
        assert!(matches!(told, dialect::noorm::types::report::Failure::Internal(told) if told == "a table is missing"));
        assert!(matches!(quirk::internal("a rule"), quirk::Failure::Internal(told) if told == "a rule"));
    }
}
