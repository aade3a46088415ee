//! What a plugin has to keep to: the suite behind `noorm plugin test`.
