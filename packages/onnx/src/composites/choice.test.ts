import { describe, expect, test } from '@jest/globals';
import { applyComposite, type CompositeConfigs, type CompositeName, type Exportable, hostArray } from '@manabi/ir';
import { exportOnnx } from '../export/export-onnx.ts';
import type { ExportOptions } from '../export/options.ts';
import { batches, differences, familyOf, numbers } from '../family.fixture.ts';
import { inspectOnnx } from '../inspect/inspect-onnx.ts';

/** A composite on a batch of samples, with lists of numbers as its further operands. */
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

/** Whole numbers modulo others that are known. */
function remainderBy(...divisors: readonly number[]): Exportable {
  return familyOf({
    parameters: { y: hostArray('int32', [divisors.length], Int32Array.from(divisors)) },
    inputs: (size) => ({ x: { dtype: 'int32', shape: [size, divisors.length] } }),
    build: (b, { x, y }) => applyComposite(b, 'floorMod', [x, b.expand(y, b.shape(x), [1])], {}),
  });
}

/** Whole numbers modulo others that come with the samples. */
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

/** What is written as the operator. */
const taken: readonly Choice[] = [
  {
    what: 'a normalization over the last axes, without scale and bias',
    family: callOf('layerNorm', { axes: [2, 3], epsilon: 1e-5 }, [4, 3, 2]),
    operator: 'LayerNormalization',
  },
  {
    what: 'a normalization by given statistics, wherever the channels are',
    family: callOf('batchNorm', { axis: 3, epsilon: 1e-3 }, [4, 4, 2], [2], [2], [2], [2]),
    operator: 'BatchNormalization',
  },
  {
    what: 'groups of one channel each',
    family: callOf('groupNorm', { axis: 1, groups: 4, epsilon: 1e-5 }, [4, 6], [4], [4]),
    operator: 'InstanceNormalization',
  },
  {
    what: 'larger groups',
    family: callOf('groupNorm', { axis: 3, groups: 2, epsilon: 1e-5 }, [3, 3, 4]),
    operator: 'GroupNormalization',
  },
  {
    what: 'a root mean square, where the opset has it',
    family: callOf('rmsNorm', { axes: [1], epsilon: 1e-5 }, [6], [6]),
    operator: 'RMSNormalization',
    options: { opset: 23, irVersion: 11 },
  },
  {
    what: 'a whole multiple of an image',
    family: callOf('resize', { axes: [1, 2], lengths: [6, 8], interpolation: 'nearest', antialias: false }, [3, 4, 2]),
    operator: 'Resize',
  },
  {
    what: 'another size by straight lines',
    family: callOf('resize', { axes: [2, 3], lengths: [5, 3], interpolation: 'bilinear', antialias: false }, [2, 3, 4]),
    operator: 'Resize',
  },
  {
    what: 'windows with places between them',
    family: callOf('avgPool', { ...windows, dilation: [2] }, [3, 7]),
    operator: 'AveragePool',
  },
  { what: 'a remainder by known numbers', family: remainderBy(3, -2, 7), operator: 'Mod' },
  { what: 'the error function form', family: callOf('gelu', { approximate: false }, [9]), operator: 'Gelu' },
];

/** What ONNX's operator does not do, or not alike. */
const declined: readonly Choice[] = [
  {
    what: 'a normalization over axes that are not the last',
    family: callOf('layerNorm', { axes: [1], epsilon: 1e-5 }, [4, 3], [4], [4]),
    operator: 'LayerNormalization',
  },
  {
    what: 'a root mean square, before the opset that has it',
    family: callOf('rmsNorm', { axes: [1], epsilon: 1e-5 }, [6], [6]),
    operator: 'RMSNormalization',
  },
  {
    what: 'groups of channels, before opset 21',
    family: callOf('groupNorm', { axis: 1, groups: 2, epsilon: 1e-5 }, [4, 6], [4], [4]),
    operator: 'GroupNormalization',
    options: { opset: 20 },
  },
  {
    what: 'nearest places of a size that is no multiple: two may be equally near',
    family: callOf('resize', { axes: [1, 2], lengths: [5, 7], interpolation: 'nearest', antialias: false }, [3, 4, 2]),
    operator: 'Resize',
  },
  {
    what: 'a smaller image in which all places count',
    family: callOf('resize', { axes: [1, 2], lengths: [2, 2], interpolation: 'bilinear', antialias: true }, [6, 6, 2]),
    operator: 'Resize',
  },
  {
    what: 'an interpolation that ONNX has not',
    family: callOf('resize', { axes: [1, 2], lengths: [6, 6], interpolation: 'lanczos3', antialias: false }, [4, 4, 2]),
    operator: 'Resize',
  },
  {
    what: 'the error function form, before opset 20',
    family: callOf('gelu', { approximate: false }, [9]),
    operator: 'Gelu',
    options: { opset: 19 },
  },
];

describe('a composite is written as the operator of ONNX that does the same', () => {
  test.each(taken)('$operator: $what', async ({ family, operator, options }) => {
    expect(inspectOnnx(await exportOnnx(family, options)).operators).toMatchObject({ [operator]: 1 });
    expect(await differences(family, undefined, options)).toEqual([]);
    const bodies = inspectOnnx(await exportOnnx(family, { ...options, composites: 'bodies' })).operators;
    if (operator !== 'AveragePool' && operator !== 'Mod') expect(bodies).not.toHaveProperty(operator);
  });
});

describe('and as its body where none does', () => {
  test.each(declined)('$operator: $what', async ({ family, operator, options }) => {
    expect(inspectOnnx(await exportOnnx(family, options)).operators).not.toHaveProperty(operator);
    expect(await differences(family, undefined, options)).toEqual([]);
  });
});

test.each([
  ['numbers that come with the samples', remainderByData],
  ['0', remainderBy(3, 0, 7)],
  ['-1, over which the smallest number has no quotient,', remainderBy(3, -1, 7)],
])('a remainder by %s is written so that it is no error', async (_, family) => {
  expect(inspectOnnx(await exportOnnx(family)).operators).toHaveProperty('Where');
  expect(await differences(family)).toEqual([]);
});
