//! What turns a [`Spelling`] into bytes where it is used: a module of half a kilobyte that does this and nothing else. Code that
//! runs once is interpreted if it is JavaScript, and compiled if it is this: in Node, with what compiling it costs, it takes a
//! third of the time.

use anyhow::Result;
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, ExportKind, ExportSection, Function, FunctionSection, MemArg,
    MemorySection, MemoryType, Module, TypeSection, ValType,
};

use crate::spell::{FIRSTS, ROW, Spelling};

/// The page of a memory, in bytes.
const PAGE: usize = 1 << 16;

/// Where the text begins: behind the table.
pub const START: usize = ROW * (1 + FIRSTS.len());

/// A module that exports its `memory`, with the table at its beginning, and the function `read`.
pub fn module(Spelling { texts, table }: &Spelling) -> Result<Vec<u8>> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], [ValType::I32]);
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut memories = MemorySection::new();
    let pages = u64::try_from((START + texts.iter().map(String::len).max().unwrap_or_default()).div_ceil(PAGE))?;
    memories.memory(MemoryType { minimum: pages, maximum: None, memory64: false, shared: false, page_size_log2: None });
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0).export("read", ExportKind::Func, 0);
    let mut code = CodeSection::new();
    code.function(&read()?);
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(0), table.iter().copied());

    let mut module = Module::new();
    module.section(&types).section(&functions).section(&memories).section(&exports).section(&code).section(&data);
    Ok(module.finish())
}

/// `read(end)` turns the text between [`START`] and `end` into bytes and gives their number. They take the text's place: there
/// are never more of them than characters read.
fn read() -> Result<Function> {
    const END: u32 = 0;
    const FROM: u32 = 1;
    const TO: u32 = 2;
    const AT: u32 = 3;
    let start = i32::try_from(START)?;
    let row = i32::try_from(ROW)?;
    let byte = |offset| MemArg { offset, align: 0, memory_index: 0 };

    let mut function = Function::new([(3, ValType::I32)]);
    let mut code = function.instructions();
    code.i32_const(start).local_tee(FROM).local_set(TO);
    code.loop_(BlockType::Empty);
    {
        code.local_get(FROM).i32_load8_u(byte(0)).local_tee(AT);
        code.i32_const(i32::from(FIRSTS[1])).i32_le_u().if_(BlockType::Empty);
        {
            code.local_get(AT).i32_const(i32::from(FIRSTS[0]) - 1).i32_sub().i32_const(row).i32_mul();
            code.local_get(FROM).i32_load8_u(byte(1)).i32_add().local_set(AT);
            code.local_get(FROM).i32_const(1).i32_add().local_set(FROM);
        }
        code.end();
        code.local_get(TO).local_get(AT).i32_load8_u(byte(0)).i32_store8(byte(0));
        code.local_get(TO).i32_const(1).i32_add().local_set(TO);
        code.local_get(FROM).i32_const(1).i32_add().local_tee(FROM);
        code.local_get(END).i32_lt_u().br_if(0);
    }
    code.end();
    code.local_get(TO).i32_const(start).i32_sub();
    code.end();
    Ok(function)
}
