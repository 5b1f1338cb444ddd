//! The entry point of libFuzzer for the target `revocation_lists`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::revocation_lists::run(bytes));
