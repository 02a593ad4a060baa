import { describe, expect, test } from '@jest/globals';
import { finiteDifferenceGradient, randomSource } from '@manabi/testing';
import { gradientGap } from '../autodiff/gradient-check.fixture.ts';
import { vjpGraph } from '../autodiff/reverse.ts';
import type { Graph } from '../graph/graph.ts';
import { inputTypes } from '../graph/parts.ts';
import { interpret } from '../interpret.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { simplify } from '../simplify/index.ts';
import { isFloat } from '../types/dtype.ts';
import { type HostArray, hostArray } from '../types/host-array.ts';
import { sizeOf, type TensorType } from '../types/shape.ts';
import { verifyGraph } from '../verify.ts';
import { traceComposite } from './call.ts';
import { compositeCall } from './call-by-name.ts';
import { applyComposite, type CompositeConfigs, type CompositeName, composites } from './index.ts';

/** A configuration of a composite, and operands at which the composite is differentiable. */
interface Case<K extends CompositeName> {
  readonly config: CompositeConfigs[K];
  readonly operands: readonly HostArray[];
}

const source = randomSource(3);

/** Returns random reals in [low, high). */
function reals(shape: readonly number[], low = -2, high = 2): HostArray {
  return hostArray('float64', shape, source.float64Array(sizeOf(shape), low, high));
}

function integers(values: readonly number[], shape: readonly number[] = [values.length]): HostArray {
  return hostArray('int32', shape, Int32Array.from(values));
}

function only<K extends CompositeName>(config: CompositeConfigs[K], ...operands: HostArray[]): Case<K>[] {
  return [{ config, operands }];
}

const key = hostArray('uint32', [2], Uint32Array.of(1, 2));

const windows = { window: [3], strides: [2], dilation: [1] };

/** Attributes of `resize` that shorten the first axis and double the length of the second. */
const sizes = { axes: [1, 2], lengths: [3, 6] };

const steps = { activation: 'tanh', reverse: false, sequences: true } as const;

/**
 * Returns operands of a recurrent network: two samples of four steps and two features, and the weights of three units.
 */
function weights(gates: number): HostArray[] {
  return [reals([2, 4, 2]), reals([2, 3 * gates], -1, 1), reals([3, 3 * gates], -1, 1)];
}

/** Test cases of the gradients of attention. */
const attentionGradients: readonly (Case<'attentionQueryGradient'> & Case<'attentionKeyGradient'>)[] = [
  {
    config: { scale: 0.7, causal: false },
    operands: [reals([2, 3, 4]), reals([2, 5, 4]), reals([2, 5, 3]), reals([2, 3, 3]), reals([2, 3])],
  },
  {
    config: { scale: 1, causal: true },
    operands: [
      ...[reals([3, 2]), reals([3, 2]), reals([3, 4]), reals([3, 4]), reals([3])],
      hostArray('bool', [3, 3], Uint8Array.of(1, 0, 1, 0, 1, 1, 0, 0, 0)),
    ],
  },
];

/** Test cases of the composites with float operands. Other composites have no gradient. */
const cases: { readonly [K in CompositeName]: readonly Case<K>[] } = {
  matMulInteger: [],
  convInteger: [],
  attention: [
    { config: { scale: 0.7, causal: false }, operands: [reals([2, 3, 4]), reals([2, 5, 4]), reals([2, 5, 3])] },
    { config: { scale: 0.7, causal: true }, operands: [reals([4, 2]), reals([3, 2]), reals([3, 2])] },
    {
      config: { scale: 1, causal: false },
      operands: [
        ...[reals([3, 2]), reals([3, 2]), reals([3, 4])],
        // The last query attends to no key.
        hostArray('bool', [3, 3], Uint8Array.of(1, 0, 1, 0, 1, 1, 0, 0, 0)),
      ],
    },
    {
      config: { scale: 1, causal: true },
      operands: [reals([2, 2, 1, 2]), reals([2, 2, 3, 2]), reals([2, 2, 3, 2]), reals([2, 2, 1, 3])],
    },
  ],
  attentionQueryGradient: attentionGradients,
  attentionKeyGradient: attentionGradients,
  relu: only({}, reals([5])),
  relu6: only({}, reals([7], -4, 10)),
  leakyRelu: only({ alpha: 0.3 }, reals([5])),
  prelu: only({}, reals([5]), reals([5])),
  elu: only({ alpha: 0.7 }, reals([5])),
  celu: only({ alpha: 0.7 }, reals([5])),
  selu: only({}, reals([5])),
  thresholdedRelu: only({ alpha: 0.5 }, reals([6])),
  shrink: only({ threshold: 0.5, bias: 0.2 }, reals([9])),
  gelu: [
    { config: { approximate: false }, operands: [reals([5])] },
    { config: { approximate: true }, operands: [reals([5])] },
  ],
  silu: only({}, reals([5])),
  mish: only({}, reals([5])),
  softplus: only({}, reals([5])),
  logSigmoid: only({}, reals([5])),
  softsign: only({}, reals([5])),
  hardSigmoid: only({ alpha: 0.2, beta: 0.5 }, reals([9], -4, 4)),
  hardSwish: only({}, reals([9], -5, 5)),
  square: only({}, reals([4])),
  reciprocal: only({}, reals([4], 0.5, 2)),
  rsqrt: only({}, reals([4], 0.5, 2)),
  log2: only({}, reals([4], 0.5, 2)),
  log10: only({}, reals([4], 0.5, 2)),
  trunc: only({}, reals([4])),
  isFinite: only({}, reals([4])),
  clip: [
    { config: { min: -1, max: 1 }, operands: [reals([6])] },
    { config: { min: null, max: 1 }, operands: [reals([6])] },
    { config: { min: 0.1, max: null }, operands: [reals([6])] },
  ],
  clipBetween: only({}, reals([6]), reals([6], -2, -1), reals([6], 0, 2)),
  floorDivide: only({}, reals([6]), reals([6], 0.4, 0.9)),
  floorMod: only({}, reals([6]), reals([6], 0.4, 0.9)),
  acos: only({}, reals([5], -0.9, 0.9)),
  atan2: only({}, reals([12]), reals([12])),
  sinh: only({}, reals([5])),
  cosh: only({}, reals([5])),
  asinh: only({}, reals([5])),
  acosh: only({}, reals([5], 1.2, 3)),
  atanh: only({}, reals([5], -0.9, 0.9)),
  erfc: only({}, reals([9])),
  erfInv: only({}, reals([9], -0.95, 0.95)),
  softmax: only({ axis: 1 }, reals([2, 3, 2])),
  logSoftmax: only({ axis: 1 }, reals([2, 3, 2])),
  logSumExp: only({ axes: [0, 2] }, reals([2, 3, 2])),
  softmaxCrossEntropy: [
    { config: { axis: 1, ignoreIndex: null }, operands: [reals([3, 4]), integers([0, 3, 2])] },
    { config: { axis: 1, ignoreIndex: -1 }, operands: [reals([2, 4, 2]), integers([0, -1, 3, 2], [2, 2])] },
  ],
  sigmoidCrossEntropy: only({}, reals([5]), reals([5], 0, 1)),
  layerNorm: [
    { config: { axes: [1], epsilon: 1e-3 }, operands: [reals([3, 4])] },
    { config: { axes: [1, 2], epsilon: 1e-3 }, operands: [reals([2, 2, 3]), reals([2, 3]), reals([2, 3])] },
  ],
  rmsNorm: only({ axes: [1], epsilon: 1e-3 }, reals([3, 4]), reals([4])),
  batchNorm: only({ axis: 1, epsilon: 1e-3 }, reals([2, 3, 2]), reals([3]), reals([3]), reals([3]), reals([3], 0.5, 2)),
  batchNormTraining: [],
  groupNorm: only({ axis: 1, groups: 2, epsilon: 1e-3 }, reals([2, 4, 3]), reals([4]), reals([4])),
  avgPool: [
    { config: { ...windows, padding: [[0, 0]], countIncludePad: false }, operands: [reals([2, 5])] },
    { config: { ...windows, padding: [[2, 1]], countIncludePad: false }, operands: [reals([2, 5])] },
    { config: { ...windows, padding: [[2, 1]], countIncludePad: true }, operands: [reals([2, 5])] },
  ],
  reduceMean: only({ axes: [1] }, reals([2, 3])),
  variance: only({ axes: [0], correction: 1 }, reals([4, 2])),
  any: [],
  all: [],
  reduceL1: only({ axes: [1] }, reals([2, 3])),
  reduceL2: only({ axes: [1] }, reals([2, 3])),
  reduceSumSquare: only({ axes: [1] }, reals([2, 3])),
  reduceLogSum: only({ axes: [1] }, reals([2, 3], 0.5, 2)),
  oneHot: [],
  trilu: [
    { config: { upper: true, diagonal: 1 }, operands: [reals([2, 3, 4])] },
    { config: { upper: false, diagonal: -1 }, operands: [reals([3, 4])] },
  ],
  eye: [],
  split: [],
  foldIn: [],
  uniform: [],
  normal: [],
  truncatedNormal: [],
  bernoulli: [],
  categorical: [],
  permutation: [],
  dropout: only({ rate: 0.4 }, reals([20]), key),
  lstm: [
    {
      config: { ...steps, recurrentActivation: 'sigmoid' },
      operands: [...weights(4), reals([2, 3]), reals([2, 3]), reals([12])],
    },
    {
      config: { activation: 'softsign', recurrentActivation: 'hardSigmoid', reverse: true, sequences: false },
      operands: [...weights(4), reals([2, 3]), reals([2, 3])],
    },
  ],
  gru: [
    {
      config: { ...steps, recurrentActivation: 'sigmoid', resetAfter: true },
      operands: [...weights(3), reals([2, 3]), reals([2, 9])],
    },
    {
      config: { ...steps, recurrentActivation: 'softplus', resetAfter: false, reverse: true },
      operands: [...weights(3), reals([2, 3]), reals([9])],
    },
  ],
  resize: [
    { config: { ...sizes, interpolation: 'bilinear', antialias: false }, operands: [reals([2, 4, 3, 2])] },
    { config: { ...sizes, interpolation: 'lanczos3', antialias: true }, operands: [reals([1, 4, 3, 1])] },
    { config: { ...sizes, interpolation: 'nearest', antialias: false }, operands: [reals([2, 4, 3, 1])] },
  ],
  simpleRnn: only(steps, ...weights(1), reals([2, 3]), reals([3])),
};

function graphOf<K extends CompositeName>(name: K, types: readonly TensorType[], config: CompositeConfigs[K]): Graph {
  const b = graphBuilder();
  const operands = types.map((type) => b.input(type));
  return b.finish(applyComposite(b, name, operands, config));
}

/**
 * Returns a graph of a composite's body without the call, so that differentiating it does not use the gradient of the
 * call.
 */
function bodyOf<K extends CompositeName>(name: K, types: readonly TensorType[], config: CompositeConfigs[K]): Graph {
  return traceComposite(name, composites[name], types, config).body;
}

function testFamily<K extends CompositeName>(name: K): void {
  for (const { config, operands } of cases[name]) {
    test(`${name} ${JSON.stringify(config)} has first and second derivatives that match finite differences`, () => {
      expect(gradientGap(graphOf(name, operands, config), operands, finiteDifferenceGradient)).toBeLessThan(2e-7);
    });
    if (composites[name].vjp === undefined) continue;
    test(`${name} ${JSON.stringify(config)} has a gradient that equals the derivative of its body`, () => {
      const wrt = operands.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
      const own = vjpGraph(graphOf(name, operands, config), { wrt });
      const through = vjpGraph(bodyOf(name, operands, config), { wrt });
      const cotangents = inputTypes(own)
        .slice(operands.length)
        .map(({ shape }) => reals(shape));
      const expected = interpret(through, [...operands, ...cotangents]);
      interpret(own, [...operands, ...cotangents]).forEach(({ data }, output) => {
        data.forEach((value, i) => {
          expect(value).toBeCloseTo(expected[output].data[i], 10);
        });
      });
    });
  }
}

describe('composites', () => {
  for (const name of Object.keys(cases) as CompositeName[]) testFamily(name);

  test('sum twice over the batch in the gradient of batch normalization', () => {
    const b = graphBuilder();
    const operands = [[6, 3], [3], [3]].map((shape) => b.input({ dtype: 'float32', shape }));
    const [y] = applyComposite(b, 'batchNormTraining', operands, { axis: 1, epsilon: 1e-3 });
    const { nodes } = simplify(vjpGraph(b.finish([b.exp(y)]), { wrt: [0, 1, 2] }), { final: true });
    // Two further sums compute the mean and the variance.
    expect(nodes.filter(({ op }) => op === 'reduceSum')).toHaveLength(4);
  });

  test('are built only once for equal operand types and configurations', () => {
    const type: TensorType = { dtype: 'float32', shape: [2, 3] };
    expect(compositeCall('softmax', [type], { axis: 1 })).toBe(compositeCall('softmax', [type], { axis: 1 }));
    expect(compositeCall('softmax', [type], { axis: 1 })).not.toBe(compositeCall('softmax', [type], { axis: 0 }));
  });

  test('have valid graphs for float32 operands', () => {
    const check = <K extends CompositeName>(name: K): void => {
      for (const { config, operands } of cases[name]) {
        const types = operands.map(({ dtype, shape }) => ({
          dtype: isFloat(dtype) ? ('float32' as const) : dtype,
          shape,
        }));
        verifyGraph(graphOf(name, types, config));
      }
    };
    for (const name of Object.keys(cases) as CompositeName[]) check(name);
  });
});
