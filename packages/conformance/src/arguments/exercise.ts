import { isTensor, type Tensor, tensor } from '@manabi/core';
import { Dataset, isHostArray } from '@manabi/data';
import { ManabiError } from '@manabi/errors';
import { Layer } from '@manabi/layers';
import { smallModel } from './known-types.ts';

/** Largest number of elements of a result that is checked for NaN; larger results are ignored. */
const MOST_ELEMENTS = 100_000;

/** Number of elements of a list, or properties of an object, that are checked. */
const MOST_PARTS = 20;

/**
 * Uses the result of a call as a user would: reads a tensor, makes steps with an optimizer, or trains with a callback.
 *
 * @returns whether the result, or a value computed with it, is NaN
 */
export async function makesNaN(result: unknown, depth = 0): Promise<boolean> {
  if (depth > 3) return false;
  if (typeof result === 'number') return Number.isNaN(result);
  if (result instanceof Promise) return makesNaN(await result, depth + 1);
  if (isTensor(result)) return readsNaN(result);
  if (isFunction(result)) return makesNaN(await call(result), depth + 1);
  if (typeof result !== 'object' || result === null) return false;
  if (isHostArray(result)) return result.data.length <= MOST_ELEMENTS && result.data.some((x) => Number.isNaN(x));
  if (Array.isArray(result)) return anyMakesNaN(result.slice(0, MOST_PARTS), depth);
  if (result instanceof Layer) return makesNaN(await applied(result), depth + 1);
  return usedAs(result, depth);
}

function isFunction(thing: unknown): thing is (...given: readonly never[]) => unknown {
  // Classes cannot be called without `new`.
  return typeof thing === 'function' && !/^class\b/.test(Function.prototype.toString.call(thing));
}

const x = () =>
  tensor([
    [0.5, 0.25],
    [0.75, 1],
  ]);

async function usedAs(thing: object, depth: number): Promise<boolean> {
  if (hasMethods(thing, 'init', 'update', 'learningRate')) return makesNaN(descended(thing), depth + 1);
  if (hasMethods(thing, 'init', 'update', 'result')) {
    const types = { shape: [2, 2], dtype: 'float32' };
    const state = invoke(thing, 'update', invoke(thing, 'init', types, types), x(), x());
    return makesNaN(invoke(thing, 'result', state), depth + 1);
  }
  if (hasMethods(thing, 'call', 'apply')) return makesNaN(invoke(thing, 'apply', x(), x()), depth + 1);
  if (hasMethods(thing, 'draw')) {
    return makesNaN(invoke(thing, 'draw', tensor(Uint32Array.of(1, 2)), [4, 4], 'float32'), depth + 1);
  }
  if (hasMethods(thing, 'penalty')) return makesNaN(invoke(thing, 'penalty', x()), depth + 1);
  if (hasMethods(thing, 'constrain')) return makesNaN(invoke(thing, 'constrain', x()), depth + 1);
  if (thing instanceof Dataset) return makesNaN(await firstOf(thing), depth + 1);
  if ('onEpochEnd' in thing || 'onTrainBegin' in thing) return trainsToNaN(thing);
  return anyMakesNaN(Object.values(thing).slice(0, MOST_PARTS), depth);
}

/** Returns a small set of parameters after three steps of an optimizer. */
function descended(optimizer: object): unknown {
  let params: unknown = { w: x() };
  let state = invoke(optimizer, 'init', params);
  for (let step = 0; step < 3; step++) {
    const updated = invoke(optimizer, 'update', params, { w: x() }, state);
    if (typeof updated !== 'object' || updated === null) return updated;
    [params, state] = [Reflect.get(updated, 'params'), Reflect.get(updated, 'state')];
  }
  return params;
}

/**
 * Trains a small model with a callback and returns whether a loss or metric was NaN, which only a wrong callback can
 * cause.
 */
async function trainsToNaN(callback: object): Promise<boolean> {
  const model = smallModel();
  const log = console.log;
  console.log = () => {};
  try {
    const data = [
      [0.5, 0.25],
      [0.75, 1],
    ];
    const { history } = await model.fit(data, data, {
      epochs: 4,
      verbose: 0,
      validationData: [data, data],
      callbacks: [callback],
    });
    return Object.values(history).some((values) => values.some((value) => Number.isNaN(value)));
  } finally {
    console.log = log;
  }
}

async function anyMakesNaN(parts: readonly unknown[], depth: number): Promise<boolean> {
  for (const part of parts) if (await makesNaN(part, depth + 1)) return true;
  return false;
}

async function readsNaN(result: Tensor): Promise<boolean> {
  if (result.size > MOST_ELEMENTS) return false;
  return (await result.data()).some((value) => Number.isNaN(value));
}

/**
 * Applies a layer to inputs of several ranks, and to pairs of inputs, and returns the results. Throws the last error if
 * the layer rejects all of them.
 */
async function applied(layer: Layer): Promise<unknown> {
  const inputs = [
    [2, 4],
    [2, 4, 4],
    [2, 4, 4, 3],
    [2, 4, 4, 4, 2],
  ].map(positiveNumbers);
  const results: unknown[] = [];
  let refusal: unknown;
  const pairs = inputs.map((x) => [x, x]);
  // After the first accepted input has built the layer, the other inputs may have shapes for which it was not built.
  for (const given of [...inputs, ...pairs, inputs[1], pairs[1]]) {
    try {
      results.push(layer.forward(given, { training: true }));
    } catch (error) {
      if (!(error instanceof ManabiError)) throw error;
      refusal = error;
    }
  }
  if (results.length === 0) throw refusal;
  return results;
}

function positiveNumbers(shape: readonly number[]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => 0.25 + (i % 7) / 8),
    { shape },
  );
}

async function call(f: (...given: readonly never[]) => unknown): Promise<unknown> {
  // Schedules take a step number; other functions take tensors.
  return Reflect.apply(f, null, ['className' in f ? tensor(3, { dtype: 'int32' }) : x()]);
}

async function firstOf(dataset: Dataset<unknown>): Promise<unknown> {
  const parts: unknown[] = [];
  for await (const part of dataset.take(MOST_PARTS)) parts.push(part);
  return parts;
}

function hasMethods(thing: object, ...names: readonly string[]): boolean {
  return names.every((name) => typeof Reflect.get(thing, name) === 'function');
}

function invoke(thing: object, name: string, ...given: readonly unknown[]): unknown {
  const method: unknown = Reflect.get(thing, name);
  if (typeof method !== 'function') throw new TypeError(`Method ${name} is missing.`);
  return Reflect.apply(method, thing, given);
}
