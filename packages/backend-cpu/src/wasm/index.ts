export { type CompileOptions, compileModule } from './compile.ts';
export { type Callable, FunctionBuilder, type Label, type LocalId } from './function.ts';
export { type Emit, forRange, pushScaled } from './loops.ts';
export { type FunctionOptions, type MemoryImport, ModuleBuilder } from './module.ts';
export type { LoadName, OperationName, StoreName, ValueType } from './opcodes.ts';
export type { LaneMemoryName, LaneOperationName } from './opcodes-simd.ts';
