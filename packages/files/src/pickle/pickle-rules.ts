import type { PickleContext } from './pickle-context.ts';
import type { PythonGlobal, PythonObject, PythonValue } from './python-values.ts';

/**
 * Rules of a kind of pickle: which Python objects it may contain, and what they become. Each rule is a computation of
 * its author; nothing in a pickle is executed. A rule that returns undefined makes the pickle invalid.
 */
export interface PickleRules {
  /** Sentences at the end of messages about other objects: what to save instead, and how. */
  readonly fix: string;
  /** Returns whether pickles may name a function or class, such as `numpy.dtype`. */
  isKnown(name: string): boolean;
  /** Returns the result of a call of a function or class. Its work must not grow with arguments that are not copied. */
  call(callee: PythonGlobal, args: readonly PythonValue[], context: PickleContext): PythonValue | undefined;
  /** Sets the state of an object and returns whether the state is valid. */
  build(target: PythonValue, state: PythonValue): boolean;
  /** Returns the object for data outside the pickle; without it, such references are unsupported. */
  persistent?(id: PythonValue, context: PickleContext): PythonObject | undefined;
  /** Converts a string of Python 2, which may be text or data. */
  python2String(bytes: Uint8Array): string | Uint8Array;
}
