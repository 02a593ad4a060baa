import { FileError } from '../file-error.ts';

/** Name of a file for messages, and what to do if it contains other objects than its reader supports. */
export interface PickleOrigin {
  readonly source: string;
  /** Sentences at the end of messages, such as `Save only tensors: torch.save(model.state_dict(), path).` */
  readonly fix: string;
}

/**
 * Position in a pickle, which the errors of its reader and of its rules state, and the limit on copies.
 *
 * @example
 * ```ts
 * import { PickleContext } from '@manabi/files/pickle';
 *
 * const context = new PickleContext({ source: 'a.pkl', fix: 'Save only numbers.' }, 100);
 * console.log(context.corrupt('it is truncated').code); // corrupt
 * ```
 */
export class PickleContext {
  readonly #origin: PickleOrigin;
  #copiesLeft: number;
  /** Position of the current instruction in bytes. */
  position = 0;

  /** @param size size of the file in bytes: the largest number of elements that calls may copy */
  constructor(origin: PickleOrigin, size: number) {
    this.#origin = origin;
    this.#copiesLeft = size;
  }

  /** Returns the error for bytes that are not a valid pickle. */
  corrupt(problem: string): FileError {
    const { source } = this.#origin;
    const { position } = this;
    return new FileError(
      'corrupt',
      `Cannot read ${source} as a Python pickle: ${problem} at byte ${position}. Download or save it again.`,
      { data: { source, position } },
    );
  }

  /** Returns the error for a pickle with something that its reader does not support. */
  unsupported(
    what: string,
    { fix = this.#origin.fix, ...data }: { readonly fix?: string; readonly global?: string } = {},
  ): FileError {
    const { source } = this.#origin;
    const { position } = this;
    return new FileError(
      'unsupported',
      `Unsupported pickle ${source}: it contains ${what} at byte ${position}. ${fix}`,
      {
        data: { source, what, position, ...data },
      },
    );
  }

  /** Returns the error for a Python function or class that the rules do not know. */
  unknownGlobal(name: string): FileError {
    const global = name.slice(0, 100);
    return this.unsupported(`an object of '${global}'`, { global });
  }

  /**
   * Counts elements that a call copies. A value that was written once takes at least a byte per element, so only a
   * pickle that passes one value to many calls exceeds its size.
   *
   * @throws FileError `tooLarge`
   */
  copy(count: number): void {
    this.#copiesLeft -= count;
    if (this.#copiesLeft >= 0) return;
    const { source } = this.#origin;
    throw new FileError(
      'tooLarge',
      `Refused to read ${source}: its pickle copies a value too often at byte ${this.position}. Download or save it again.`,
      { data: { source, position: this.position } },
    );
  }
}
