//! The entry point of libFuzzer for the target `messages`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::messages::run(bytes));
