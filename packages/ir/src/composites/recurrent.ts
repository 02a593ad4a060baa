import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { activation } from './activation.ts';
import { expandAlong } from './broadcast.ts';
import { callComposite } from './call.ts';
import type { Composite } from './composite.ts';

/**
 * Name of an activation in a recurrent composite. `hardSigmoid` has alpha 1/6 and beta 0.5, `leakyRelu` alpha 0.2, and
 * `elu` alpha 1.
 */
export type RecurrentActivation =
  | 'tanh'
  | 'sigmoid'
  | 'relu'
  | 'linear'
  | 'hardSigmoid'
  | 'leakyRelu'
  | 'elu'
  | 'softsign'
  | 'softplus';

/** Options of every recurrent composite. */
export type RecurrentConfig = {
  /** Activation of new states and outputs; gates have another (`recurrentActivation`). */
  readonly activation: RecurrentActivation;
  /** True to process the steps from last to first. Outputs have the same order as the steps. */
  readonly reverse: boolean;
  /**
   * True to return the outputs of all steps, `[batch, steps, units]`, as the first result; otherwise only the last
   * states.
   */
  readonly sequences: boolean;
};

/** Options of a recurrent composite with gates. `recurrentActivation` is the activation of the gates. */
export type GatedConfig = RecurrentConfig & { readonly recurrentActivation: RecurrentActivation };

/**
 * Recurrent networks over `x` of shape `[batch, steps, inputs]`.
 *
 * Operands are `x`, `kernel` `[inputs, gates · units]`, `recurrentKernel` `[units, gates · units]`, the initial states
 * `[batch, units]` and the optional `bias` `[gates · units]`. Results are the outputs of all steps, if `sequences` is
 * true, and the last states.
 */
export interface RecurrentConfigs {
  /**
   * Long short-term memory (Hochreiter, Schmidhuber, 1997). The weights of the gates i, f, c, o are concatenated in
   * this order; states are `h`, `c`. c' = σ(f) · c + σ(i) · tanh(c̃), h' = σ(o) · tanh(c').
   */
  lstm: GatedConfig;
  /**
   * Gated recurrent unit (Cho et al., 2014). The weights of the gates z, r and of the candidate are concatenated in
   * this order; the state is `h`. h' = σ(z) · h + (1 - σ(z)) · tanh(candidate). With `resetAfter`, the gate r
   * multiplies the product of state and weights, and `bias` is `[2, 3 · units]`, for inputs and state. Otherwise r
   * multiplies the state.
   */
  gru: GatedConfig & { readonly resetAfter: boolean };
  /**
   * Simple recurrent network (Elman, 1990): h' = activation(x · kernel + h · recurrentKernel + bias). The state is `h`.
   */
  simpleRnn: RecurrentConfig;
}

/**
 * Recurrent networks. One matrix product computes the contributions of the inputs to all steps; a scan then iterates
 * over the steps.
 */
export const recurrent: { readonly [K in keyof RecurrentConfigs]: Composite<RecurrentConfigs[K]> } = {
  lstm: {
    body: (b, [x, kernel, recurrentKernel, h, c, bias], config) =>
      overSteps(
        b,
        config,
        inputSums(b, x, kernel, bias),
        [h, c],
        [recurrentKernel],
        (t, [hidden, carry], sums, [u]) => {
          const gates = parts(t, t.add(sums, product(t, hidden, u)), 4);
          const [input, forget, , output] = gates.map((gate) => activate(t, config.recurrentActivation, gate));
          const candidate = activate(t, config.activation, gates[2]);
          const next = t.add(t.mul(forget, carry), t.mul(input, candidate));
          return [t.mul(output, activate(t, config.activation, next)), next];
        },
      ),
  },
  gru: {
    body: (b, [x, kernel, recurrentKernel, h, bias], config) => {
      const [ofInputs, ofState] = bias === undefined || !config.resetAfter ? [bias] : rows(b, bias);
      const constants = config.resetAfter
        ? [recurrentKernel, ...(ofState === undefined ? [] : [ofState])]
        : gatesAndCandidate(b, recurrentKernel);
      return overSteps(b, config, inputSums(b, x, kernel, ofInputs), [h], constants, (t, [state], sums, [u, v]) => {
        const [updateSum, resetSum, candidateSum] = parts(t, sums, 3);
        const [ofUpdate, ofReset, candidate] = config.resetAfter
          ? resetAfter(t, state, u, v)
          : resetBefore(t, state, u, v);
        const update = activate(t, config.recurrentActivation, t.add(updateSum, ofUpdate));
        const kept = t.mul(update, state);
        const share = t.sub(t.full(update, 1), update);
        const reset = activate(t, config.recurrentActivation, t.add(resetSum, ofReset));
        const proposed = activate(t, config.activation, t.add(candidateSum, candidate(reset)));
        return [t.add(kept, t.mul(share, proposed))];
      });
    },
  },
  simpleRnn: {
    body: (b, [x, kernel, recurrentKernel, h, bias], config) =>
      overSteps(b, config, inputSums(b, x, kernel, bias), [h], [recurrentKernel], (t, [state], sums, [u]) => [
        activate(t, config.activation, t.add(sums, product(t, state, u))),
      ]),
  },
};

/**
 * What the state of a GRU adds to the update gate, to the reset gate, and to the candidate. The last depends on the
 * reset gate, so it is a function.
 */
type StateSums = readonly [update: Value, reset: Value, candidate: (reset: Value) => Value];

function resetAfter(b: GraphBuilder, state: Value, kernel: Value, bias: Value | undefined): StateSums {
  const [update, reset, last] = parts(b, withBias(b, product(b, state, kernel), bias), 3);
  return [update, reset, (gate) => b.mul(gate, last)];
}

function resetBefore(b: GraphBuilder, state: Value, gates: Value, ofCandidate: Value): StateSums {
  const [update, reset] = parts(b, product(b, state, gates), 2);
  return [update, reset, (gate) => product(b, b.mul(gate, state), ofCandidate)];
}

/** Splits a kernel of a GRU into two: that of both gates, and that of the candidate. */
function gatesAndCandidate(b: GraphBuilder, kernel: Value): readonly Value[] {
  const [update, reset, candidate] = parts(b, kernel, 3);
  return [b.concat([update, reset], 1), candidate];
}

/** Function that emits one time step and returns the next states. The first state is the output of the step. */
type Step = (b: GraphBuilder, states: readonly Value[], sums: Value, constants: readonly Value[]) => readonly Value[];

function overSteps(
  b: GraphBuilder,
  { reverse, sequences }: RecurrentConfig,
  sums: Value,
  states: readonly Value[],
  constants: readonly Value[],
  step: Step,
): readonly Value[] {
  const inner = graphBuilder();
  const { dtype, shape } = b.type(sums);
  const carried = states.map((state) => inner.input(b.type(state)));
  const slice = inner.input({ dtype, shape: shape.slice(1) });
  const held = constants.map((constant) => inner.input(b.type(constant)));
  const next = step(inner, carried, slice, held);
  const body = inner.finish(sequences ? [...next, next[0]] : next);
  const attributes = { body, carries: states.length, xs: 1, length: shape[0], reverse };
  const results = b.scan([...states, sums, ...constants], attributes);
  if (!sequences) return results;
  return [b.transpose(results[states.length], [1, 0, 2]), ...results.slice(0, states.length)];
}

/** Computes `x · kernel + bias` for all steps. The result has the shape `[steps, batch, gates · units]`. */
function inputSums(b: GraphBuilder, x: Value, kernel: Value, bias: Value | undefined): Value {
  return withBias(b, product(b, b.transpose(x, [1, 0, 2]), kernel), bias);
}

function withBias(b: GraphBuilder, sums: Value, bias: Value | undefined): Value {
  if (bias === undefined) return sums;
  const shape = b.shape(sums);
  return b.add(sums, expandAlong(b, bias, shape, [shape.length - 1]));
}

/** Computes the product of a value, along its last axis, and a matrix. */
function product(b: GraphBuilder, x: Value, matrix: Value): Value {
  return b.dot(x, matrix, [], [[b.shape(x).length - 1, 0]]);
}

/** Splits a value along its last axis into `count` equal parts. */
function parts(b: GraphBuilder, x: Value, count: number): readonly Value[] {
  const shape = b.shape(x);
  const last = shape.length - 1;
  const size = shape[last] / count;
  const step = shape.map(() => 1);
  const start = shape.map(() => 0);
  return Array.from({ length: count }, (_, i) =>
    b.slice(x, start.with(last, i * size), shape.with(last, (i + 1) * size), step),
  );
}

/** Splits a matrix into its rows. */
function rows(b: GraphBuilder, x: Value): readonly Value[] {
  const [count, length] = b.shape(x);
  return Array.from({ length: count }, (_, i) => b.reshape(b.slice(x, [i, 0], [i + 1, length], [1, 1]), [length]));
}

function activate(b: GraphBuilder, name: RecurrentActivation, x: Value): Value {
  return activations[name](b, x);
}

const activations: { readonly [K in RecurrentActivation]: (b: GraphBuilder, x: Value) => Value } = {
  tanh: (b, x) => b.tanh(x),
  sigmoid: (b, x) => b.sigmoid(x),
  relu: (b, x) => callComposite(b, 'relu', activation.relu, [x], {})[0],
  linear: (_b, x) => x,
  hardSigmoid: (b, x) => callComposite(b, 'hardSigmoid', activation.hardSigmoid, [x], { alpha: 1 / 6, beta: 0.5 })[0],
  leakyRelu: (b, x) => callComposite(b, 'leakyRelu', activation.leakyRelu, [x], { alpha: 0.2 })[0],
  elu: (b, x) => callComposite(b, 'elu', activation.elu, [x], { alpha: 1 })[0],
  softsign: (b, x) => callComposite(b, 'softsign', activation.softsign, [x], {})[0],
  softplus: (b, x) => callComposite(b, 'softplus', activation.softplus, [x], {})[0],
};
