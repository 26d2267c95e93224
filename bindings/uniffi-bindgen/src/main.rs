//! The generator of the Kotlin and Swift sources; see `bindings/test.sh fresh`.

fn main() {
    uniffi::uniffi_bindgen_main();
}
