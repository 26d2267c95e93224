//! The drivers: load -> decide -> commit, retry on conflict. All reading of clocks and drawing of randomness ends here.
//!
//! ```text
//! Service (threads)  AsyncService (tasks)      blocking, nonblocking: two faces,
//!           \            /                     operations: one list of methods
//!            Engine<World>                     engine: every flow, written once
//! ```

mod blocking;
mod engine;
pub mod entropy;
pub mod error;
#[cfg(feature = "async")]
mod nonblocking;
mod operations;
mod world;

pub use blocking::Service;
pub use engine::{
    AUDIT_PAGE_MAX, ChangePassword, DRAIN_MAX, FREEZE_MANY_MAX, FreezeList, FrozenMany, HeadsPage, LabelOutcome,
    LabelledPayment, LiftOwn, Listed, ListedOutcome, NewAccount, NewPassword, OutboxKeysPage, OwnLiftOutcome,
    PasswordChange, PasswordOutcome, ROTATION_PAGE_MAX, ReleaseOutcome, RotationPage, SetOutcome, SignUpResult, Unfit,
    Waiting,
};
pub use entropy::{Entropy, SystemEntropy};
pub use error::ServiceError;
#[cfg(feature = "async")]
pub use nonblocking::AsyncService;
