import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { activation } from './activation.ts';
import { expandAlong } from './broadcast.ts';
import { callComposite } from './call.ts';
import type { Composite } from './composite.ts';

/** What bends the sums of a recurrent composite: `hardSigmoid` with 1/6 and 0.5, `leakyRelu` with 0.2, `elu` with 1. */
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

/** How a recurrent composite goes through its steps. */
export type RecurrentConfig = {
  /** Of candidates and outputs. */
  readonly activation: RecurrentActivation;
  /** From the last step to the first; outputs lie as the steps do. */
  readonly reverse: boolean;
  /** Whether the first result holds the outputs of all steps, `[batch, steps, units]`; else only states are results. */
  readonly sequences: boolean;
};

/** A recurrent composite whose gates have an activation of their own. */
export type GatedConfig = RecurrentConfig & { readonly recurrentActivation: RecurrentActivation };

/**
 * Recurrent networks over `x` of shape `[batch, steps, inputs]`. Operands are `x`, `kernel` `[inputs, gates · units]`,
 * `recurrentKernel` `[units, gates · units]`, the first states `[batch, units]`, and last `bias` `[gates · units]`, which may
 * be left out. Results are the outputs of all steps, if `sequences` asks for them, and the last states.
 */
export interface RecurrentConfigs {
  /** Hochreiter, Schmidhuber (1997), with the gates i, f, c, o side by side; states `h`, `c`. */
  lstm: GatedConfig;
  /**
   * Cho et al. (2014), with the gates z, r and the candidate side by side; state `h`. With `resetAfter` the gate r acts on
   * the product with the state, and `bias` is `[2, 3 · units]`, of inputs and of the state; else on the state itself.
   */
  gru: GatedConfig & { readonly resetAfter: boolean };
  /** Elman (1990): `activation(x · kernel + bias + h · recurrentKernel)`; state `h`. */
  simpleRnn: RecurrentConfig;
}

/** Recurrent networks: one product for all inputs, then a scan over the steps. */
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
          const [input, forget, , output] = gates.map((gate) => bend(t, config.recurrentActivation, gate));
          const candidate = bend(t, config.activation, gates[2]);
          const next = t.add(t.mul(forget, carry), t.mul(input, candidate));
          return [t.mul(output, bend(t, config.activation, next)), next];
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
        const update = bend(t, config.recurrentActivation, t.add(updateSum, ofUpdate));
        const kept = t.mul(update, state);
        const share = t.sub(t.full(update, 1), update);
        const reset = bend(t, config.recurrentActivation, t.add(resetSum, ofReset));
        const proposed = bend(t, config.activation, t.add(candidateSum, candidate(reset)));
        return [t.add(kept, t.mul(share, proposed))];
      });
    },
  },
  simpleRnn: {
    body: (b, [x, kernel, recurrentKernel, h, bias], config) =>
      overSteps(b, config, inputSums(b, x, kernel, bias), [h], [recurrentKernel], (t, [state], sums, [u]) => [
        bend(t, config.activation, t.add(sums, product(t, state, u))),
      ]),
  },
};

/** The state's parts of the sums: of the gates, and of the candidate once it is known what to reset. */
type StateSums = readonly [update: Value, reset: Value, candidate: (reset: Value) => Value];

function resetAfter(b: GraphBuilder, state: Value, kernel: Value, bias: Value | undefined): StateSums {
  const [update, reset, last] = parts(b, withBias(b, product(b, state, kernel), bias), 3);
  return [update, reset, (gate) => b.mul(gate, last)];
}

function resetBefore(b: GraphBuilder, state: Value, gates: Value, ofCandidate: Value): StateSums {
  const [update, reset] = parts(b, product(b, state, gates), 2);
  return [update, reset, (gate) => product(b, b.mul(gate, state), ofCandidate)];
}

/** The kernel of both gates, and that of the candidate. */
function gatesAndCandidate(b: GraphBuilder, kernel: Value): readonly Value[] {
  const [update, reset, candidate] = parts(b, kernel, 3);
  return [b.concat([update, reset], 1), candidate];
}

/** A step in a builder of its own: from states, the inputs' sums and constants to the next states, the output first. */
type Step = (b: GraphBuilder, states: readonly Value[], sums: Value, constants: readonly Value[]) => readonly Value[];

function overSteps(
  b: GraphBuilder,
  { reverse, sequences }: RecurrentConfig,
  sums: Value,
  states: readonly Value[],
  constants: readonly Value[],
  step: Step,
): readonly Value[] {
  const turn = graphBuilder();
  const { dtype, shape } = b.type(sums);
  const carried = states.map((state) => turn.input(b.type(state)));
  const slice = turn.input({ dtype, shape: shape.slice(1) });
  const held = constants.map((constant) => turn.input(b.type(constant)));
  const next = step(turn, carried, slice, held);
  const body = turn.finish(sequences ? [...next, next[0]] : next);
  const attributes = { body, carries: states.length, xs: 1, length: shape[0], reverse };
  const results = b.scan([...states, sums, ...constants], attributes);
  if (!sequences) return results;
  return [b.transpose(results[states.length], [1, 0, 2]), ...results.slice(0, states.length)];
}

/** `x · kernel + bias` of all steps, `[steps, batch, gates · units]`. */
function inputSums(b: GraphBuilder, x: Value, kernel: Value, bias: Value | undefined): Value {
  return withBias(b, product(b, b.transpose(x, [1, 0, 2]), kernel), bias);
}

function withBias(b: GraphBuilder, sums: Value, bias: Value | undefined): Value {
  if (bias === undefined) return sums;
  const shape = b.shape(sums);
  return b.add(sums, expandAlong(b, bias, shape, [shape.length - 1]));
}

/** The product of the last axis with a matrix. */
function product(b: GraphBuilder, x: Value, matrix: Value): Value {
  return b.dot(x, matrix, [], [[b.shape(x).length - 1, 0]]);
}

/** Equal parts of the last axis. */
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

/** The rows of a matrix. */
function rows(b: GraphBuilder, x: Value): readonly Value[] {
  const [count, length] = b.shape(x);
  return Array.from({ length: count }, (_, i) => b.reshape(b.slice(x, [i, 0], [i + 1, length], [1, 1]), [length]));
}

function bend(b: GraphBuilder, name: RecurrentActivation, x: Value): Value {
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
