//! The entry point of libFuzzer for the target `certificates`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::certificates::run(bytes));
