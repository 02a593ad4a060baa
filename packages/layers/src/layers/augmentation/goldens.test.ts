import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { beforeEach, expect, test } from '@jest/globals';
import { type DType, fromHost, hostArray, type Tensor } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession } from '../../index.ts';
import { ImageAugmentation } from './image-augmentation.ts';

// Written by tooling/goldens/augmentation: random transformations of Keras's layers and their results.

interface GoldenArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Golden {
  readonly className: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly transformation: unknown;
  readonly images: GoldenArray;
  readonly outputs: GoldenArray;
  readonly labels?: GoldenArray;
  readonly outputLabels?: GoldenArray;
}

const goldens = readFileSync(new URL('../../goldens/augmentation.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line): Golden => JSON.parse(line));

function isArray(value: object): value is GoldenArray {
  return 'dtype' in value && 'data' in value;
}

function toTensor({ dtype, shape, data }: GoldenArray): Tensor {
  const kinds = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };
  const kind = dtype === 'int32' || dtype === 'uint8' || dtype === 'bool' ? dtype : 'float32';
  return fromHost(hostArray(kind, shape, kinds[kind].from(data)));
}

function withTensors(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isArray(value)) return toTensor(value);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withTensors(item)]));
}

beforeEach(clearSession);

test.each(
  goldens.map((golden, i) => ({ golden, title: `${i}: ${golden.className} ${JSON.stringify(golden.options)}` })),
)(
  '$title transforms images as Keras does',
  async ({ golden: { className, options, transformation, images, outputs, labels, outputLabels } }) => {
    const layer = await layerFrom(className, options);
    if (!(layer instanceof ImageAugmentation)) throw new TypeError(className);
    const given = withTensors(transformation);
    const actual = layer.transformImages(toTensor(images), given);
    expect(actual.shape).toEqual(outputs.shape);
    const span = Math.max(...images.data.map(Math.abs));
    assertArraysClose(await actual.data(), outputs.data, { rtol: 1e-4, atol: span * 2e-5 }, className);
    if (labels === undefined || outputLabels === undefined) return;
    const mixed = layer.transformLabels(toTensor(labels), given);
    assertArraysClose(await mixed.data(), outputLabels.data, { rtol: 1e-5, atol: 1e-6 }, 'labels');
  },
);
