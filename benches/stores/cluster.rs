//! A Redis Cluster of three: every master gets its share, and no command crosses slots.

use std::sync::Arc;

use account_security::store::Store;

use crate::cost::rate;
use crate::payer::{Payer, service};
use crate::servers::redis::{Redis, shared_cluster};

pub fn print() {
    let Some(cluster) = shared_cluster() else { return };
    let store: Arc<dyn Store> = Arc::new(cluster.new_store());
    let service = service(&store);
    let mut payers: Vec<Payer> = (0..8).map(|client| Payer::new(client, 500)).collect();
    cluster.nodes.iter().for_each(|node| drop(node.ask(&["CONFIG", "RESETSTAT"]).unwrap()));
    let rate = rate(&mut payers, |payer| payer.once(&service));
    println!("\nRedis Cluster, 3 masters, 8 writers: {rate} commands/s");
    for (number, node) in cluster.nodes.iter().enumerate() {
        let scripts = field(node, "commandstats", "cmdstat_evalsha:calls=");
        let crossed = field(node, "errorstats", "errorstat_CROSSSLOT:count=");
        println!("  master {number}: {scripts} commits, {crossed} refused for crossing slots");
        assert!(scripts > 0 && crossed == 0);
    }
}

fn field(node: &Redis, section: &str, name: &str) -> u64 {
    let info: String = redis::from_redis_value(node.ask(&["INFO", section]).unwrap()).unwrap();
    let line = info.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split(',').next()).map_or(0, |number| number.trim().parse().unwrap())
}
