//! The entry point of libFuzzer for the target `peers`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::peers::run(bytes));
