//! One pass over a slice of work on several threads, each with its own shard of payees or accounts.

use std::thread;

use account_security::service::ServiceError;
use account_security::store::StoreError;

use super::intake::{Item, Work};
use crate::exit::Failure;

/// What a pass made of one item; `None` for an item of no shard, which does not happen.
pub(super) type Worked<T> = Option<Result<T, ServiceError>>;

/// Runs `work` on every item, items of one shard in order on one thread, which has a memory of its own. A fault of one
/// account or payee stays with its item; a fault of the whole store ends the run.
pub(super) fn in_shards<C: Default, T: Send>(
    threads: usize,
    items: &[Item],
    shard_of: fn(&Item) -> usize,
    work: impl Fn(&mut C, &Item) -> Result<T, ServiceError> + Sync,
) -> Result<Vec<Worked<T>>, Failure> {
    let work = &work;
    let one_shard = |shard| {
        let mut memory = C::default();
        let mut done = Vec::with_capacity(items.len() / threads + 1);
        for (index, item) in items.iter().enumerate().filter(|(_, item)| shard_of(item) % threads == shard) {
            match work(&mut memory, item) {
                Err(fault) if ends_the_run(&fault) => return Err(fault),
                result => done.push((index, result)),
            }
        }
        Ok(done)
    };
    let shards = thread::scope(|scope| {
        let handles: Vec<_> = (1..threads).map(|shard| scope.spawn(move || one_shard(shard))).collect();
        let mut shards = vec![one_shard(0)];
        shards.extend(handles.into_iter().map(|handle| handle.join().unwrap_or(Err(ServiceError::Busy))));
        shards
    });
    let mut results: Vec<Worked<T>> = items.iter().map(|_| None).collect();
    for shard in shards {
        for (index, result) in shard.map_err(Failure::fault)? {
            results[index] = Some(result);
        }
    }
    Ok(results)
}

/// Items of one payee come to one thread.
pub(super) fn payee_shard(item: &Item) -> usize {
    let payee = match &item.work {
        Work::Judge { row, .. } => row.payment.payee,
        Work::Learn(learn) => learn.payee,
    };
    payee.map_or(0, |payee| usize::from(payee.0.to_le_bytes()[0]))
}

/// Items of one account come to one thread.
pub(super) fn account_shard(item: &Item) -> usize {
    usize::try_from(item.account_index).unwrap_or(0)
}

const fn ends_the_run(fault: &ServiceError) -> bool {
    // A damaged row is one account's or payee's fault; what else a store says concerns them all.
    let is_one_row = matches!(fault, ServiceError::Store(StoreError::Corrupt(_)));
    matches!(fault, ServiceError::Store(_) | ServiceError::Busy | ServiceError::NoEntropy) && !is_one_row
}
