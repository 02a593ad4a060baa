import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DType, type HostArray, hostArray } from '@manabi/core';
import { dtypes } from '@manabi/ir';
import { clearSession, type Model } from '@manabi/layers';
import { loadModel, saveModel } from './index.ts';

interface SweepArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A line of the list of models that `tooling/goldens/keras-files/sweep.py` writes. */
export interface SweepModel {
  readonly name: string;
  readonly file: string;
  readonly inputs: readonly SweepArray[];
  readonly outputs: readonly SweepArray[];
}

/** How far one file came: `agrees` is true if the outputs are those of Keras, and `saved` is the file saved again. */
export interface SweepResult {
  readonly name: string;
  readonly loads: boolean;
  readonly agrees: boolean;
  readonly saved: string | null;
  /** What went wrong first; null if nothing did. */
  readonly problem: string | null;
}

/** Returns the models of a folder; without those that Keras could not save. */
export function sweepModels(folder: string, pattern = ''): readonly SweepModel[] {
  return readFileSync(join(folder, 'models.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((entry) => entry.error === undefined && new RegExp(pattern).test(entry.name));
}

/** Loads a model, compares its outputs with those of Keras, and saves it again as `.keras`. */
export async function sweepOne(folder: string, entry: SweepModel): Promise<SweepResult> {
  const { name, file } = entry;
  clearSession();
  let model: Model;
  try {
    model = await loadModel(join(folder, file));
  } catch (error) {
    return { name, loads: false, agrees: false, saved: null, problem: textOf(error) };
  }
  let difference: string | null;
  try {
    difference = await differenceOf(model, entry);
  } catch (error) {
    difference = textOf(error);
  }
  const agrees = difference === null;
  try {
    const saved = join(folder, `${name}.again.keras`);
    await saveModel(model, saved);
    return { name, loads: true, agrees, saved, problem: difference };
  } catch (error) {
    return { name, loads: true, agrees, saved: null, problem: difference ?? textOf(error) };
  }
}

/** Names of models that compute in half precision, or whose layers also quantize their inputs in Keras: outputs are less exact. */
const INEXACT = /float16|mixed|policy_operators|int8/;

/** Names of models whose layers also round their inputs to float8 in Keras, with errors of up to 1/16. */
const ROUNDED = /float8/;

/** Returns how the outputs of a model differ from those of Keras; null if they do not. */
export async function differenceOf(model: Model, { name, inputs, outputs }: SweepModel): Promise<string | null> {
  const given = inputs.map(toHost);
  const results = await model.predictAll(given.length === 1 ? given[0] : given);
  if (results.length !== outputs.length) return `has ${results.length} outputs, but Keras ${outputs.length}`;
  const tolerance = ROUNDED.test(name) ? 0.15 : INEXACT.test(name) ? 3e-2 : 1e-5;
  for (const [i, expected] of outputs.entries()) {
    const result = results[i];
    if (result.shape.join() !== expected.shape.join()) {
      return `output ${i} has shape [${result.shape}], but in Keras [${expected.shape}]`;
    }
    if (kindOf(result.dtype) !== kindOf(expected.dtype)) {
      return `output ${i} is ${result.dtype}, but in Keras ${expected.dtype}`;
    }
    const data = await result.data();
    for (const [k, value] of expected.data.entries()) {
      const got = Number(data[k]);
      if (Object.is(got, value) || Math.abs(got - value) <= tolerance * Math.max(1, Math.abs(value))) continue;
      return `output ${i}, element ${k} is ${got}, but in Keras ${value}`;
    }
  }
  return null;
}

function kindOf(dtype: string): string {
  return dtype === 'bool' ? 'bool' : /float/.test(dtype) ? 'float' : 'integer';
}

const DTYPES: Readonly<Record<string, DType>> = { float32: 'float32', int32: 'int32', int64: 'int32', bool: 'bool' };

function toHost({ dtype, shape, data }: SweepArray): HostArray {
  const own = DTYPES[dtype] ?? 'float32';
  const elements = dtypes[own].create(data.length);
  elements.set(data);
  return hostArray(own, shape, elements);
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
