import type { SavedAs } from './saved-as.ts';

/** Something with Keras's class name and a config from which it can be made again. */
export interface Described {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** What the file that it is from says of it beside the config. */
  readonly savedAs?: SavedAs;
}

/** Whether something says what it is by `className` and `config` (initializers, regularizers, constraints). */
export function isDescribed(thing: unknown): thing is Described {
  return (
    typeof thing === 'object' &&
    thing !== null &&
    'className' in thing &&
    typeof thing.className === 'string' &&
    'config' in thing &&
    typeof thing.config === 'object' &&
    thing.config !== null
  );
}
