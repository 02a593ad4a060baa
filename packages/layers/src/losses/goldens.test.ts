import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { grad, type Shape, sum, type Tensor, tensor } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import type { ClassRow } from '../registry/class-row.ts';
import type { Reduction } from './index.ts';
import { reduceLosses } from './reduction.ts';
import { lossRows } from './rows.ts';
import { getLoss, lossTable } from './table.ts';

const REDUCTIONS: readonly Reduction[] = ['sumOverBatchSize', 'sum', 'mean', 'meanWithSampleWeight', 'none'];

// Made by tooling/goldens/losses-metrics/losses.py: Keras in float32.

interface GoldenArray {
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly shape: Shape;
  readonly data: readonly number[] | readonly boolean[];
}

interface Goldens {
  readonly inputs: { readonly [name: string]: { readonly yTrue: GoldenArray; readonly yPred: GoldenArray } };
  readonly cases: readonly {
    readonly loss: string;
    readonly options: Readonly<Record<string, unknown>>;
    readonly input: string;
    readonly values: GoldenArray;
    readonly reduced: number;
    readonly gradient: readonly number[] | null;
  }[];
  readonly reductions: readonly {
    readonly losses: GoldenArray;
    readonly sampleWeight: GoldenArray | null;
    readonly mask: GoldenArray | null;
    readonly results: { readonly [K in Reduction]: GoldenArray };
  }[];
}

const goldens: Goldens = JSON.parse(readFileSync(new URL('../goldens/losses.json', import.meta.url), 'utf8'));

const toTensor = ({ dtype, shape, data }: GoldenArray): Tensor => tensor([...data], { dtype, shape });
const toTensorOrNull = (array: GoldenArray | null): Tensor | null => (array === null ? null : toTensor(array));
const toNumbers = ({ data }: GoldenArray): number[] => data.map(Number);

const CLOSE = { rtol: 1e-5, atol: 2e-6 };

describe('losses of Keras', () => {
  it.each(goldens.cases.map((golden) => ({ ...golden, title: JSON.stringify(golden.options) })))(
    '$loss $title of $input',
    async ({ loss: className, options, input, values, reduced, gradient }) => {
      const loss = await getLoss({ className, config: options });
      const yTrue = toTensor(goldens.inputs[input].yTrue);
      const yPred = toTensor(goldens.inputs[input].yPred);
      const found = loss.call(yTrue, yPred);
      expect(found.shape).toEqual(values.shape);
      assertArraysClose(await found.data(), toNumbers(values), CLOSE, 'losses');
      assertArraysClose([Number(await loss.apply(yTrue, yPred).item())], [reduced], CLOSE, 'the loss');
      const slopes = await grad((prediction: Tensor) => sum(loss.apply(yTrue, prediction)))(yPred).data();
      if (gradient !== null) assertArraysClose(slopes, gradient, CLOSE, 'gradients');
    },
  );
});

describe('reductions of Keras', () => {
  const titleOf = (array: GoldenArray | null): string => (array === null ? 'none' : `[${array.shape.join(', ')}]`);
  it.each(
    goldens.reductions.flatMap((golden) =>
      REDUCTIONS.map((reduction) => ({
        ...golden,
        reduction,
        expected: golden.results[reduction],
        title: `[${golden.losses.shape.join(', ')}], weights ${titleOf(golden.sampleWeight)}, mask ${titleOf(golden.mask)}`,
      })),
    ),
  )('$reduction of $title', async ({ losses, sampleWeight, mask, reduction, expected }) => {
    const weights = { sampleWeight: toTensorOrNull(sampleWeight), mask: toTensorOrNull(mask) };
    const found = reduceLosses(toTensor(losses), reduction, weights);
    expect(found.shape).toEqual(expected.shape);
    assertArraysClose(await found.data(), toNumbers(expected), CLOSE);
  });
});

it('every loss of Keras has a golden', () => {
  const tried = new Set(goldens.cases.map(({ loss }) => lossTable.builtIn(loss)?.className));
  const ofKeras = Object.values<ClassRow>(lossRows).filter(({ isOurs }) => isOurs !== true);
  expect(ofKeras.map(({ className }) => className).filter((name) => !tried.has(name))).toEqual([]);
});
