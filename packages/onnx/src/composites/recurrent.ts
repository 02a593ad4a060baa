import type { CompositeConfigs, RecurrentActivation, Value } from '@manabi/ir';
import { isFixed, type Length } from '../symbolic/length.ts';
import type { OpenNode } from '../symbolic/open-graph.ts';
import { floats, int, text, texts } from '../write/attribute.ts';
import type { NodeAttributes } from '../write/draft.ts';
import { concat, reshape, slice, transpose } from '../write/layout.ts';
import type { Scope } from '../write/scope.ts';
import { isSpread, type Term } from '../write/term.ts';
import { isEmpty, isFloat32, zeros } from './operand.ts';
import type { CompositeRow, CompositeRows } from './row.ts';

/** Names of composites that are recurrent networks. */
export type RecurrentName = 'lstm' | 'gru' | 'simpleRnn';

/** Name of an activation function in ONNX, with its parameters `alpha` and `beta`. */
interface OnnxActivation {
  readonly name: string;
  readonly alpha?: number;
  readonly beta?: number;
}

const ACTIVATIONS: { readonly [K in RecurrentActivation]: OnnxActivation } = {
  tanh: { name: 'Tanh' },
  sigmoid: { name: 'Sigmoid' },
  relu: { name: 'Relu' },
  linear: { name: 'Affine', alpha: 1, beta: 0 },
  hardSigmoid: { name: 'HardSigmoid', alpha: 1 / 6, beta: 0.5 },
  leakyRelu: { name: 'LeakyRelu', alpha: 0.2 },
  elu: { name: 'Elu', alpha: 1 },
  softsign: { name: 'Softsign' },
  softplus: { name: 'Softplus' },
};

/**
 * Returns the attributes that describe the activation functions of a recurrent node: their names, and lists of alphas
 * and betas. The lists have entries only for the functions with such a parameter.
 */
function activationAttributes(names: readonly RecurrentActivation[]): NodeAttributes {
  const activations = names.map((name) => ACTIVATIONS[name]);
  const alphas = activations.flatMap(({ alpha }) => alpha ?? []);
  const betas = activations.flatMap(({ beta }) => beta ?? []);
  return {
    activations: texts(activations.map(({ name }) => name)),
    activation_alpha: alphas.length === 0 ? undefined : floats(alphas),
    activation_beta: betas.length === 0 ? undefined : floats(betas),
  };
}

/** Describes the ONNX node for a recurrent composite. */
interface Form {
  readonly opType: 'LSTM' | 'GRU' | 'RNN';
  /**
   * Permutation from manabi's order of gates to that of ONNX: entry i is manabi's index of the gate that is i-th in
   * ONNX.
   */
  readonly gates: readonly number[];
  readonly states: number;
  readonly attributes: NodeAttributes;
  readonly reverse: boolean;
  readonly sequences: boolean;
}

/** Reorders the blocks of the last axis of `x`, one for each gate, to the order `gates`. */
function reordered(scope: Scope, x: Term, shape: readonly number[], gates: readonly number[]): Term {
  const last = shape.length - 1;
  const size = shape[last] / gates.length;
  const zero = shape.map(() => 0);
  const step = shape.map(() => 1);
  const parts = gates.map((gate) =>
    slice(scope.writer, x, shape, zero.with(last, gate * size), shape.with(last, (gate + 1) * size), step),
  );
  return gates.every((gate, i) => gate === i) ? x : concat(scope.writer, parts, last);
}

/** Converts a weight matrix of shape `[n, gates · units]` to the layout of ONNX, `[1, gates · units, n]`. */
function weights(scope: Scope, value: Value, shape: readonly number[], gates: readonly number[]): Term {
  const { writer: w } = scope;
  const transposed = transpose(w, reordered(scope, scope.term(value), shape, gates), [1, 0]);
  return reshape(w, transposed, [shape[1], shape[0]], [1, shape[1], shape[0]]);
}

/**
 * Joins the biases of the input weights and the recurrent weights to the one list that ONNX uses, of shape `[1, 2 ·
 * gates · units]`.
 */
function biases(scope: Scope, value: Value, width: number, gates: readonly number[]): Term {
  const { writer: w } = scope;
  const given = scope.term(value);
  const shape = scope.shape(value).filter(isFixed);
  const both = shape.length === 2 ? reshape(w, given, shape, [2 * width]) : given;
  const half = (i: number): Term => slice(w, both, [2 * width], [i * width], [(i + 1) * width], [1]);
  const rows = shape.length === 2 ? [half(0), half(1)] : [both, zeros(scope, [width])];
  const ordered = rows.map((row) => reordered(scope, row, [width], gates));
  return reshape(w, concat(w, ordered, 0), [2 * width], [1, 2 * width]);
}

/**
 * Reshapes an initial state to the shape that ONNX uses, `[1, batch, units]`. Returns null for zeros, the default in
 * ONNX.
 */
function firstState(scope: Scope, value: Value): Term | null {
  const { writer: w } = scope;
  const bound = scope.bound(value);
  const elements = w.arrayOf(isSpread(bound) ? bound.source : bound);
  if (elements?.data.every((element) => element === 0)) return null;
  const shape = scope.shape(value);
  return reshape(w, scope.term(value), shape, [1, ...shape]);
}

/**
 * Writes the node of a recurrent network with one direction. In ONNX, time steps are on the first axis, and the outputs
 * have the order of the inputs even if the direction is reverse.
 */
function write(scope: Scope, node: OpenNode<'call'>, form: Form): readonly Term[] | null {
  const { opType, gates, states, attributes, reverse, sequences } = form;
  const [x, kernel, recurrentKernel, ...rest] = node.operands;
  const [firstStates, bias] = [rest.slice(0, states), rest[states]];
  const kernelShape = scope.shape(kernel).filter(isFixed);
  const recurrentShape = scope.shape(recurrentKernel).filter(isFixed);
  if (kernelShape.length < 2 || recurrentShape.length < 2) return null;
  if (!isFloat32(scope, node) || node.operands.some((operand) => isEmpty(scope, operand))) return null;
  const { writer: w } = scope;
  const [units, width] = recurrentShape;
  const [batch, steps]: readonly Length[] = scope.shape(x);
  const inputs = [
    transpose(w, scope.term(x), [1, 0, 2]),
    weights(scope, kernel, kernelShape, gates),
    weights(scope, recurrentKernel, recurrentShape, gates),
    bias === undefined ? null : biases(scope, bias, width, gates),
    null,
    ...firstStates.map((state) => firstState(scope, state)),
  ];
  const [outputs, ...last] = w.emit(opType, inputs, new Array<'float32'>(1 + states).fill('float32'), {
    hidden_size: int(units),
    direction: reverse ? text('reverse') : undefined,
    ...attributes,
  });
  const lastStates = last.map((state) => reshape(w, state, [1, batch, units], [batch, units]));
  if (!sequences) return lastStates;
  const plain = reshape(w, outputs, [steps, 1, batch, units], [steps, batch, units]);
  return [transpose(w, plain, [1, 0, 2]), ...lastStates];
}

const lstm: CompositeRow<CompositeConfigs['lstm']> = (scope, node, config) => {
  const { activation, recurrentActivation, reverse, sequences } = config;
  return write(scope, node, {
    opType: 'LSTM',
    // Order of gates: i, o, f, c in ONNX; i, f, c, o in manabi.
    gates: [0, 3, 1, 2],
    states: 2,
    attributes: activationAttributes([recurrentActivation, activation, activation]),
    reverse,
    sequences,
  });
};

const gru: CompositeRow<CompositeConfigs['gru']> = (scope, node, config) => {
  const { activation, recurrentActivation, resetAfter, reverse, sequences } = config;
  return write(scope, node, {
    opType: 'GRU',
    gates: [0, 1, 2],
    states: 1,
    attributes: { ...activationAttributes([recurrentActivation, activation]), linear_before_reset: int(resetAfter) },
    reverse,
    sequences,
  });
};

const simpleRnn: CompositeRow<CompositeConfigs['simpleRnn']> = (scope, node, { activation, reverse, sequences }) =>
  write(scope, node, {
    opType: 'RNN',
    gates: [0],
    states: 1,
    attributes: activationAttributes([activation]),
    reverse,
    sequences,
  });

export const recurrentRows: CompositeRows<RecurrentName> = { lstm, gru, simpleRnn };
