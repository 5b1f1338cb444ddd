//! The entry point of libFuzzer for the target `plans`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::plans::run(bytes));
