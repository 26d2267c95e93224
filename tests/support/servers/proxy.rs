//! A loopback proxy that cuts connections at a chosen byte, in either direction.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

/// What still passes, in bytes, before everything is cut.
#[derive(Debug)]
struct Plan {
    up_left: AtomicI64,
    down_left: AtomicI64,
    cuts: AtomicUsize,
}

/// Listens for as long as the process lives.
pub struct Proxy {
    pub port: u16,
    plan: Arc<Plan>,
}

impl Proxy {
    /// A proxy of the server on this port, which lets everything pass.
    pub fn before(server_port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let plan = Arc::new(Plan {
            up_left: AtomicI64::new(i64::MAX),
            down_left: AtomicI64::new(i64::MAX),
            cuts: AtomicUsize::new(0),
        });
        let shared = Arc::clone(&plan);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server_port)) else { continue };
                let _ = (client.set_nodelay(true), server.set_nodelay(true));
                for is_up in [true, false] {
                    let (client, server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                    let plan = Arc::clone(&shared);
                    std::thread::spawn(move || pump(&plan, is_up, &client, &server));
                }
            }
        });
        Self { port, plan }
    }

    /// Cuts every connection once so many bytes have gone to the server, or come from it.
    pub fn cut_after(&self, up: i64, down: i64) {
        self.plan.up_left.store(up, Ordering::SeqCst);
        self.plan.down_left.store(down, Ordering::SeqCst);
    }

    pub fn let_all_pass(&self) {
        self.cut_after(i64::MAX, i64::MAX);
    }

    /// How many connections were cut.
    pub fn cuts(&self) -> usize {
        self.plan.cuts.load(Ordering::SeqCst)
    }
}

fn pump(plan: &Plan, is_up: bool, client: &TcpStream, server: &TcpStream) {
    let (mut from, mut to, left) =
        if is_up { (client, server, &plan.up_left) } else { (server, client, &plan.down_left) };
    let mut buffer = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        let before = left.fetch_sub(i64::try_from(read).unwrap(), Ordering::SeqCst);
        let passes = usize::try_from(before.max(0)).unwrap().min(read);
        if to.write_all(&buffer[..passes]).is_err() {
            break;
        }
        if passes < read {
            plan.cuts.fetch_add(1, Ordering::SeqCst);
            break;
        }
    }
    let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
}
