export { type Callable, FunctionBuilder, type Label, type LocalId } from './function.ts';
export { type Emit, forRange, limitTo, pushScaled } from './loops.ts';
export { type MemoryImport, ModuleBuilder } from './module.ts';
export type { LoadName, OperationName, StoreName, ValueType } from './opcodes.ts';
export type { LaneOperationName } from './opcodes-simd.ts';
