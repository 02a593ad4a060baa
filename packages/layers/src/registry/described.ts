import type { SavedAs } from './saved-as.ts';

/** An object that can be recreated from its class name and config. */
export interface Described {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Metadata that a file stores about the object besides its config. */
  readonly savedAs?: SavedAs;
}

/** Returns whether a value has `className` and `config`, as initializers, regularizers and constraints do. */
export function isDescribed(value: unknown): value is Described {
  return (
    typeof value === 'object' &&
    value !== null &&
    'className' in value &&
    typeof value.className === 'string' &&
    'config' in value &&
    typeof value.config === 'object' &&
    value.config !== null
  );
}
