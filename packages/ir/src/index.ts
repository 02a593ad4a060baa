export { type ErrorCode, type ErrorDetails, ManabiError, withData } from '@manabi/errors';
export { type DifferentiateOptions, gradGraph, vjpGraph } from './autodiff/reverse.ts';
export type { Backend, BackendMemory, Buffer, CompileOptions, Executable, StepReport } from './backend.ts';
export type { BackendFactory } from './backend-registry.ts';
export { backendFactory, registerBackend, registerDefaultBackend, registeredBackends } from './backend-registry.ts';
export { GraphBuilder } from './builder.ts';
export type { Composite } from './composites/composite.ts';
export {
  applyComposite,
  type CompositeConfigs,
  type CompositeName,
  compositeCall,
  composites,
} from './composites/index.ts';
export type { RecurrentActivation } from './composites/recurrent.ts';
export type { Interpolation } from './composites/resample-taps.ts';
export type { DType, DTypeFacts, ElementArray } from './dtype.ts';
export { dtypeNames, dtypes, isFloat, isInteger, isNumeric } from './dtype.ts';
export { checkDTypeName } from './dtype-name.ts';
export type { Exportable, ProgramFamily } from './exportable.ts';
export type { Graph, Node, Value } from './graph.ts';
export { attributeGraphs, inputTypes, outputTypes, producers, withAttributeGraphs } from './graph.ts';
export type { HostArray } from './host-array.ts';
export { canonicalBools, checkHostArray, hostArray } from './host-array.ts';
export type { IndexAtom, IndexExpr, IndexTerm } from './index-expression.ts';
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
} from './index-expression.ts';
export { newElements } from './new-elements.ts';
export type { Attributes, AxisPair, OpName, Padding, ScatterMode, WindowAttributes } from './operators/attributes.ts';
export { elementCost } from './operators/element-cost.ts';
export type { ElementwiseBinaryOp } from './operators/elementwise-binary.ts';
export type { ElementwiseUnaryOp } from './operators/elementwise-unary.ts';
export { operators, opNames } from './operators/index.ts';
export type { LayoutOps } from './operators/layout.ts';
export type {
  Combine,
  ElementContext,
  LoopForm,
  LoweredNode,
  Lowering,
  Operator,
  Piece,
  RoutineName,
} from './operators/operator.ts';
export { type Agreement, agreesOnPrefix } from './prefix/index.ts';
export { printGraph, printNode } from './print.ts';
export type { Program } from './program.ts';
export type { ScalarFacts, ScalarOp } from './scalar.ts';
export { scalarOps } from './scalar.ts';
export { scalarCost } from './scalar-cost.ts';
export type { Shape, TensorType } from './shape.ts';
export { equalShapes, equalTypes, formatShape, formatType, rowMajorStrides, sizeOf } from './shape.ts';
export { checkShape } from './shape-argument.ts';
export { mergeCommon } from './simplify/common.ts';
export { eliminateDeadCode } from './simplify/dead.ts';
export { type SimplifyOptions, simplify } from './simplify/index.ts';
export { inlineCalls, inlineCheckpoints } from './simplify/inline.ts';
export { structuralKey } from './structural-key.ts';
export { verifyGraph } from './verify.ts';
