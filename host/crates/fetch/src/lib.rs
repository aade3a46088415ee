//! Plugins from elsewhere: a URL, a registry.
