//! Generates Rust code from the contract, without a system protoc.

use std::path::PathBuf;

use prost::Message as _;

const FILES: [&str; 11] = [
    "maatwerkregister/v1/common.proto",
    "maatwerkregister/v1/organisation.proto",
    "maatwerkregister/v1/officer.proto",
    "maatwerkregister/v1/vocabulary.proto",
    "maatwerkregister/v1/directory_service.proto",
    "maatwerkregister/v1/routing_service.proto",
    "maatwerkregister/v1/sync_service.proto",
    "maatwerkregister/v1/report_service.proto",
    "maatwerkregister/v1/admin_service.proto",
    "maatwerkregister/v1alpha/federation_service.proto",
    "maatwerkregister/v1alpha/search_local.proto",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=maatwerkregister");
    let descriptors = protox::compile(FILES, ["."])?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    std::fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure().compile_fds(descriptors)?;
    Ok(())
}
