import { describe, expect, test } from '@jest/globals';
import { applyComposite, type CompositeConfigs, type CompositeName, type Exportable, hostArray } from '@manabi/ir';
import { exportOnnx } from '../export/export-onnx.ts';
import type { ExportOptions } from '../export/options.ts';
import { batches, differences, familyOf, numbers } from '../family.fixture.ts';
import { inspectOnnx } from '../inspect/inspect-onnx.ts';

/**
 * Creates a network of one composite: its first operand is a batch of samples, and its other operands are parameters of
 * the given shapes.
 */
function callOf<K extends CompositeName>(
  name: K,
  config: CompositeConfigs[K],
  sample: readonly number[],
  ...lists: readonly (readonly number[])[]
): Exportable {
  return familyOf({
    parameters: Object.fromEntries(lists.map((shape, i) => [`p${i}`, numbers(...shape)])),
    inputs: batches(...sample),
    build: (b, { x, ...rest }) => applyComposite(b, name, [x, ...Object.values(rest)], config),
  });
}

/** Creates a network that computes integer remainders by constant divisors. */
function remainderBy(...divisors: readonly number[]): Exportable {
  return familyOf({
    parameters: { y: hostArray('int32', [divisors.length], Int32Array.from(divisors)) },
    inputs: (size) => ({ x: { dtype: 'int32', shape: [size, divisors.length] } }),
    build: (b, { x, y }) => applyComposite(b, 'floorMod', [x, b.expand(y, b.shape(x), [1])], {}),
  });
}

/** A network that computes integer remainders by divisors that are an input. */
const remainderByData = familyOf({
  inputs: (size) => ({ x: { dtype: 'int32', shape: [size] }, y: { dtype: 'int32', shape: [size] } }),
  build: (b, { x, y }) => applyComposite(b, 'floorMod', [x, y], {}),
});

const windows = { window: [2], strides: [1], padding: [[0, 0]], countIncludePad: false } as const;

interface Choice {
  readonly what: string;
  readonly family: Exportable;
  readonly operator: string;
  readonly options?: ExportOptions;
}

/** Attention of a batch to itself, with a mask of bool or numbers for all samples or none. */
const attentionTo = (
  config: CompositeConfigs['attention'],
  sample: readonly number[],
  mask: 'bool' | 'float32' | null = null,
): Exportable =>
  familyOf({
    inputs: (size) => ({ x: { dtype: 'float32', shape: [size, ...sample] } }),
    parameters: mask === null ? {} : { mask: maskOf(sample[sample.length - 2], mask) },
    build: (b, { x, mask: shown }) => {
      const rank = b.shape(x).length;
      const scores = [...b.shape(x).slice(0, -1), b.shape(x)[rank - 2]];
      const masks = shown === undefined ? [] : [b.expand(shown, scores, [rank - 2, rank - 1])];
      return applyComposite(b, 'attention', [x, x, x, ...masks], config);
    },
  });

/** Returns a mask of which the second row hides all keys if it is of bool. */
function maskOf(length: number, dtype: 'bool' | 'float32') {
  const isShown = Array.from({ length: length ** 2 }, (_, i) => Math.floor(i / length) !== 1 && (i * 7) % 3 !== 0);
  return dtype === 'bool'
    ? hostArray('bool', [length, length], Uint8Array.from(isShown, Number))
    : numbers(length, length);
}

const opset23 = { opset: 23 };

/** Calls of composites that are exported as ONNX operators. */
const taken: readonly Choice[] = [
  {
    what: 'normalization over the last axes, without scale and bias',
    family: callOf('layerNorm', { axes: [2, 3], epsilon: 1e-5 }, [4, 3, 2]),
    operator: 'LayerNormalization',
  },
  {
    what: 'normalization with given statistics, channels last',
    family: callOf('batchNorm', { axis: 3, epsilon: 1e-3 }, [4, 4, 2], [2], [2], [2], [2]),
    operator: 'BatchNormalization',
  },
  {
    what: 'one channel per group',
    family: callOf('groupNorm', { axis: 1, groups: 4, epsilon: 1e-5 }, [4, 6], [4], [4]),
    operator: 'InstanceNormalization',
  },
  {
    what: 'several channels per group',
    family: callOf('groupNorm', { axis: 3, groups: 2, epsilon: 1e-5 }, [3, 3, 4]),
    operator: 'GroupNormalization',
  },
  {
    what: 'root mean square normalization, from opset 23',
    family: callOf('rmsNorm', { axes: [1], epsilon: 1e-5 }, [6], [6]),
    operator: 'RMSNormalization',
    options: { opset: 23, irVersion: 11 },
  },
  {
    what: 'attention of heads',
    family: attentionTo({ scale: 0.5, causal: false }, [2, 5, 4]),
    operator: 'Attention',
    options: opset23,
  },
  {
    what: 'causal attention of one head',
    family: attentionTo({ scale: 0.3, causal: true }, [5, 4]),
    operator: 'Attention',
    options: opset23,
  },
  {
    what: 'attention with a mask that hides all keys of a query',
    family: attentionTo({ scale: 0.5, causal: false }, [2, 5, 4], 'bool'),
    operator: 'Attention',
    options: opset23,
  },
  {
    what: 'attention with numbers added to the scores',
    family: attentionTo({ scale: 0.5, causal: false }, [2, 5, 4], 'float32'),
    operator: 'Attention',
    options: opset23,
  },
  {
    what: 'nearest-neighbour upsampling by integer factors',
    family: callOf('resize', { axes: [1, 2], lengths: [6, 8], interpolation: 'nearest', antialias: false }, [3, 4, 2]),
    operator: 'Resize',
  },
  {
    what: 'bilinear upsampling',
    family: callOf('resize', { axes: [2, 3], lengths: [5, 3], interpolation: 'bilinear', antialias: false }, [2, 3, 4]),
    operator: 'Resize',
  },
  {
    what: 'dilated average pooling',
    family: callOf('avgPool', { ...windows, dilation: [2] }, [3, 7]),
    operator: 'AveragePool',
  },
  { what: 'remainder by constant divisors', family: remainderBy(3, -2, 7), operator: 'Mod' },
  { what: 'exact GELU', family: callOf('gelu', { approximate: false }, [9]), operator: 'Gelu' },
];

/** Calls of composites for which the ONNX operator is missing or computes another result. */
const declined: readonly Choice[] = [
  {
    what: 'normalization over other than the last axes',
    family: callOf('layerNorm', { axes: [1], epsilon: 1e-5 }, [4, 3], [4], [4]),
    operator: 'LayerNormalization',
  },
  {
    what: 'root mean square normalization, before opset 23',
    family: callOf('rmsNorm', { axes: [1], epsilon: 1e-5 }, [6], [6]),
    operator: 'RMSNormalization',
  },
  {
    what: 'attention, before opset 23',
    family: attentionTo({ scale: 0.5, causal: false }, [2, 5, 4]),
    operator: 'Attention',
  },
  {
    what: 'causal attention with a mask, which may hide all keys of a query',
    family: attentionTo({ scale: 0.5, causal: true }, [2, 5, 4], 'bool'),
    operator: 'Attention',
    options: opset23,
  },
  {
    what: 'several channels per group, before opset 21',
    family: callOf('groupNorm', { axis: 1, groups: 2, epsilon: 1e-5 }, [4, 6], [4], [4]),
    operator: 'GroupNormalization',
    options: { opset: 20 },
  },
  {
    what: 'nearest-neighbour resizing by fractional factors, where two pixels may be equally near',
    family: callOf('resize', { axes: [1, 2], lengths: [5, 7], interpolation: 'nearest', antialias: false }, [3, 4, 2]),
    operator: 'Resize',
  },
  {
    what: 'antialiased downsampling',
    family: callOf('resize', { axes: [1, 2], lengths: [2, 2], interpolation: 'bilinear', antialias: true }, [6, 6, 2]),
    operator: 'Resize',
  },
  {
    what: 'Lanczos interpolation, which ONNX lacks',
    family: callOf('resize', { axes: [1, 2], lengths: [6, 6], interpolation: 'lanczos3', antialias: false }, [4, 4, 2]),
    operator: 'Resize',
  },
  {
    what: 'exact GELU, before opset 20',
    family: callOf('gelu', { approximate: false }, [9]),
    operator: 'Gelu',
    options: { opset: 19 },
  },
];

describe('exportOnnx writes a composite as an ONNX operator if the operator computes the same result', () => {
  test.each(taken)('$what as $operator', async ({ family, operator, options }) => {
    expect(inspectOnnx(await exportOnnx(family, options)).operators).toMatchObject({ [operator]: 1 });
    expect(await differences(family, undefined, options)).toEqual([]);
    const bodies = inspectOnnx(await exportOnnx(family, { ...options, composites: 'bodies' })).operators;
    if (operator !== 'AveragePool' && operator !== 'Mod') expect(bodies).not.toHaveProperty(operator);
  });
});

describe('exportOnnx writes a composite as elementary operators if the ONNX operator is missing or computes another result', () => {
  test.each(declined)('no $operator for $what', async ({ family, operator, options }) => {
    expect(inspectOnnx(await exportOnnx(family, options)).operators).not.toHaveProperty(operator);
    expect(await differences(family, undefined, options)).toEqual([]);
  });
});

test.each([
  ['divisors from inputs', remainderByData],
  ['divisor 0', remainderBy(3, 0, 7)],
  ['divisor -1, which overflows for the smallest integer,', remainderBy(3, -1, 7)],
])('floorMod with %s is exported so that ONNX Runtime computes it without an error', async (_, family) => {
  expect(inspectOnnx(await exportOnnx(family)).operators).toHaveProperty('Where');
  expect(await differences(family)).toEqual([]);
});

test.each([
  ['SiLU', 18, callOf('silu', {}, [4])],
  ['average pooling', 18, callOf('avgPool', { ...windows, dilation: [1] }, [3, 6])],
  ['dilated average pooling', 19, callOf('avgPool', { ...windows, dilation: [2] }, [3, 6])],
  ['GELU', 20, callOf('gelu', { approximate: false }, [4])],
  ['group normalization', 21, callOf('groupNorm', { axis: 1, groups: 2, epsilon: 1e-5 }, [4, 3])],
  ['root mean square normalization', 18, callOf('rmsNorm', { axes: [1], epsilon: 1e-5 }, [4], [4])],
] as const)('exportOnnx writes %s in opset %d, the lowest with its operators', async (_, opset, family) => {
  expect(inspectOnnx(await exportOnnx(family)).opsets).toEqual({ 'ai.onnx': opset });
  expect(await differences(family)).toEqual([]);
});
