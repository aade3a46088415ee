//! Tells the host why a plugin panics, just before the trap that ends it. Part of a plugin only with the feature `log`,
//! since it makes the plugin import `noorm:host/log`; the host's own plugins import nothing.

/// Makes panics go to `tell`, which is the world's `noorm:host/log.panic`: message, and `file:line:column`.
#[doc(hidden)]
pub fn tell_host(tell: fn(&str, Option<&str>)) {
    std::panic::set_hook(Box::new(move |info| {
        let message = info.payload_as_str().unwrap_or("a panic without a message");
        let location = info.location().map(ToString::to_string);
        tell(message, location.as_deref());
    }));
}

/// Exports what a component runs once, before its first call.
#[doc(hidden)]
#[macro_export]
macro_rules! __tell_host_of_panics {
    ($world:ident) => {
        #[allow(unsafe_code)] // an exported name counts as unsafe
        #[unsafe(export_name = "_initialize")]
        extern "C" fn initialize() {
            $crate::panic::tell_host($crate::$world::noorm::host::log::panic);
        }
    };
}
