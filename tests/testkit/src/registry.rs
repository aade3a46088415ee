//! Registries of plugins: the one that `tests/servers/registry` runs for everybody, and those that a test starts for itself.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use crate::server::{certificates, free_port, wait_for};

const NEEDS_PROGRAM: &str = "docker-registry is missing: run `tests/all`, or install the distribution's package";

/// Tells where a test may publish as it likes in the registry that all tests share: its host, and a name that is nobody
/// else's. `None` where there is none.
pub fn shared_registry() -> Option<String> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let url = std::env::var("NOORM_TEST_REGISTRY_URL").ok()?;
    let host = url.strip_prefix("http://").expect("a registry without TLS");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros();
    Some(format!("{}/test-{now}-{}", host.trim_end_matches('/'), COUNT.fetch_add(1, Ordering::Relaxed)))
}

/// A registry of one test's; ended when dropped.
pub struct Registry {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Registry {
    /// The login of a closed registry.
    pub const USER: &str = "ada";
    /// Its password.
    pub const PASSWORD: &str = "open sesame";
    /// The password as a registry has it, made with the fewest rounds.
    const HASH: &str = "$2b$04$gOf1ldGF8vKwE7eRRNDWseylJUw4T0XfJTpa1gei6KHZO4DA5RxC2";
    const LOGIN: &str = "auth: { htpasswd: { realm: tests, path: htpasswd } }\n";

    /// Starts one that lets in everybody, without TLS.
    pub fn open() -> Self {
        Self::start("", "")
    }

    /// Starts one with TLS that wants a login.
    pub fn closed() -> Self {
        Self::start(", tls: { certificate: tls/server.pem, key: tls/server-key.pem }", Self::LOGIN)
    }

    /// Starts one without TLS that wants a login.
    pub fn with_login() -> Self {
        Self::start("", Self::LOGIN)
    }

    fn start(tls: &str, auth: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("noorm-registry-").tempdir().unwrap();
        let port = free_port();
        certificates(&folder.path().join("tls"));
        std::fs::write(folder.path().join("htpasswd"), format!("{}:{}\n", Self::USER, Self::HASH)).unwrap();
        let config = format!(
            "version: 0.1\nlog: {{ level: error }}\nstorage: {{ filesystem: {{ rootdirectory: data }}, delete: {{ enabled: true }} }}\n\
             http: {{ addr: '127.0.0.1:{port}'{tls} }}\n{auth}"
        );
        std::fs::write(folder.path().join("config.yml"), config).unwrap();
        let child = Command::new("docker-registry")
            .args(["serve", "config.yml"])
            .current_dir(folder.path())
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let registry = Self { child: child.expect(NEEDS_PROGRAM), port, folder };
        wait_for(port, "docker-registry");
        registry
    }

    /// Returns its host and port.
    pub fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// Returns the certificate of the authority that its TLS stands on.
    pub fn ca(&self) -> PathBuf {
        self.folder.path().join("tls/ca.pem")
    }

    /// Returns the certificate of an authority that has nothing to do with it.
    pub fn other_ca(&self) -> PathBuf {
        self.folder.path().join("tls/other-ca.pem")
    }

    /// Returns the folder of its data.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Ends it at once.
    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A key pair of minisign's.
pub struct Minisign(TempDir);

impl Default for Minisign {
    fn default() -> Self {
        Self::new()
    }
}

impl Minisign {
    /// Makes a pair.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("noorm-minisign-").tempdir().unwrap();
        let pair = Self(folder);
        pair.run(&["-G", "-W", "-p", "key.pub", "-s", "key"]);
        pair
    }

    /// Returns the public key, as settings have it.
    pub fn public_key(&self) -> String {
        let text = std::fs::read_to_string(self.0.path().join("key.pub")).unwrap();
        text.lines().nth(1).expect("a key under its comment").to_owned()
    }

    /// Signs a file; the signature is beside it.
    pub fn sign(&self, file: &Path) {
        self.run(&["-S", "-s", "key", "-m", file.to_str().unwrap()]);
    }

    fn run(&self, arguments: &[&str]) {
        let mut command = Command::new("minisign");
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        let output =
            command.output().expect("minisign is missing: run `tests/all`, or install the distribution's package");
        assert!(output.status.success(), "minisign {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
