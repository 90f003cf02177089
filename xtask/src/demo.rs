//! `cargo xtask demo`: the app, built and served, until Ctrl-C.

use std::env;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::processes::Group;
use crate::{app, package, paths};

/// How long the server may take to answer: it has nothing to compile.
const START: Duration = Duration::from_secs(60);

/// Builds what has changed, serves it, and says where once it answers.
pub fn serve() -> Result<()> {
    let port = port()?;
    let data = data_path()?;
    // Before the long part: nobody should wait for a build that cannot be served.
    ensure_free(port)?;
    package::build()?;
    package::install(&paths::example(), "www-example")?;
    app::build()?;
    let started = Instant::now();
    let mut command = app::next(&["start", "--port", &port.to_string()]);
    let mut server = Group::start(command.env("PIPELINES_DATA_PATH", &data))?;
    while !answers(port) {
        ensure!(!server.has_finished()?, "the server has stopped before it answered: its last lines are above");
        ensure!(started.elapsed() < START, "the server does not answer on port {port} after {} s", START.as_secs());
        thread::sleep(Duration::from_millis(100));
    }
    match env::var("CONVEX_URL") {
        Ok(url) => println!("\nThe app, on Convex at {url}"),
        Err(_) => println!("\nThe app keeps its pipelines in {}", paths::shown(&data)),
    }
    println!("  http://localhost:{port}\n\nCtrl-C ends it.");
    let status = server.wait()?;
    bail!("the server has stopped ({status})")
}

fn port() -> Result<u16> {
    match env::var("PORT") {
        Ok(port) => port.parse().with_context(|| format!("PORT is {port:?}, which is no port")),
        Err(_) => Ok(3000),
    }
}

/// Where the server keeps its pipelines, absolute: the server runs in another folder than ours.
fn data_path() -> Result<PathBuf> {
    match env::var_os("PIPELINES_DATA_PATH") {
        Some(path) => std::path::absolute(path).context("reading PIPELINES_DATA_PATH"),
        None => Ok(paths::example().join("data/pipelines.json")),
    }
}

fn ensure_free(port: u16) -> Result<()> {
    for address in [SocketAddr::from((Ipv6Addr::UNSPECIFIED, port)), (Ipv4Addr::UNSPECIFIED, port).into()] {
        match TcpListener::bind(address) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
                "port {port} is taken: end the program that listens there, or choose another port, as in \
                 `PORT=3001 cargo xtask demo`"
            ),
            // A machine without IPv6 is no obstacle.
            _ => {}
        }
    }
    Ok(())
}

/// Whether a page really comes.
fn answers(port: u16) -> bool {
    let page = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("localhost", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(stream, "GET / HTTP/1.0\r\nHost: localhost:{port}\r\n\r\n")?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        Ok(String::from_utf8_lossy(&head).into_owned())
    };
    page().is_ok_and(|head| ["HTTP/1.1 2", "HTTP/1.1 3"].iter().any(|good| head.starts_with(good)))
}
