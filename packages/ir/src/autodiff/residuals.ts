import type { Graph, Node, Value } from '../graph/graph.ts';
import { producers } from '../graph/parts.ts';
import { elementInstructions } from '../operators/elementwise/element-instructions.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import type { Linearized } from '../operators/vjp.ts';
import type { ScalarOp } from '../scalar/scalar.ts';
import { eliminateDeadCode } from '../simplify/dead.ts';
import { dtypes } from '../types/dtype.ts';
import { sizeOf } from '../types/shape.ts';

/**
 * If computing an element takes more instructions than this, the backward pass reads the stored value instead of
 * computing it again.
 */
const FEW_INSTRUCTIONS = 8;

/**
 * Slow instructions. If computing an element takes one of them, the backward pass reads the stored value instead of
 * computing it again.
 */
const LONG_INSTRUCTIONS: ReadonlySet<ScalarOp> = new Set([
  ...(['exp', 'exp2', 'expm1', 'log', 'log1p', 'sin', 'cos', 'tan', 'asin', 'atan'] as const),
  ...(['tanh', 'sigmoid', 'erf', 'pow', 'rem'] as const),
]);

/**
 * Numbers of inputs and outputs of the original graph. In the joint graph they come first, before cotangents and
 * gradients.
 */
export interface JointBorders {
  readonly inputs: number;
  readonly outputs: number;
}

/**
 * Splits a joint graph, which maps (inputs, cotangents) to (outputs, gradients), into a forward graph and a backward
 * graph. The forward graph computes everything that does not depend on cotangents. It also returns residuals: values
 * that the backward graph needs. A value is not a residual if the backward graph can compute it cheaply from inputs for
 * which `isKept` is true or from other residuals of no more bytes.
 */
export function splitAtResiduals(
  joint: Graph,
  { inputs, outputs }: JointBorders,
  isKept: (input: number) => boolean,
): Linearized {
  const makers = producers(joint);
  const isBackward = cotangentDependents(joint, inputs);
  const { needed, residuals } = chooseResiduals(joint, makers, isBackward, joint.outputs.slice(outputs), isKept);
  const kept = [...needed].filter((value) => value < inputs && isKept(value)).sort((a, b) => a - b);

  const backward = graphBuilder();
  const mapped = new Map<Value, Value>();
  const take = (value: Value): void => {
    mapped.set(value, backward.input(joint.types[value]));
  };
  kept.forEach(take);
  residuals.forEach(take);
  for (let cotangent = inputs; cotangent < joint.inputCount; cotangent++) take(cotangent);
  const mappedTo = (value: Value): Value => lookUp(mapped, value);
  for (const node of joint.nodes) {
    const again = node.results.some((result) => isBackward[result] || (needed.has(result) && !mapped.has(result)));
    if (!again) continue;
    const results = backward.append(
      node,
      node.operands.map(mappedTo),
      node.results.map((result) => joint.types[result]),
    );
    node.results.forEach((result, i) => {
      if (!mapped.has(result)) mapped.set(result, results[i]);
    });
  }
  return {
    forward: forwardHalf(joint, inputs, isBackward, [...joint.outputs.slice(0, outputs), ...residuals]),
    kept,
    backward: eliminateDeadCode(backward.finish(joint.outputs.slice(outputs).map(mappedTo))),
  };
}

function cotangentDependents(joint: Graph, inputs: number): readonly boolean[] {
  const depends = joint.types.map((_, value) => value >= inputs && value < joint.inputCount);
  for (const { operands, results } of joint.nodes) {
    if (operands.some((operand) => depends[operand])) for (const result of results) depends[result] = true;
  }
  return depends;
}

/**
 * Returns the values of the forward graph that the backward graph needs, and those among them that become residuals.
 */
function chooseResiduals(
  joint: Graph,
  makers: readonly (Node | undefined)[],
  isBackward: readonly boolean[],
  gradients: readonly Value[],
  isKept: (input: number) => boolean,
): { readonly needed: ReadonlySet<Value>; readonly residuals: readonly Value[] } {
  const needed = new Set<Value>(gradients.filter((value) => !isBackward[value]));
  for (const { operands, results } of joint.nodes) {
    if (!results.some((result) => isBackward[result])) continue;
    for (const operand of operands) if (!isBackward[operand]) needed.add(operand);
  }
  const bytesOf = (value: Value): number => {
    const { dtype, shape } = joint.types[value];
    return sizeOf(shape) * dtypes[dtype].bytes;
  };
  const isFree = (value: Value): boolean => {
    const maker = makers[value];
    return maker === undefined ? isKept(value) : maker.operands.length === 0;
  };
  const residuals: Value[] = [];
  // Operands have lower numbers than results, so in descending order all users of a value come before the value.
  for (let value = joint.types.length - 1; value >= 0; value--) {
    if (!needed.has(value)) continue;
    const maker = makers[value];
    if (maker === undefined) {
      if (!isKept(value)) residuals.unshift(value);
      continue;
    }
    const further = [...new Set(maker.operands)].filter((operand) => !needed.has(operand) && !isFree(operand));
    const bytes = further.reduce((sum, operand) => sum + bytesOf(operand), 0);
    if (isCheap(joint, maker) && bytes <= bytesOf(value)) for (const operand of maker.operands) needed.add(operand);
    else residuals.unshift(value);
  }
  return { needed, residuals };
}

function isCheap({ types }: Graph, node: Node): boolean {
  const instructions = elementInstructions(types, node);
  if (instructions === null || instructions.length > FEW_INSTRUCTIONS) return false;
  return !instructions.some((instruction) => LONG_INSTRUCTIONS.has(instruction));
}

function forwardHalf(joint: Graph, inputs: number, isBackward: readonly boolean[], outputs: readonly Value[]): Graph {
  const b = graphBuilder();
  const mapped = new Map<Value, Value>();
  for (let input = 0; input < inputs; input++) mapped.set(input, b.input(joint.types[input]));
  const mappedTo = (value: Value): Value => lookUp(mapped, value);
  for (const node of joint.nodes) {
    if (node.results.some((result) => isBackward[result])) continue;
    const results = b.append(
      node,
      node.operands.map(mappedTo),
      node.results.map((result) => joint.types[result]),
    );
    node.results.forEach((result, i) => {
      mapped.set(result, results[i]);
    });
  }
  return eliminateDeadCode(b.finish(outputs.map(mappedTo)));
}

function lookUp(mapped: ReadonlyMap<Value, Value>, value: Value): Value {
  const found = mapped.get(value);
  if (found === undefined) throw new Error(`Value ${value} of the joint graph is missing in this half.`);
  return found;
}
