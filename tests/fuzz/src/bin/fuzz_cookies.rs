//! The entry point of libFuzzer for the target `cookies`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::cookies::run(bytes));
