import { INSTRUCTIONS } from './instructions.ts';
import { type Machine, pop } from './machine.ts';
import { PickleBytes } from './pickle-bytes.ts';
import { PickleContext } from './pickle-context.ts';
import type { PickleRules } from './pickle-rules.ts';
import type { PythonValue } from './python-values.ts';

const STOP = 0x2e;

/** Value of a pickle, and the position of the first byte after it. */
export interface ReadPickle {
  readonly value: PythonValue;
  readonly end: number;
}

/**
 * Reads one Python pickle (protocols 0 to 5). Nothing is executed: the rules decide which functions and classes a pickle
 * may name, and create the objects. Memory and time are linear in the size of the pickle.
 *
 * @param source name of the file for messages
 * @param start position of the pickle in `bytes`
 * @throws FileError `corrupt` for invalid bytes, `unsupported` for other objects, `tooLarge`
 * @example
 * ```ts
 * import { type PickleRules, readPickle } from '@manabi/files/pickle';
 *
 * const rules: PickleRules = {
 *   fix: 'Save only numbers.',
 *   isKnown: () => false,
 *   call: () => undefined,
 *   build: () => false,
 *   python2String: (bytes) => bytes,
 * };
 * console.log(readPickle(Uint8Array.of(0x4b, 7, 0x2e), 'seven.pkl', rules).value); // 7
 * ```
 */
export function readPickle(bytes: Uint8Array, source: string, rules: PickleRules, start = 0): ReadPickle {
  const context = new PickleContext({ source, fix: rules.fix }, bytes.length);
  const machine: Machine = {
    bytes: new PickleBytes(bytes, start, context),
    context,
    rules,
    memo: new Map(),
    marks: [],
    stack: [],
    keys: new Map(),
  };
  while (true) {
    context.position = machine.bytes.position;
    const code = machine.bytes.u8();
    if (code === STOP) return { value: pop(machine), end: machine.bytes.position };
    const run = INSTRUCTIONS[code];
    if (run === undefined) throw context.unsupported(`the unknown instruction 0x${code.toString(16)}`);
    run(machine);
  }
}
