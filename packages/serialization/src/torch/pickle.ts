import { FileError } from '@manabi/files';

/** Reference to a Python function or class. Nothing is imported or called. */
export class PythonGlobal {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Python tuple. */
export class PythonTuple {
  readonly items: readonly PythonValue[];
  constructor(items: readonly PythonValue[]) {
    this.items = items;
  }
}

/** Python dictionary with its items in order. Keys need not be strings. */
export class PythonDict {
  readonly items: [key: PythonValue, value: PythonValue][] = [];
}

/** Value that an unpickler creates for a reference to data outside the pickle, or for a call. */
export interface PythonObject {
  readonly kind: string;
}

/** Python value in a pickle. A list is an array; an integer beyond 2^53 is a bigint. */
export type PythonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PythonValue[]
  | PythonTuple
  | PythonDict
  | PythonGlobal
  | PythonObject;

/** Functions that define which Python objects a pickle may contain. */
export interface UnpicklerRules {
  /** Name of the file for messages. */
  readonly source: string;
  /** Returns the value of a call of a Python function or class, or throws. */
  call(callee: PythonGlobal, args: readonly PythonValue[]): PythonValue;
  /** Returns the value of a reference to data outside the pickle, or throws. */
  persistent(id: PythonValue): PythonValue;
  /** Checks that a global is allowed, or throws. */
  checkGlobal(name: string): void;
}

const MARK = Symbol('mark');
type StackItem = PythonValue | typeof MARK;

/** Largest accepted number of digits of an integer in text form: more take long to convert. */
const MOST_DIGITS = 1000;

/**
 * Reads one value from a pickle of protocols 0 to 5. Only opcodes that create data are executed; calls are left to `rules`.
 * Memory and time are linear in the size of the pickle, because each opcode creates at most one object.
 *
 * @returns the value, and the position after the pickle
 * @throws FileError `corrupt`; `unsupported` for opcodes that only arbitrary Python objects need
 */
export function unpickle(
  bytes: Uint8Array,
  start: number,
  rules: UnpicklerRules,
): { readonly value: PythonValue; readonly end: number } {
  const { source } = rules;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const stack: StackItem[] = [];
  const memo = new Map<number, PythonValue>();
  let at = start;
  let opcodeAt = start;

  const corrupt = (problem: string): FileError =>
    new FileError(
      'corrupt',
      `Cannot read ${source} as a pickle: ${problem} at byte ${opcodeAt}. Save or download it again.`,
      {
        data: { source, at: opcodeAt },
      },
    );
  const take = (count: number): number => {
    const from = at;
    if (count > bytes.length - at) throw corrupt('it ends within a value');
    at += count;
    return from;
  };
  const part = (length: number): Uint8Array => {
    const from = take(length);
    return bytes.subarray(from, from + length);
  };
  const text = (length: number): string => new TextDecoder().decode(part(length));
  const line = (): string => {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) throw corrupt('it ends within a value');
    const found = new TextDecoder().decode(bytes.subarray(at, end));
    at = end + 1;
    return found;
  };
  const u8 = (): number => view.getUint8(take(1));
  const u32 = (): number => view.getUint32(take(4), true);
  const size64 = (): number => {
    const value = Number(view.getBigUint64(take(8), true));
    if (value > bytes.length) throw corrupt('it ends within a value');
    return value;
  };
  const pop = (): PythonValue => {
    const value = stack.pop();
    if (value === undefined || value === MARK) throw corrupt('a value is missing');
    return value;
  };
  const top = (): PythonValue => {
    const value = pop();
    stack.push(value);
    return value;
  };
  const popMark = (): PythonValue[] => {
    const from = stack.lastIndexOf(MARK);
    if (from < 0) throw corrupt('a mark is missing');
    const items: PythonValue[] = [];
    for (const item of stack.slice(from + 1)) if (item !== MARK) items.push(item);
    stack.length = from;
    return items;
  };
  const addItems = (dict: PythonValue, items: readonly PythonValue[]): void => {
    if (!(dict instanceof PythonDict) || items.length % 2 !== 0) throw corrupt('items are added to no dictionary');
    for (let i = 0; i < items.length; i += 2) dict.items.push([items[i], items[i + 1]]);
  };
  const append = (list: PythonValue, items: readonly PythonValue[]): void => {
    if (!Array.isArray(list)) throw corrupt('items are added to no list');
    for (const item of items) list.push(item);
  };
  const recall = (index: number): void => {
    const value = memo.get(index);
    if (value === undefined) throw corrupt(`memo ${index} is missing`);
    stack.push(value);
  };
  const global = (module: PythonValue, name: PythonValue): PythonGlobal => {
    if (typeof module !== 'string' || typeof name !== 'string') throw corrupt('the name of a global is not text');
    const full = `${module}.${name}`;
    rules.checkGlobal(full);
    return new PythonGlobal(full);
  };
  const call = (callee: PythonValue, args: PythonValue): PythonValue => {
    if (!(callee instanceof PythonGlobal) || !(args instanceof PythonTuple)) throw corrupt('a call has no function');
    return rules.call(callee, args.items);
  };
  const tuple = (count: number): void => {
    const items: PythonValue[] = [];
    for (let i = 0; i < count; i++) items.unshift(pop());
    stack.push(new PythonTuple(items));
  };
  const integer = (digits: string): PythonValue => {
    if (!/^[+-]?\d+$/.test(digits) || digits.length > MOST_DIGITS) throw corrupt('an invalid integer');
    return shortest(BigInt(digits));
  };

  for (;;) {
    opcodeAt = at;
    const opcode = String.fromCharCode(u8());
    switch (opcode) {
      case '\x80': // PROTO
        if (u8() > 5) throw corrupt('an unknown protocol');
        break;
      case '\x95': // FRAME
        size64();
        break;
      case '.': // STOP
        return { value: pop(), end: at };
      case '(':
        stack.push(MARK);
        break;
      case '0': // POP
        if (stack.pop() === undefined) throw corrupt('a value is missing');
        break;
      case '1': // POP_MARK
        popMark();
        break;
      case '2': // DUP
        stack.push(top());
        break;
      case 'N':
        stack.push(null);
        break;
      case '\x88':
      case '\x89':
        stack.push(opcode === '\x88');
        break;
      case 'J': // BININT
        stack.push(view.getInt32(take(4), true));
        break;
      case 'K': // BININT1
        stack.push(u8());
        break;
      case 'M': // BININT2
        stack.push(view.getUint16(take(2), true));
        break;
      case 'I': {
        const digits = line();
        stack.push(digits === '00' || digits === '01' ? digits === '01' : integer(digits));
        break;
      }
      case 'L': // LONG
        stack.push(integer(line().replace(/L$/, '')));
        break;
      case '\x8a': // LONG1
        stack.push(longOf(part(u8())));
        break;
      case '\x8b': {
        const length = u32();
        if (length > MOST_DIGITS) throw corrupt('an invalid integer');
        stack.push(longOf(part(length)));
        break;
      }
      case 'F':
        stack.push(Number(line()));
        break;
      case 'G': // BINFLOAT
        stack.push(view.getFloat64(take(8), false));
        break;
      case 'X': // BINUNICODE
        stack.push(text(u32()));
        break;
      case '\x8c': // SHORT_BINUNICODE
        stack.push(text(u8()));
        break;
      case '\x8d': // BINUNICODE8
        stack.push(text(size64()));
        break;
      case 'V': // UNICODE
        stack.push(line());
        break;
      case 'T': // BINSTRING
        stack.push(text(u32()));
        break;
      case 'U': // SHORT_BINSTRING
        stack.push(text(u8()));
        break;
      case 'S': // STRING
        stack.push(line().replace(/^(['"])(.*)\1$/s, '$2'));
        break;
      case 'B': // BINBYTES
        stack.push(part(u32()));
        break;
      case 'C': // SHORT_BINBYTES
        stack.push(part(u8()));
        break;
      case '\x8e': // BINBYTES8
      case '\x96': // BYTEARRAY8
        stack.push(part(size64()));
        break;
      case ')':
        tuple(0);
        break;
      case '\x85':
      case '\x86':
      case '\x87':
        tuple(opcode.charCodeAt(0) - 0x84);
        break;
      case 't':
        stack.push(new PythonTuple(popMark()));
        break;
      case ']':
      case '\x8f': // EMPTY_SET
        stack.push([]);
        break;
      case 'l': // LIST
      case '\x91': // FROZENSET
        stack.push(popMark());
        break;
      case 'a': {
        const item = pop();
        append(top(), [item]);
        break;
      }
      case 'e': // APPENDS
      case '\x90': {
        const items = popMark();
        append(top(), items);
        break;
      }
      case '}':
        stack.push(new PythonDict());
        break;
      case 'd': {
        const items = popMark();
        const dict = new PythonDict();
        addItems(dict, items);
        stack.push(dict);
        break;
      }
      case 's': {
        const value = pop();
        const key = pop();
        addItems(top(), [key, value]);
        break;
      }
      case 'u': {
        const items = popMark();
        addItems(top(), items);
        break;
      }
      case 'q': // BINPUT
        memo.set(u8(), top());
        break;
      case 'r': // LONG_BINPUT
        memo.set(u32(), top());
        break;
      case 'p': // PUT
        memo.set(Number(line()), top());
        break;
      case '\x94': // MEMOIZE
        memo.set(memo.size, top());
        break;
      case 'h': // BINGET
        recall(u8());
        break;
      case 'j': // LONG_BINGET
        recall(u32());
        break;
      case 'g': // GET
        recall(Number(line()));
        break;
      case 'c': {
        const module = line();
        stack.push(global(module, line()));
        break;
      }
      case '\x93': {
        const name = pop();
        stack.push(global(pop(), name));
        break;
      }
      case 'R': // REDUCE
      case '\x81': {
        const args = pop();
        stack.push(call(pop(), args));
        break;
      }
      case 'b': {
        // BUILD sets attributes of an object. Dictionaries have none that matter: PyTorch sets `_metadata` of state dicts.
        pop();
        if (!(top() instanceof PythonDict)) throw corrupt('attributes are set on no dictionary');
        break;
      }
      case 'Q': // BINPERSID
        stack.push(rules.persistent(pop()));
        break;
      default:
        throw new FileError(
          'unsupported',
          `${source} contains a Python object that is not a tensor (pickle opcode 0x${opcode.charCodeAt(0).toString(16)} at byte ` +
            `${opcodeAt}), or is damaged. Save only tensors: torch.save(model.state_dict(), path).`,
          { data: { source, at: opcodeAt, opcode: opcode.charCodeAt(0) } },
        );
    }
  }
}

/** Decodes a signed integer in little-endian order. */
function longOf(bytes: Uint8Array): PythonValue {
  if (bytes.length === 0) return 0;
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  return shortest(BigInt.asIntN(bytes.length * 8, value));
}

function shortest(value: bigint): PythonValue {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
