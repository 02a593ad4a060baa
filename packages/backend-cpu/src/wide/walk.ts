import { ByteReader } from '../wasm/byte-reader.ts';
import { unsigned } from './bytes.ts';
import { effectOf } from './instructions.ts';

/**
 * What a value of type i32 is in the original function: a number, the address of something, or the address of a table of
 * addresses. Values of other types are numbers. Locals and parameters have the highest kind of the values that they receive.
 */
export type Kind = (typeof kinds)[keyof typeof kinds];

export const kinds = { number: 0, address: 1, table: 2 } as const;

/** A function of the original module, and what is known of its values. */
export interface WalkedFunction {
  readonly name: string;
  /** Whether the function is exported, or a walk of such a function has found a call. */
  isCalled: boolean;
  /** Kinds of the parameters and locals, which each walk may raise. */
  readonly locals: Kind[];
  /** The instructions. */
  readonly code: Uint8Array;
  /** Whether the function returns a value. */
  readonly returns: boolean;
  /** Local with the address of the table, which takes the place of parameter 0; 0 if it is that parameter. */
  readonly table: number;
}

/** A function that others call. */
export interface Callee {
  readonly params: number;
  readonly returns: boolean;
  /** The function; null if it is imported, so its parameters are numbers. */
  readonly body: WalkedFunction | null;
}

/** Result of a walk: the instructions for 64-bit addresses, and whether the walk has raised the kind of a local or found a call. */
export interface Walk {
  readonly code: readonly number[];
  readonly changed: boolean;
}

/** A value on the stack: its kind, and the number of the instruction that has pushed it. */
interface Item {
  readonly kind: Kind;
  readonly by: number;
}

interface Block {
  readonly height: number;
  readonly results: number;
}

const codes = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  return: 0x0f,
  call: 0x10,
  select: 0x1b,
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  loadI32: 0x28,
  loadF64: 0x2b,
  constI32: 0x41,
  constI64: 0x42,
  constF32: 0x43,
  constF64: 0x44,
  addI32: 0x6a,
  subI32: 0x6b,
  // Only modules with 64-bit addresses have the following instructions.
  addI64: 0x7c,
  subI64: 0x7d,
  extendSigned: 0xac,
  extendUnsigned: 0xad,
} as const;

/**
 * Follows the values on the stack through a function, and rewrites its instructions for 64-bit addresses. As long as a walk of any
 * function of the module raises the kind of a local, the kinds are incomplete, and the code is not valid.
 *
 * @param isLast whether the kinds are complete, so a contradiction is an error
 */
export function walk(of: WalkedFunction, callees: readonly Callee[], isLast: boolean): Walk {
  return new Walker(of, callees, isLast).run();
}

class Walker {
  readonly #of: WalkedFunction;
  readonly #callees: readonly Callee[];
  readonly #isLast: boolean;
  readonly #pieces: number[][] = [];
  readonly #stack: Item[] = [];
  readonly #blocks: Block[];
  #changed = false;

  constructor(of: WalkedFunction, callees: readonly Callee[], isLast: boolean) {
    this.#of = of;
    this.#callees = callees;
    this.#isLast = isLast;
    this.#blocks = [{ height: 0, results: of.returns ? 1 : 0 }];
  }

  run(): Walk {
    const reader = new ByteReader(this.#of.code);
    while (!reader.atEnd) this.#step(reader);
    return { code: this.#pieces.flat(), changed: this.#changed };
  }

  #step(reader: ByteReader): void {
    const begin = reader.position;
    const first = reader.byte();
    const code = first < 0xfc ? first : first * 0x1000 + reader.unsigned();
    const copy = (): void => void this.#pieces.push([...reader.since(begin)]);
    if (this.#control(code, reader, copy)) return;
    const effect = effectOf(code);
    switch (effect) {
      case 'value':
        if (code === codes.constI32 || code === codes.constI64) reader.signed();
        else reader.bytes(code === codes.constF32 ? 4 : code === codes.constF64 ? 8 : 16);
        break;
      case 'load':
      case 'store':
      case 'atomic':
      case 'loadLane':
      case 'storeLane': {
        reader.unsigned();
        const offset = reader.unsigned();
        if (effect.endsWith('Lane')) reader.byte();
        copy();
        if (effect !== 'load') this.#numbers(1);
        const { kind } = this.#address();
        if (effect.startsWith('store')) return;
        const isEntry = kind === kinds.table && code === codes.loadI32;
        // An entry of the table is the address as a float64.
        if (isEntry) this.#replace([codes.loadF64, 2, ...unsigned(2 * offset), 0xfc, 7]);
        this.#push(isEntry ? kinds.address : kinds.number);
        return;
      }
      case 'unary':
      case 'binary':
      case 'ternary':
        this.#numbers(effect === 'unary' ? 1 : effect === 'binary' ? 2 : 3);
        break;
      case 'extract':
      case 'replace':
        reader.byte();
        this.#numbers(effect === 'extract' ? 1 : 2);
        break;
      case 'shuffle':
        reader.bytes(16);
        this.#numbers(2);
        break;
      case 'fill':
        reader.byte();
        copy();
        this.#extend(this.#pop(), codes.extendUnsigned);
        this.#numbers(1);
        this.#address();
        return;
      case 'fence':
        reader.byte();
        copy();
        return;
      case 'unknown':
        throw new Error(`Unknown instruction 0x${code.toString(16)} in "${this.#of.name}".`);
    }
    copy();
    this.#push();
  }

  /** Follows an instruction for control or locals, a sum or a difference. Returns false for all others. */
  #control(code: number, reader: ByteReader, copy: () => void): boolean {
    switch (code) {
      case codes.block:
      case codes.loop:
      case codes.if: {
        const results = reader.byte() === 0x40 ? 0 : 1;
        copy();
        if (code === codes.if) this.#numbers(1);
        this.#blocks.push({ height: this.#stack.length, results });
        return true;
      }
      case codes.else:
      case codes.end: {
        copy();
        const { height, results } = this.#blocks[this.#blocks.length - 1];
        this.#numbers(results);
        this.#stack.length = height;
        if (code === codes.else) return true;
        this.#blocks.pop();
        for (let i = 0; i < results; i++) this.#push();
        return true;
      }
      case codes.br:
      case codes.return:
        if (code === codes.br) reader.unsigned();
        copy();
        this.#leave();
        return true;
      case codes.brIf:
        reader.unsigned();
        copy();
        this.#numbers(1);
        return true;
      case codes.call:
        this.#call(this.#callees[reader.unsigned()], copy);
        return true;
      case codes.get:
      case codes.set:
      case codes.tee:
        this.#local(code, reader.unsigned(), copy);
        return true;
      case codes.select: {
        copy();
        this.#numbers(1);
        const [right, left] = [this.#pop(), this.#pop()];
        if (right.kind !== left.kind) this.#fail('select');
        this.#push(highest(left.kind, right.kind));
        return true;
      }
      case codes.addI32:
      case codes.subI32:
        copy();
        this.#sum(code === codes.addI32);
        return true;
      default:
        return false;
    }
  }

  #sum(isSum: boolean): void {
    const [right, left] = [this.#pop(), this.#pop()];
    if (left.kind === kinds.number && right.kind === kinds.number) {
      this.#push();
      return;
    }
    if (right.kind !== kinds.number && (left.kind !== kinds.number || !isSum)) this.#fail('a sum');
    this.#replace([isSum ? codes.addI64 : codes.subI64]);
    this.#extend(left.kind === kinds.number ? left : right, codes.extendSigned);
    this.#push(kinds.address);
  }

  #call({ params, returns, body }: Callee, copy: () => void): void {
    copy();
    for (let param = params - 1; param >= 0; param--) {
      const { kind } = this.#pop();
      if (body !== null) this.#receive(body.locals, param, kind);
      else if (kind !== kinds.number) this.#fail('an imported function');
    }
    if (body?.isCalled === false) {
      body.isCalled = true;
      this.#changed = true;
    }
    if (returns) this.#push();
  }

  #local(code: number, index: number, copy: () => void): void {
    const { locals, table } = this.#of;
    if (code === codes.get) {
      if (index === 0 && table > 0) this.#pieces.push([codes.get, ...unsigned(table)]);
      else copy();
      this.#push(locals[index]);
      return;
    }
    copy();
    this.#receive(locals, index, this.#pop().kind);
    if (code === codes.tee) this.#push(locals[index]);
  }

  /** Raises the kind of a local or parameter to that of a value that it receives. */
  #receive(locals: Kind[], index: number, kind: Kind): void {
    const all = highest(locals[index], kind);
    if (all !== locals[index]) {
      locals[index] = all;
      this.#changed = true;
    }
    if (all !== kind) this.#fail(`local ${index}`);
  }

  #push(kind: Kind = kinds.number): void {
    this.#stack.push({ kind, by: this.#pieces.length - 1 });
  }

  #pop(): Item {
    const item = this.#stack.pop();
    if (item === undefined) throw new Error(`The stack of "${this.#of.name}" is empty.`);
    return item;
  }

  #numbers(count: number): void {
    for (let i = 0; i < count; i++) if (this.#pop().kind !== kinds.number) this.#fail('a number');
  }

  #address(): Item {
    const item = this.#pop();
    if (item.kind === kinds.number) this.#fail('an address');
    return item;
  }

  /** Replaces the last instruction. */
  #replace(piece: number[]): void {
    this.#pieces[this.#pieces.length - 1] = piece;
  }

  /** Writes a conversion behind the instruction that has pushed a value. */
  #extend({ by }: Item, code: number): void {
    this.#pieces[by].push(code);
  }

  /** The code behind a branch or `return` is not reached, up to the end of the block. */
  #leave(): void {
    const { height, results } = this.#blocks[this.#blocks.length - 1];
    this.#stack.length = height;
    for (let i = 0; i < results; i++) this.#push();
  }

  #fail(what: string): void {
    if (this.#isLast) throw new Error(`Cannot tell addresses from numbers in "${this.#of.name}": ${what}.`);
  }
}

function highest(a: Kind, b: Kind): Kind {
  return a > b ? a : b;
}
