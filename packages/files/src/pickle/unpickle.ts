import { numberIfSafe, PickleBytes } from './pickle-bytes.ts';
import { corruptPickle, unsupportedPickle } from './pickle-errors.ts';
import { callPython, isKnownName, PythonName } from './python-calls.ts';
import { ArrayUnderConstruction, ElementType, latin1 } from './python-values.ts';

/** The stack of a pickle, its marks, and the values that it refers to again. */
interface Machine {
  readonly bytes: PickleBytes;
  readonly memo: Map<number, unknown>;
  readonly marks: number[];
  stack: unknown[];
}

/**
 * Reads a Python pickle (protocols 0 to 5) of plain values: None, booleans, numbers, strings, bytes, lists, tuples,
 * dictionaries and NumPy arrays. Lists and tuples become arrays, dictionaries `Map`s, text of Python 2 and bytes
 * `Uint8Array`s, NumPy arrays `PickledArray`s. Nothing is executed: a name of any other class or function is an error.
 *
 * @param source name of the file for messages
 * @throws FileError `corrupt` for invalid bytes, `unsupported` for other objects
 * @example
 * ```ts
 * unpickle(Uint8Array.of(0x80, 2, 0x4b, 7, 0x2e), 'seven.pkl'); // => 7
 * ```
 */
export function unpickle(bytes: Uint8Array, source: string): unknown {
  const machine: Machine = { bytes: new PickleBytes(bytes, source), memo: new Map(), marks: [], stack: [] };
  while (true) {
    const code = machine.bytes.u8();
    if (code === 0x2e) return pop(machine);
    const run = OPCODES[code];
    if (run === undefined) {
      throw unsupportedPickle(source, `the instruction 0x${code.toString(16)}`, machine.bytes.position - 1);
    }
    run(machine);
  }
}

/** Creates a table from instruction codes, given as characters or numbers. */
function opcodes(
  rows: readonly (readonly [code: string | number, run: (machine: Machine) => void])[],
): Readonly<Record<number, (machine: Machine) => void>> {
  return Object.fromEntries(rows.map(([code, run]) => [typeof code === 'string' ? code.charCodeAt(0) : code, run]));
}

/** Returns an instruction that pushes the value that `read` reads. */
function pushes(read: (bytes: PickleBytes) => unknown): (machine: Machine) => void {
  return ({ stack, bytes }) => void stack.push(read(bytes));
}

const OPCODES = /* @__PURE__ */ opcodes([
  [0x80, ({ bytes }) => checkProtocol(bytes)],
  [0x95, ({ bytes }) => void bytes.take(8)],
  // marks and the stack
  ['(', ({ marks, stack }) => void marks.push(stack.length)],
  ['0', (machine) => void pop(machine)],
  ['1', (machine) => void popMarked(machine)],
  ['2', (machine) => void machine.stack.push(top(machine))],
  // constants and numbers
  ['N', pushes(() => null)],
  [0x88, pushes(() => true)],
  [0x89, pushes(() => false)],
  ['I', pushes(textInteger)],
  ['L', pushes(textInteger)],
  ['J', pushes((bytes) => bytes.i32())],
  ['K', pushes((bytes) => bytes.u8())],
  ['M', pushes((bytes) => bytes.u16())],
  [0x8a, pushes((bytes) => bytes.integer(bytes.u8()))],
  [0x8b, pushes((bytes) => bytes.integer(bytes.i32()))],
  ['F', pushes(textFloat)],
  ['G', pushes((bytes) => bytes.f64())],
  // text and bytes
  ['U', pushes((bytes) => bytes.take(bytes.u8()))],
  ['T', pushes((bytes) => bytes.take(bytes.u32()))],
  ['C', pushes((bytes) => bytes.take(bytes.u8()))],
  ['B', pushes((bytes) => bytes.take(bytes.u32()))],
  [0x8e, pushes((bytes) => bytes.take(bytes.u64()))],
  [0x96, pushes((bytes) => bytes.take(bytes.u64()))],
  [0x8c, pushes((bytes) => bytes.utf8(bytes.u8()))],
  ['X', pushes((bytes) => bytes.utf8(bytes.u32()))],
  [0x8d, pushes((bytes) => bytes.utf8(bytes.u64()))],
  ['V', pushes(textUnicode)],
  // lists, tuples and dictionaries
  [']', pushes(() => [])],
  [')', pushes(() => [])],
  ['}', pushes(() => new Map())],
  ['l', (machine) => void machine.stack.push(popMarked(machine))],
  ['t', (machine) => void machine.stack.push(popMarked(machine))],
  ['d', (machine) => setItems(machine, new Map(), popMarked(machine), true)],
  [0x85, (machine) => pushTuple(machine, 1)],
  [0x86, (machine) => pushTuple(machine, 2)],
  [0x87, (machine) => pushTuple(machine, 3)],
  ['a', (machine) => append(machine, [pop(machine)])],
  ['e', (machine) => append(machine, popMarked(machine))],
  [
    's',
    (machine) => {
      const value = pop(machine);
      setItems(machine, top2(machine), [pop(machine), value], false);
    },
  ],
  [
    'u',
    (machine) => {
      const items = popMarked(machine);
      setItems(machine, top(machine), items, false);
    },
  ],
  // references
  ['p', (machine) => void machine.memo.set(textIndex(machine.bytes), top(machine))],
  ['q', (machine) => void machine.memo.set(machine.bytes.u8(), top(machine))],
  ['r', (machine) => void machine.memo.set(machine.bytes.u32(), top(machine))],
  [0x94, (machine) => void machine.memo.set(machine.memo.size, top(machine))],
  ['g', (machine) => recall(machine, textIndex(machine.bytes))],
  ['h', (machine) => recall(machine, machine.bytes.u8())],
  ['j', (machine) => recall(machine, machine.bytes.u32())],
  // NumPy arrays
  ['c', (machine) => pushName(machine, machine.bytes.line(), machine.bytes.line())],
  [
    0x93,
    (machine) => {
      const name = pop(machine);
      pushName(machine, pop(machine), name);
    },
  ],
  ['R', reduce],
  ['b', build],
]);

function corrupt({ bytes }: Machine, problem: string): Error {
  return corruptPickle(bytes.source, problem, bytes.position - 1);
}

function pop(machine: Machine): unknown {
  const { stack, marks } = machine;
  if (stack.length === 0 || stack.length === marks.at(-1)) throw corrupt(machine, 'a value is missing');
  return stack.pop();
}

function top(machine: Machine): unknown {
  if (machine.stack.length === 0) throw corrupt(machine, 'a value is missing');
  return machine.stack.at(-1);
}

/** Returns the value below the top of the stack. */
function top2(machine: Machine): unknown {
  if (machine.stack.length < 2) throw corrupt(machine, 'a value is missing');
  return machine.stack.at(-2);
}

function popMarked(machine: Machine): unknown[] {
  const mark = machine.marks.pop();
  if (mark === undefined || mark > machine.stack.length) throw corrupt(machine, 'a mark is missing');
  const items = machine.stack.slice(mark);
  machine.stack.length = mark;
  return items;
}

function pushTuple(machine: Machine, length: number): void {
  const items = Array.from({ length }, () => pop(machine)).reverse();
  machine.stack.push(items);
}

function append(machine: Machine, items: readonly unknown[]): void {
  const list = top(machine);
  if (!Array.isArray(list)) throw corrupt(machine, 'items of a list have no list');
  for (const item of items) list.push(item);
}

function setItems(machine: Machine, map: unknown, items: readonly unknown[], isNew: boolean): void {
  if (!(map instanceof Map) || items.length % 2 !== 0) throw corrupt(machine, 'items of a dictionary are incomplete');
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i];
    map.set(key instanceof Uint8Array ? latin1(key) : key, items[i + 1]);
  }
  if (isNew) machine.stack.push(map);
}

function recall(machine: Machine, index: number): void {
  if (!machine.memo.has(index)) throw corrupt(machine, `no value ${index} to refer to`);
  machine.stack.push(machine.memo.get(index));
}

function pushName(machine: Machine, module: unknown, name: unknown): void {
  if (typeof module !== 'string' || typeof name !== 'string') throw corrupt(machine, 'a name is not text');
  const full = `${module}.${name}`;
  if (!isKnownName(full)) {
    throw unsupportedPickle(machine.bytes.source, `an object of '${full.slice(0, 100)}'`, machine.bytes.position - 1);
  }
  machine.stack.push(new PythonName(full));
}

function reduce(machine: Machine): void {
  const args = pop(machine);
  const callee = pop(machine);
  if (!(callee instanceof PythonName) || !Array.isArray(args)) throw corrupt(machine, 'a call is invalid');
  const result = callPython(callee.name, args);
  if (result === undefined) throw corrupt(machine, `a call of ${callee.name} is invalid`);
  machine.stack.push(result);
}

function build(machine: Machine): void {
  const state = pop(machine);
  const target = top(machine);
  const isBuilt =
    target instanceof ArrayUnderConstruction || target instanceof ElementType ? target.setState(state) : false;
  if (!isBuilt) throw corrupt(machine, 'an array has invalid content');
}

function checkProtocol(bytes: PickleBytes): void {
  const protocol = bytes.u8();
  if (protocol > 5) throw unsupportedPickle(bytes.source, `protocol ${protocol}`, bytes.position - 1);
}

function textInteger(bytes: PickleBytes): number | bigint | boolean {
  const line = bytes.line();
  if (line === '00' || line === '01') return line === '01';
  if (!/^-?\d{1,600}L?$/.test(line)) throw corruptPickle(bytes.source, 'an integer is invalid', bytes.position);
  return numberIfSafe(BigInt(line.replace('L', '')));
}

function textIndex(bytes: PickleBytes): number {
  const index = textInteger(bytes);
  return Number(index);
}

function textFloat(bytes: PickleBytes): number {
  const line = bytes.line();
  const special: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: Number.NaN };
  if (Object.hasOwn(special, line)) return special[line];
  const value = Number(line);
  if (line.trim() === '' || Number.isNaN(value))
    throw corruptPickle(bytes.source, 'a number is invalid', bytes.position);
  return value;
}

function textUnicode(bytes: PickleBytes): string {
  return bytes.line().replace(/\\u([\da-fA-F]{4})|\\U([\da-fA-F]{8})/g, (_, short?: string, long?: string) => {
    const point = Number.parseInt(short ?? long ?? '', 16);
    if (point > 0x10ffff) throw corruptPickle(bytes.source, 'a character is invalid', bytes.position);
    return String.fromCodePoint(point);
  });
}
