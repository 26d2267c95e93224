//! Wipes all that is freed: other crates' copies of a password, and the buffers in which answers cross.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);
