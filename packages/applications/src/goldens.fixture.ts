import { readFileSync } from 'node:fs';
import type { Functional } from '@manabi/layers';
import * as applications from './index.ts';

/** A network of the goldens. */
export interface GoldenNetwork {
  readonly network: string;
  /** Options with Keras's names. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly params: number;
}

/** A network with the digits of its layers. */
export interface GoldenStructure extends GoldenNetwork {
  readonly name: string;
  readonly trainable: number;
  readonly layers: string;
}

/** A network with its outputs for seeded weights and a seeded image. */
export interface GoldenOutputs extends GoldenNetwork {
  readonly pixels: boolean;
  readonly sum: number;
  readonly values: readonly number[];
}

function read<T>(name: string): readonly T[] {
  return JSON.parse(readFileSync(new URL(`goldens/${name}`, import.meta.url), 'utf8'));
}

export const structures: readonly GoldenStructure[] = read('structures.json');
export const outputs: readonly GoldenOutputs[] = read('outputs.json');

/** Returns the title of a test of a network. */
export function titleOf({ network, options }: GoldenNetwork): string {
  const given = Object.keys(options).length === 0 ? '' : ` ${JSON.stringify(options)}`;
  return `${network}${given}`;
}

/** Creates a network of the goldens with random weights. */
export async function create({ network, options }: GoldenNetwork): Promise<Functional> {
  const camel = Object.entries(options).map(([key, value]) => [
    key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  const make = Object.entries(applications).find(([name]) => name === network)?.[1];
  if (make === undefined) throw new Error(`applications.${network} is missing`);
  // The goldens contain only names of networks and their options.
  return (make as typeof applications.vgg16)({ ...Object.fromEntries(camel), weights: null });
}
