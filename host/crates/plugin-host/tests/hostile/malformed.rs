//! Files that are no components, or are made to break whoever reads them: cut off, out of order, nested, multiplied, huge.

use std::fmt::Write as _;

use noorm_artifacts::crafted::{Crafted, Kind};
use noorm_plugin_host::{LimitKind, PluginError, Refusal};

use crate::{Project, TIGHT, refusal, turned_away};

fn guest() -> Crafted {
    Crafted::new(Kind::Document, "malformed")
}

fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).unwrap() | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap());
    bytes
}

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id][..], &leb(content.len()), content].concat()
}

const MODULE: &[u8] = b"\0asm\x01\0\0\0";
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

#[test]
fn components_cut_off_anywhere() {
    let project = Project::empty(TIGHT);
    for whole in [guest().component(), guest().module()] {
        for end in (0..whole.len()).step_by(whole.len() / 60 + 1) {
            let error = project.host.examine("cut.wasm".as_ref(), &whole[..end]).unwrap_err();
            assert!(matches!(error, PluginError::Refused { .. }), "{end}: {error:?}");
        }
    }
    assert!(project.is_untouched());
    project.serves_others();
}

#[test]
fn an_interface_that_is_garbage() {
    for embedded in [&b""[..], b"\0", b"\0asm\x0d\0\x01\0", &[0xff; 4096], &[0; 4096]] {
        let named = [&leb(14)[..], b"component-type", embedded].concat();
        let bytes = [MODULE, &section(0, &named)].concat();
        let reason = refusal(&bytes);
        assert!(
            matches!(reason, Refusal::NotComponent { .. } | Refusal::Invalid { .. } | Refusal::NoWorld),
            "{reason:?}"
        );
    }
}

/// Bytes of the embedded interface that are others: what decodes it is as exposed as what decodes the component.
#[test]
fn an_interface_that_is_damaged() {
    let project = Project::empty(TIGHT);
    let module = guest().module();
    let start = module.windows(14).position(|bytes| bytes == b"component-type").unwrap();
    for at in (start..module.len()).step_by(11) {
        for byte in [0x00, 0x7f, 0xff] {
            let mut bytes = module.clone();
            bytes[at] = byte;
            if let Err(error) = project.host.examine("damaged.wasm".as_ref(), &bytes) {
                assert!(matches!(error, PluginError::Refused { .. } | PluginError::Nonsense { .. }), "{at}: {error:?}");
            }
        }
    }
    project.serves_others();
}

#[test]
fn sections_out_of_order() {
    // Code before the types that it has.
    let bytes = [MODULE, &section(10, &[1, 2, 0, 0x0b]), &section(1, &[1, 0x60, 0, 0]), &section(3, &[1, 0])].concat();
    assert!(matches!(refusal(&bytes), Refusal::Invalid { .. } | Refusal::NotComponent { .. }));
    let bytes = [COMPONENT, &section(1, &bytes)].concat();
    assert!(matches!(refusal(&bytes), Refusal::Invalid { .. }));
}

#[test]
fn sections_that_announce_what_does_not_come() {
    for (id, header) in [(1, MODULE), (2, MODULE), (10, MODULE), (7, COMPONENT), (10, COMPONENT), (11, COMPONENT)] {
        let bytes = [header, &section(id, &[0xff, 0xff, 0xff, 0xff, 0x0f])].concat();
        let reason = refusal(&bytes);
        assert!(matches!(reason, Refusal::Invalid { .. } | Refusal::NotComponent { .. }), "{id}: {reason:?}");
    }
}

#[test]
fn components_ten_thousand_deep() {
    let mut bytes = COMPONENT.to_vec();
    for _ in 0..10_000 {
        bytes = [COMPONENT, &section(4, &bytes)].concat();
    }
    let Refusal::Invalid { reason } = refusal(&bytes) else { panic!("refused for another reason") };
    assert!(reason.contains("inside of each other"), "{reason}");
}

/// `(type (component (type (component …`
fn nested_types(depth: usize) -> Vec<u8> {
    let ty = [&[1][..], &[0x41, 1, 1].repeat(depth), &[0x41, 0]].concat();
    [COMPONENT, &section(7, &ty)].concat()
}

/// Whoever reads them calls itself for each: ten thousand were the end of the process, as a component and as the interface of
/// a module.
#[test]
fn types_ten_thousand_deep() {
    for depth in [10_000, 1_000_000] {
        let component = nested_types(depth);
        let Refusal::Invalid { reason } = refusal(&component) else { panic!("another reason") };
        assert!(reason.contains("types inside of each other"), "{reason}");
        let named = [&leb(14)[..], b"component-type", &component].concat();
        let Refusal::Invalid { reason } = refusal(&[MODULE, &section(0, &named)].concat()) else { panic!("another") };
        assert!(reason.contains("types inside of each other"), "{reason}");
    }
    // As deep as the outline lets through: there is stack for that.
    assert!(matches!(refusal(&nested_types(99)), Refusal::Invalid { .. } | Refusal::NoWorld));
}

/// What traps in a module that the engine made is blamed on the layer beside it: no plugin has one that looks the same.
#[test]
fn a_module_that_poses_as_the_engines_own() {
    let component = |name: &str, export: &str| {
        let module = format!("(core module {name} (func (export \"{export}\")))");
        refusal(&wat::parse_str(format!("(component {module})")).unwrap())
    };
    let Refusal::Invalid { reason } = component("", "adapter0") else { panic!("another reason") };
    assert!(reason.contains("as those that the engine makes itself do"), "{reason}");
    assert!(matches!(component("$named", "adapter0"), Refusal::NoWorld));
    // Of what stands between WASI's first version and its second.
    assert!(matches!(component("", "adapter_close_badfd"), Refusal::NoWorld));
}

/// Each component makes the one before it twice: thirty of them are a thousand million instances in a file of a kilobyte.
#[test]
fn instances_that_multiply() {
    let mut text = "(component $c0 (core module $m) (core instance (instantiate $m)))".to_owned();
    for level in 1..28 {
        let before = level - 1;
        text = format!(
            "(component $c{level} {text} (instance (instantiate $c{before})) (instance (instantiate $c{before})))"
        );
    }
    let Refusal::Invalid { reason } = refusal(&wat::parse_str(&text).unwrap()) else { panic!("another reason") };
    assert!(reason.contains("instances"), "{reason}");
}

#[test]
fn thousands_of_instances() {
    let many = |count: usize| {
        let mut text = "(component (core module $m)".to_owned();
        (0..count).for_each(|_| text.push_str("(core instance (instantiate $m))"));
        wat::parse_str(text + ")").unwrap()
    };
    let Refusal::Invalid { reason } = refusal(&many(5_000)) else { panic!("another reason") };
    assert!(reason.contains("instances"), "{reason}");
    // Few enough to be compiled, and more than a plugin may be made of.
    let inner = many(100);
    let bytes = [&guest().component()[..], &section(4, &inner), &section(5, &[1, 0, last_component(), 0])].concat();
    match turned_away(&bytes) {
        PluginError::Limit { limit, .. } => assert_eq!(limit, LimitKind::Instances),
        other => panic!("{other:?}"),
    }
}

/// The number of the component that a test adds: the encoder makes one for each interface that is exported.
fn last_component() -> u8 {
    2
}

#[test]
fn a_function_of_megabytes() {
    let mut body = "nop ".repeat(2_000_000);
    body.insert_str(0, "(func ");
    let Refusal::Invalid { reason } = refusal(&guest().items(&(body + ")")).module()) else { panic!("another reason") };
    assert!(reason.contains("bytes of one function"), "{reason}");
}

#[test]
fn megabytes_of_nothing() {
    let custom =
        |name: &str, len: usize| section(0, &[&leb(name.len())[..], name.as_bytes(), &vec![0xff; len]].concat());
    // Names that are none keep a module from being a component; what no tool knows counts for nothing.
    assert!(matches!(refusal(&[guest().module(), custom("name", 20 << 20)].concat()), Refusal::NotComponent { .. }));
    let mut project = Project::empty(TIGHT);
    project.add(&[guest().module(), custom("debris", 20 << 20)].concat()).unwrap();
    project.serves_others();
}

#[test]
fn imports_that_paint_and_never_end() {
    let mut text = "(module (import \"\\1b[2Jevil\" \"\\1b[31m\" (func))".to_owned();
    (0..50_000).for_each(|number| write!(text, "(import \"evil{number}\" \"f\" (func))").unwrap());
    let error = turned_away(&wat::parse_str(text + ")").unwrap());
    assert!(error.to_string().contains("and 49981 more"), "{error}");
}
