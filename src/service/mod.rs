//! The drivers: load -> decide -> commit, retry on conflict. All reading of clocks and drawing of randomness ends here.

pub mod accounts;
pub mod driver;
pub mod entropy;
pub mod error;
pub mod passwords;
pub mod payments;
pub mod sending;

pub use accounts::Waiting;
pub use driver::Service;
pub use entropy::{Entropy, SystemEntropy};
pub use error::ServiceError;
pub use passwords::{PasswordOutcome, SetOutcome};
pub use payments::{LabelOutcome, LabelledPayment};
