import { dtypeNames, type TensorType } from '@manabi/ir';
import type { Tensor } from 'manabi';

/** A network that can be explained: what a file in `networks` exports. */
export interface Network {
  /** Shapes of the inputs by name; `{ shape, dtype }` for another dtype than float32. */
  readonly inputs: Readonly<Record<string, readonly number[] | TensorType>>;
  /** Names of the inputs whose memory the results may take. */
  readonly donated?: readonly string[];
  run(inputs: Readonly<Record<string, Tensor>>): unknown;
}

/** The inputs of a network. */
export interface NetworkInputs {
  readonly names: readonly string[];
  readonly types: readonly TensorType[];
  /** Positions of the inputs whose memory the results may take. */
  readonly donated: readonly number[];
}

/**
 * Reads what a program says about its inputs.
 *
 * @throws Error for anything but shapes and types, and for unknown names, which programs of readers may contain
 */
export function readInputs({ inputs, donated = [] }: Network): NetworkInputs {
  const names = Object.keys(inputs);
  return {
    names,
    types: names.map((name) => typeOf(name, inputs[name])),
    donated: donated.map((name) => positionOf(names, name)),
  };
}

function typeOf(name: string, given: unknown): TensorType {
  if (isShape(given)) return { dtype: 'float32', shape: given };
  if (typeof given === 'object' && given !== null && 'shape' in given && 'dtype' in given && isShape(given.shape)) {
    const { shape, dtype } = given;
    const known = dtypeNames.find((each) => each === dtype);
    if (known !== undefined) return { dtype: known, shape };
  }
  throw new Error(`Input \`${name}\` must be a shape such as [2, 3], or { shape: [2, 3], dtype: 'int32' }.`);
}

function isShape(given: unknown): given is readonly number[] {
  return Array.isArray(given) && given.every((length) => Number.isInteger(length) && length > 0);
}

function positionOf(names: readonly string[], name: string): number {
  const position = names.indexOf(name);
  if (position >= 0) return position;
  throw new Error(`\`donated\` contains '${name}', which is not an input. The inputs are ${names.join(', ')}.`);
}
