//! The entry point of libFuzzer for the target `page_tokens`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::page_tokens::run(bytes));
