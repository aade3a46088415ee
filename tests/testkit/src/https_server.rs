//! An https server of one test's: nginx from the distribution, in front of a folder, and of what no good server does.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::server::{certificates, free_port, wait_for};

const NEEDS_PROGRAM: &str = "nginx is missing: run `tests/all`, or install the distribution's package `nginx-light`";

/// A server for `localhost`; ended when dropped. It has these addresses besides its files:
///
/// `/private/…` wants a login, `/forbidden/…` has nobody in, `/moved/…` leads to the files, `/plain/…` leads to `http`,
/// `/loop` leads to itself, and `/cut/…` ends in the middle. As a registry, it wants logins to be sent to an address of
/// `http`.
pub struct HttpsServer {
    child: Child,
    port: u16,
    in_clear: TcpListener,
    folder: TempDir,
}

/// Bytes that come of `/cut/…`, which promises a thousand.
pub const CUT_AFTER: usize = 400;

impl HttpsServer {
    /// Starts one.
    pub fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("noorm-https-").tempdir().unwrap();
        let port = free_port();
        certificates(&folder.path().join("tls"));
        std::fs::create_dir(folder.path().join("files")).unwrap();
        let in_clear = TcpListener::bind("127.0.0.1:0").unwrap();
        in_clear.set_nonblocking(true).unwrap();
        let realm = format!("http://{}/token", in_clear.local_addr().unwrap());
        std::fs::write(folder.path().join("nginx.conf"), config(folder.path(), port, cuts_off(), &realm)).unwrap();
        let child = Command::new(program())
            .arg("-p")
            .arg(folder.path())
            .args(["-c", "nginx.conf", "-e", "error.log"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let server = Self { child: child.expect(NEEDS_PROGRAM), port, in_clear, folder };
        wait_for(port, "nginx");
        server
    }

    /// Returns the URL of a file or of one of the other addresses.
    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}/{path}", self.port)
    }

    /// Returns its host and port.
    pub fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// Whether anybody came to where it wants logins.
    pub fn was_asked_in_clear(&self) -> bool {
        self.in_clear.accept().is_ok()
    }

    /// Returns the folder of its files.
    pub fn files(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    /// Returns the certificate of the authority that its TLS stands on.
    pub fn ca(&self) -> PathBuf {
        self.folder.path().join("tls/ca.pem")
    }

    /// Returns the certificate of an authority that has nothing to do with it.
    pub fn other_ca(&self) -> PathBuf {
        self.folder.path().join("tls/other-ca.pem")
    }

    /// Ends it at once.
    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for HttpsServer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn config(folder: &Path, port: u16, cuts_off: u16, realm: &str) -> String {
    let folder = folder.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|what| format!("  {what}_temp_path {folder}/{what};\n"))
        .concat();
    format!(
        "daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\nhttp {{\n\
         {temporary}  access_log off;\n  server {{\n    listen 127.0.0.1:{port} ssl;\n    root {folder}/files;\n\
         \x20   ssl_certificate {folder}/tls/server.pem;\n    ssl_certificate_key {folder}/tls/server-key.pem;\n\
         \x20   location /private/ {{ return 401; }}\n    location /forbidden/ {{ return 403; }}\n\
         \x20   location /moved/ {{ rewrite ^/moved/(.*)$ /$1 redirect; }}\n\
         \x20   location /plain/ {{ return 302 http://localhost:{cuts_off}/; }}\n    location = /loop {{ return 302 /loop; }}\n\
         \x20   location /v2/ {{ add_header WWW-Authenticate 'Bearer realm=\"{realm}\",service=\"tests\"' always; return 401; }}\n\
         \x20   location /cut/ {{ proxy_pass http://127.0.0.1:{cuts_off}; proxy_buffering off; }}\n  }}\n}}\n"
    )
}

/// Listens on a port, and hangs up in the middle of every answer.
fn cuts_off() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            let _ = stream.write_all(&[0; CUT_AFTER]);
        }
    });
    port
}

fn program() -> PathBuf {
    let system = PathBuf::from("/usr/sbin/nginx");
    if system.exists() { system } else { PathBuf::from("nginx") }
}
