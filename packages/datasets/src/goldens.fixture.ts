import { readFileSync } from 'node:fs';

/** What a loader of Keras returns: `(x, y), (u, v)`. */
interface Loaded<X> {
  readonly options: Readonly<Record<string, number | string | null>>;
  readonly x: X;
  readonly y: readonly number[];
  readonly u: X;
  readonly v: readonly number[];
}

interface CifarGoldens {
  readonly binary: string;
  readonly python: string;
  /** Labels, and the pixels that are not 0, of each file. */
  readonly expected: Readonly<
    Record<
      string,
      {
        readonly labels: Readonly<Record<string, readonly number[]>>;
        readonly where: readonly number[];
        readonly pixels: readonly number[];
      }
    >
  >;
}

/** Small files in the formats of published datasets, and what Keras returns for them (`tooling/goldens/data`). */
interface Goldens {
  readonly imdb: { readonly files: readonly string[]; readonly cases: readonly Loaded<number[][]>[] };
  readonly reuters: { readonly files: readonly string[]; readonly cases: readonly Loaded<number[][]>[] };
  readonly boston: { readonly file: string; readonly cases: readonly Loaded<number[][]>[] };
  readonly california: { readonly file: string; readonly cases: readonly Loaded<number[][]>[] };
  readonly cifar: Readonly<Record<'cifar10' | 'cifar100', CifarGoldens>>;
  readonly permutations: readonly { readonly seed: number; readonly order: readonly number[] }[];
}

/** Values that Keras and NumPy computed. */
export const goldens: Goldens = JSON.parse(readFileSync(new URL('./goldens/datasets.json', import.meta.url), 'utf8'));

/** Returns a file of the goldens. */
export function fileOf(text: string): Blob {
  return new Blob([Uint8Array.from(Buffer.from(text, 'base64'))]);
}

/** Converts options of Keras to the names of this package. */
export function optionsOf(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}
