import type { PickleBytes } from './pickle-bytes.ts';
import type { PickleContext } from './pickle-context.ts';
import type { PickleRules } from './pickle-rules.ts';
import { latin1, PythonGlobal, type PythonValue } from './python-values.ts';
import { textInteger } from './text-values.ts';

/** The stack of a pickle, the marks in it, and the values that the pickle refers to again. */
export interface Machine {
  readonly bytes: PickleBytes;
  readonly context: PickleContext;
  readonly rules: PickleRules;
  readonly memo: Map<number, PythonValue>;
  readonly marks: number[];
  readonly stack: PythonValue[];
  /** Keys of dictionaries that are bytes, as text. */
  readonly keys: Map<Uint8Array, string>;
}

/** Returns the topmost value above the last mark. */
export function top({ stack, marks, context }: Machine): PythonValue {
  if (stack.length <= (marks.at(-1) ?? 0)) throw context.corrupt('a value is missing');
  return stack[stack.length - 1];
}

export function pop(machine: Machine): PythonValue {
  const value = top(machine);
  machine.stack.length--;
  return value;
}

/** Removes the topmost value, or the mark above it. */
export function drop(machine: Machine): void {
  const { stack, marks } = machine;
  if (stack.length === marks.at(-1)) marks.length--;
  else pop(machine);
}

/** Removes and returns the values above the last mark, and the mark. */
export function popMarked({ stack, marks, context }: Machine): PythonValue[] {
  const mark = marks.pop();
  if (mark === undefined) throw context.corrupt('a mark is missing');
  return stack.splice(mark);
}

export function pushTuple(machine: Machine, length: number): void {
  const items = Array.from({ length }, () => pop(machine)).reverse();
  machine.stack.push(items);
}

export function append(machine: Machine, items: readonly PythonValue[]): void {
  const list = top(machine);
  if (!Array.isArray(list)) throw machine.context.corrupt('items of a list have no list');
  for (const item of items) list.push(item);
}

/** Sets items of the dictionary at the top of the stack, in which keys and values alternate. */
export function setItems(machine: Machine, items: readonly PythonValue[]): void {
  const map = top(machine);
  if (!(map instanceof Map) || items.length % 2 !== 0) {
    throw machine.context.corrupt('items of a dictionary are incomplete');
  }
  for (let i = 0; i < items.length; i += 2) map.set(keyOf(machine, items[i]), items[i + 1]);
}

/** Returns a key of a dictionary: bytes become text, because equal bytes must be equal keys. */
function keyOf({ keys }: Machine, key: PythonValue): PythonValue {
  if (!(key instanceof Uint8Array)) return key;
  const text = keys.get(key) ?? latin1(key);
  keys.set(key, text);
  return text;
}

/** Returns an index of the memo that was written as text. */
export function textIndex({ bytes, context }: Machine): number {
  return Number(textInteger(bytes.line(), context));
}

export function memorize(machine: Machine, index: number): void {
  // A pickle numbers its values from 0 or 1, and writes at least a byte for each.
  if (!(index >= 0 && index <= machine.bytes.size)) throw machine.context.corrupt(`the index ${index} is invalid`);
  machine.memo.set(index, top(machine));
}

export function recall({ memo, stack, context }: Machine, index: number): void {
  const value = memo.get(index);
  if (value === undefined) throw context.corrupt(`no value ${index} to refer to`);
  stack.push(value);
}

export function pushGlobal({ stack, rules, context }: Machine, module: PythonValue, name: PythonValue): void {
  if (typeof module !== 'string' || typeof name !== 'string') throw context.corrupt('a name is not text');
  const full = `${module}.${name}`;
  if (!rules.isKnown(full)) throw context.unknownGlobal(full);
  stack.push(new PythonGlobal(full));
}

/** Replaces a function and its arguments with the result of the rules. */
export function reduce(machine: Machine): void {
  const { rules, context, stack } = machine;
  const args = pop(machine);
  const callee = pop(machine);
  if (!(callee instanceof PythonGlobal) || !Array.isArray(args)) throw context.corrupt('a call is invalid');
  const result = rules.call(callee, args, context);
  if (result === undefined) throw context.corrupt(`a call of ${callee.name} is invalid`);
  stack.push(result);
}

export function build(machine: Machine): void {
  const state = pop(machine);
  if (!machine.rules.build(top(machine), state)) throw machine.context.corrupt('the state of an object is invalid');
}

export function pushPersistent(machine: Machine): void {
  const { rules, context, stack } = machine;
  if (rules.persistent === undefined) throw context.unsupported('a reference to data outside it');
  const object = rules.persistent(pop(machine), context);
  if (object === undefined) throw context.corrupt('a reference to data outside it is invalid');
  stack.push(object);
}
