//! Runs the wasm tests in Node or, where they ask for it, in headless Chromium.
//!
//! `.cargo/config.toml` names it as the runner of `cargo test --target wasm32-unknown-unknown`.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
