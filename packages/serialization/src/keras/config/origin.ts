import { FileError } from '@manabi/files';
import { type Json, shown } from '../json.ts';
import type { LayerDescription } from './layer-description.ts';

/** Where a config comes from, which decides how it is read. */
export interface Origin {
  /** The file, for messages. */
  readonly source: string;
  /** What Keras wrote: 1, 2 (tf.keras too), or 3. */
  readonly generation: 1 | 2 | 3;
  /** Whether we wrote it: calls with `training: true` then stay so. Keras 3 forgets them when a model runs. */
  readonly isOurs: boolean;
  /** Layers that stand in several places of the config, by the number that says which are one. */
  readonly shared: Map<number, LayerDescription>;
}

/** A config that is being read. */
export interface Scope extends Origin {
  /** A layer within, as `layerFrom` takes it. */
  readonly readLayer: (value: Json) => LayerDescription;
}

/** What says that a config is none of Keras's. */
export function malformed({ source }: Origin, expected: string, got: unknown, where: string): FileError {
  return new FileError(
    'corrupt',
    `The config in ${source} is none of Keras: ${where} should be ${expected}, not ${shown(got)}.`,
    {
      data: { source, where, expected },
    },
  );
}

/** What says that a config asks for what is not there. */
export function unsupported(
  { source }: Origin,
  what: string,
  data: Readonly<Record<string, unknown>>,
  cause?: unknown,
): FileError {
  return new FileError('unsupported', `${source} cannot be loaded: ${what}`, { data: { source, ...data }, cause });
}
