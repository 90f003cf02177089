//! wasm-bindgen itself, under its own name: `wasm-pack` looks for it, and for the test runner beside it.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(std::env::args_os())
}
