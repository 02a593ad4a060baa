import {
  append,
  build,
  drop,
  type Machine,
  memorize,
  pop,
  popMarked,
  pushGlobal,
  pushPersistent,
  pushTuple,
  recall,
  reduce,
  setItems,
  textIndex,
  top,
} from './machine.ts';
import type { PickleBytes } from './pickle-bytes.ts';
import type { PickleContext } from './pickle-context.ts';
import type { PythonValue } from './python-values.ts';
import { textFloat, textInteger, textString, textUnicode } from './text-values.ts';

/** Newest protocol of pickles that is known. */
const NEWEST = 5;

type Run = (machine: Machine) => void;

/** Creates a table from the codes of instructions, given as characters or numbers. */
function tableOf(rows: readonly (readonly [code: string | number, run: Run])[]): readonly (Run | undefined)[] {
  const table: (Run | undefined)[] = Array.from({ length: 256 }, () => undefined);
  for (const [code, run] of rows) table[typeof code === 'string' ? code.charCodeAt(0) : code] = run;
  return table;
}

/** Returns an instruction that pushes the value that `read` reads. */
function pushes(read: (bytes: PickleBytes, context: PickleContext) => PythonValue): Run {
  return ({ stack, bytes, context }) => void stack.push(read(bytes, context));
}

/** Returns an instruction that pushes a string of Python 2. */
function pushesString(read: (bytes: PickleBytes, context: PickleContext) => Uint8Array): Run {
  return ({ stack, bytes, context, rules }) => void stack.push(rules.python2String(read(bytes, context)));
}

/** Instructions of the protocols 0 to 5 by code, except for the end, and those that create objects in other ways. */
export const INSTRUCTIONS = /* @__PURE__ */ tableOf([
  [0x80, checkProtocol],
  [0x95, ({ bytes }) => void bytes.u64()],
  // marks and the stack
  ['(', ({ marks, stack }) => void marks.push(stack.length)],
  ['0', drop],
  ['1', (machine) => void popMarked(machine)],
  ['2', (machine) => void machine.stack.push(top(machine))],
  // constants and numbers
  ['N', pushes(() => null)],
  [0x88, pushes(() => true)],
  [0x89, pushes(() => false)],
  ['I', pushes((bytes, context) => textInteger(bytes.line(), context))],
  ['L', pushes((bytes, context) => textInteger(bytes.line(), context))],
  ['J', pushes((bytes) => bytes.i32())],
  ['K', pushes((bytes) => bytes.u8())],
  ['M', pushes((bytes) => bytes.u16())],
  [0x8a, pushes((bytes) => bytes.integer(bytes.u8()))],
  [0x8b, pushes((bytes) => bytes.integer(bytes.i32()))],
  ['F', pushes((bytes, context) => textFloat(bytes.line(), context))],
  ['G', pushes((bytes) => bytes.f64())],
  // strings of Python 2, bytes and text
  ['S', pushesString((bytes, context) => textString(bytes.line(), context))],
  ['U', pushesString((bytes) => bytes.take(bytes.u8()))],
  ['T', pushesString((bytes) => bytes.take(bytes.u32()))],
  ['C', pushes((bytes) => bytes.take(bytes.u8()))],
  ['B', pushes((bytes) => bytes.take(bytes.u32()))],
  [0x8e, pushes((bytes) => bytes.take(bytes.u64()))],
  [0x96, pushes((bytes) => bytes.take(bytes.u64()))],
  [0x8c, pushes((bytes) => bytes.utf8(bytes.u8()))],
  ['X', pushes((bytes) => bytes.utf8(bytes.u32()))],
  [0x8d, pushes((bytes) => bytes.utf8(bytes.u64()))],
  ['V', pushes((bytes, context) => textUnicode(bytes.line(), context))],
  // lists, tuples, sets and dictionaries
  [']', pushes(() => [])],
  [')', pushes(() => [])],
  [0x8f, pushes(() => [])],
  ['}', pushes(() => new Map())],
  ['l', (machine) => void machine.stack.push(popMarked(machine))],
  ['t', (machine) => void machine.stack.push(popMarked(machine))],
  [0x91, (machine) => void machine.stack.push(popMarked(machine))],
  ['d', pushDictionary],
  [0x85, (machine) => pushTuple(machine, 1)],
  [0x86, (machine) => pushTuple(machine, 2)],
  [0x87, (machine) => pushTuple(machine, 3)],
  ['a', (machine) => append(machine, [pop(machine)])],
  ['e', (machine) => append(machine, popMarked(machine))],
  [0x90, (machine) => append(machine, popMarked(machine))],
  ['s', setItem],
  ['u', (machine) => setItems(machine, popMarked(machine))],
  // references
  ['p', (machine) => memorize(machine, textIndex(machine))],
  ['q', (machine) => memorize(machine, machine.bytes.u8())],
  ['r', (machine) => memorize(machine, machine.bytes.u32())],
  [0x94, (machine) => memorize(machine, machine.memo.size)],
  ['g', (machine) => recall(machine, textIndex(machine))],
  ['h', (machine) => recall(machine, machine.bytes.u8())],
  ['j', (machine) => recall(machine, machine.bytes.u32())],
  // objects, which the rules create
  ['c', (machine) => pushGlobal(machine, machine.bytes.line(), machine.bytes.line())],
  [0x93, pushStackedGlobal],
  ['R', reduce],
  [0x81, reduce],
  ['b', build],
  ['Q', pushPersistent],
]);

function checkProtocol({ bytes, context }: Machine): void {
  const protocol = bytes.u8();
  if (protocol > NEWEST) throw context.unsupported(`protocol ${protocol}`);
}

function pushDictionary(machine: Machine): void {
  const items = popMarked(machine);
  machine.stack.push(new Map());
  setItems(machine, items);
}

function setItem(machine: Machine): void {
  const value = pop(machine);
  const key = pop(machine);
  setItems(machine, [key, value]);
}

function pushStackedGlobal(machine: Machine): void {
  const name = pop(machine);
  pushGlobal(machine, pop(machine), name);
}
