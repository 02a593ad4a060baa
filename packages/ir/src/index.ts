export { type ErrorCode, type ErrorDetails, ManabiError } from '@manabi/errors';
export { type DifferentiateOptions, gradGraph, vjpGraph } from './autodiff/reverse.ts';
export type {
  Backend,
  BackendLoss,
  BackendMemory,
  Buffer,
  CompileOptions,
  Executable,
  StepClock,
  StepReport,
} from './backend/backend.ts';
export type { BackendFactory } from './backend/backend-registry.ts';
export {
  backendFactory,
  registerBackend,
  registerDefaultBackend,
  registeredBackends,
} from './backend/backend-registry.ts';
export { BufferLedger, type BufferMemory, LedgerBuffer } from './backend/buffer-ledger.ts';
export { BufferRun, type RunSignature } from './backend/buffer-run.ts';
export { type IndexSite, indexError } from './backend/index-error.ts';
export { checkNotLost, lostError } from './backend/loss.ts';
export { StepClocks } from './backend/step-clocks.ts';
export { type Capabilities, checkSupported, isSupported } from './backend/supported.ts';
export { type CommonConfigs, compositeCall } from './composites/call-by-name.ts';
export type { Composite } from './composites/composite.ts';
export { applyComposite, type CompositeConfigs, type CompositeName, composites } from './composites/index.ts';
export type { RecurrentActivation } from './composites/recurrent.ts';
export type { Interpolation } from './composites/resample-taps.ts';
export type { GraphBuilder } from './graph/builder.ts';
export { checkInputTypes } from './graph/check-inputs.ts';
export { type Exportable, exportableKind, type ProgramFamily } from './graph/exportable.ts';
export type {
  Attributes,
  AxisPair,
  Graph,
  Node,
  OpName,
  Padding,
  ScatterMode,
  Value,
  WindowAttributes,
} from './graph/graph.ts';
export { graphKind } from './graph/graph-kind.ts';
export { attributeGraphs, consumers, inputTypes, outputTypes, producers, withAttributeGraphs } from './graph/parts.ts';
export { printGraph, printNode } from './graph/print.ts';
export type { Program } from './graph/program.ts';
export { structuralKey } from './graph/structural-key.ts';
export type { ElementwiseBinaryOp } from './operators/elementwise/binary.ts';
export { elementInstructions } from './operators/elementwise/element-instructions.ts';
export type { ElementwiseUnaryOp } from './operators/elementwise/unary.ts';
export { graphBuilder } from './operators/graph-builder.ts';
export { operators, opNames } from './operators/index.ts';
export { keepsAxes } from './operators/kept-axes.ts';
export type { LayoutOps } from './operators/layout/layout.ts';
export {
  type Combine,
  type ElementContext,
  identityOf,
  type LoopForm,
  type LoweredNode,
  type Lowering,
  type Piece,
} from './operators/lowering.ts';
export { lowerings } from './operators/lowerings-table.ts';
export type { Operator } from './operators/operator.ts';
export { type Agreement, agreesOnPrefix } from './prefix/index.ts';
export type { IndexAtom, IndexExpr, IndexTerm } from './scalar/index-expression.ts';
export {
  addIndex,
  axisIndex,
  constantIndex,
  dataIndex,
  divideIndex,
  equalIndexes,
  evaluateIndex,
  indexRange,
  isAffine,
  linearIndex,
  scaleIndex,
  substituteAxes,
  unravelIndex,
} from './scalar/index-expression.ts';
export type { ScalarFacts, ScalarOp } from './scalar/scalar.ts';
export { scalarOps } from './scalar/scalar.ts';
export { mergeCommon } from './simplify/common.ts';
export { eliminateDeadCode } from './simplify/dead.ts';
export { type SimplifyOptions, simplify } from './simplify/index.ts';
export { inlineCalls, inlineCheckpoints } from './simplify/inline.ts';
export type { DType, DTypeFacts, ElementArray } from './types/dtype.ts';
export { dtypeNames, dtypes, isFloat, isInteger, isNumeric } from './types/dtype.ts';
export { checkDTypeName } from './types/dtype-name.ts';
export { float16ToFloat32, float32ToFloat16, roundToFloat16 } from './types/float16.ts';
export type { HostArray } from './types/host-array.ts';
export { canonicalElements, checkHostArray, hostArray } from './types/host-array.ts';
export { newElements } from './types/new-elements.ts';
export { roundHalfToEven } from './types/round-half-to-even.ts';
export type { Shape, TensorType } from './types/shape.ts';
export { equalShapes, equalTypes, formatShape, formatType, rowMajorStrides, sizeOf } from './types/shape.ts';
export { checkShape } from './types/shape-argument.ts';
export { verifyGraph } from './verify.ts';
