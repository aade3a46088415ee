//! A plugin as an artifact of a registry: what is laid down, and what is taken up.
//!
//! It follows the guidance for WebAssembly in registries: a config of the type `application/vnd.wasm.config.v0+json`, and
//! one layer of `application/wasm`, which is the component as it is. A signature is a second layer.

use std::collections::BTreeMap;

use oci_client::client::{Config, ImageLayer};
use oci_client::manifest::{OCI_IMAGE_MEDIA_TYPE, OciDescriptor, OciImageManifest};
use serde_json::{Value, json};

use crate::shown::plain;

/// The component.
pub(crate) const COMPONENT_TYPE: &str = "application/wasm";

/// Its signature of minisign.
pub(crate) const SIGNATURE_TYPE: &str = "application/vnd.noorm.minisig";

/// What says that the artifact is WebAssembly.
pub(crate) const CONFIG_TYPE: &str = "application/vnd.wasm.config.v0+json";

/// What is published of a plugin.
#[derive(Debug, Clone)]
pub struct Publication {
    /// The component.
    pub component: Vec<u8>,
    /// Its signature.
    pub signature: Option<String>,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// One line about it.
    pub summary: String,
    /// The interfaces that it exports.
    pub exports: Vec<String>,
    /// The interfaces that it imports.
    pub imports: Vec<String>,
    /// When it is published (RFC 3339).
    pub created: String,
}

impl Publication {
    /// Returns the layers.
    pub(crate) fn layers(&self) -> Vec<ImageLayer> {
        let named = |name: String| Some(BTreeMap::from([(TITLE.to_owned(), name)]));
        let file = format!("{}.wasm", self.name);
        let signature = self.signature.as_ref().map(|signature| {
            let bytes = signature.clone().into_bytes();
            ImageLayer::new(bytes, SIGNATURE_TYPE.to_owned(), named(format!("{file}.minisig")))
        });
        let component = ImageLayer::new(self.component.clone(), COMPONENT_TYPE.to_owned(), named(file));
        std::iter::once(component).chain(signature).collect()
    }

    /// Returns the config, which says what WebAssembly it is.
    pub(crate) fn config(&self, layers: &[ImageLayer]) -> Config {
        let digests: Vec<String> = layers.iter().map(ImageLayer::sha256_digest).collect();
        let text = json!({
            "created": self.created,
            "architecture": "wasm",
            "os": "wasip2",
            "layerDigests": digests,
            "component": { "exports": self.exports, "imports": self.imports },
        });
        Config::new(text.to_string(), CONFIG_TYPE.to_owned(), None)
    }

    /// Returns the manifest.
    pub(crate) fn manifest(&self, layers: &[ImageLayer], config: &Config) -> OciImageManifest {
        let annotations = BTreeMap::from([
            (TITLE.to_owned(), self.name.clone()),
            ("org.opencontainers.image.version".to_owned(), self.version.clone()),
            ("org.opencontainers.image.description".to_owned(), self.summary.clone()),
            ("org.opencontainers.image.created".to_owned(), self.created.clone()),
        ]);
        let mut manifest = OciImageManifest::build(layers, config, Some(annotations));
        manifest.media_type = Some(OCI_IMAGE_MEDIA_TYPE.to_owned());
        manifest
    }
}

const TITLE: &str = "org.opencontainers.image.title";

/// What a manifest says that is to be fetched.
#[derive(Debug)]
pub(crate) struct Layers {
    pub(crate) component: OciDescriptor,
    pub(crate) signature: Option<OciDescriptor>,
}

/// Finds the layers of a plugin in a manifest, or says what it is instead.
pub(crate) fn layers(text: &[u8]) -> Result<Layers, String> {
    let value: Value = serde_json::from_slice(text).map_err(|_| "its manifest is not JSON".to_owned())?;
    if value.get("manifests").is_some() {
        return Err("it is an index of several artifacts".to_owned());
    }
    let manifest: OciImageManifest = serde_json::from_value(value)
        .map_err(|error| format!("its manifest is not as it should be: {}", plain(&error.to_string())))?;
    let of_type = |kind: &str| manifest.layers.iter().filter(|layer| layer.media_type == kind).collect::<Vec<_>>();
    match of_type(COMPONENT_TYPE)[..] {
        [component] => {
            let signature = of_type(SIGNATURE_TYPE).first().map(|layer| (*layer).clone());
            Ok(Layers { component: component.clone(), signature })
        }
        [] => {
            let types: Vec<String> = manifest.layers.iter().map(|layer| format!("`{}`", layer.media_type)).collect();
            let found = if types.is_empty() { "nothing".to_owned() } else { plain(&types.join(", ")) };
            Err(format!("it holds {found}, and no `{COMPONENT_TYPE}`"))
        }
        _ => Err(format!("it holds several layers of `{COMPONENT_TYPE}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publication(signature: Option<&str>) -> Publication {
        Publication {
            component: b"\0asm".to_vec(),
            signature: signature.map(str::to_owned),
            name: "loader-ini".to_owned(),
            version: "1.0.0".to_owned(),
            summary: "reads INI".to_owned(),
            exports: vec!["noorm:loader/loader@1.0.0".to_owned()],
            imports: Vec::new(),
            created: "2026-01-01T00:00:00Z".to_owned(),
        }
    }

    #[test]
    fn what_is_laid_down_is_taken_up() {
        for signature in [None, Some("signed")] {
            let one = publication(signature);
            let laid = one.layers();
            let config = one.config(&laid);
            let text = serde_json::to_vec(&one.manifest(&laid, &config)).expect("JSON");
            let found = layers(&text).expect("a plugin");
            assert_eq!(found.component.digest, laid[0].sha256_digest());
            assert_eq!(found.signature.is_some(), signature.is_some());
            let text = String::from_utf8(text).expect("text");
            assert!(text.contains(&format!(r#""mediaType":"{CONFIG_TYPE}""#)), "{text}");
        }
    }

    #[test]
    fn what_is_no_plugin_is_told_as_what_it_is() {
        let check = |text: &str, reason: &str| {
            let error = layers(text.as_bytes()).expect_err(text);
            assert!(error.contains(reason), "{error}");
        };
        check("<html>", "not JSON");
        check(r#"{"schemaVersion": 2, "manifests": []}"#, "an index");
        check(r#"{"schemaVersion": 2}"#, "not as it should be");
        let with = |layers: &str| {
            let config =
                r#"{"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "sha256:00", "size": 2}"#;
            format!(r#"{{"schemaVersion": 2, "config": {config}, "layers": [{layers}]}}"#)
        };
        let layer = |kind: &str| format!(r#"{{"mediaType": "{kind}", "digest": "sha256:00", "size": 1}}"#);
        check(&with(""), "it holds nothing");
        check(
            &with(&layer("application/vnd.oci.image.layer.v1.tar+gzip")),
            "layer.v1.tar+gzip`, and no `application/wasm`",
        );
        let long =
            layers(with(&layer(&format!("\\u001b[2J{}", "x".repeat(1 << 20)))).as_bytes()).expect_err("no plugin");
        assert!(long.len() < 400 && !long.contains('\u{1b}'), "{long}");
        check(&with(&[layer(COMPONENT_TYPE), layer(COMPONENT_TYPE)].join(",")), "several");
    }
}
