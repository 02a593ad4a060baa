import { ByteWriter } from './leb128.ts';
import type { MemoryOpcode } from './opcode-table.ts';
import {
  type AtomicName,
  atomics,
  type LoadName,
  loads,
  type OperationName,
  operations,
  type StoreName,
  stores,
  type ValueType,
  valueTypes,
} from './opcodes.ts';
import { type LaneMemoryName, type LaneOperationName, laneLoads, laneOperations, laneStores } from './opcodes-simd.ts';

/** Number of a parameter or local variable of a function. */
export type LocalId = number;

/** A branch target, passed to the body of a `block`, `loop` or `if` and valid only inside that body. */
export type Label = number;

/** Function that `call` can call: a function of the module or an imported one. */
export interface Callable {
  readonly index: number;
}

const laneMemory = { ...laneLoads, ...laneStores };

/**
 * Writes the body of a WebAssembly function, instruction by instruction, in stack order. Methods return the builder, so
 * chained calls read like postfix notation:
 *
 * ```ts
 * f.get(x).get(y).op('f32x4.add').set(sum);
 * f.loop((again) => { f.get(n).i32(1).op('i32.sub').tee(n).brIf(again); });
 * ```
 *
 * The engine checks the types on the stack when it compiles the module.
 */
export class FunctionBuilder implements Callable {
  readonly index: number;
  readonly name: string;
  readonly params: readonly ValueType[];
  /** Whether the function may use fused multiply-add; see `ModuleBuilder`. */
  readonly fused: boolean;
  readonly #types: ValueType[];
  readonly #code = new ByteWriter(512);
  #depth = 0;

  constructor(index: number, name: string, params: readonly ValueType[], fused: boolean) {
    this.index = index;
    this.name = name;
    this.params = params;
    this.fused = fused;
    this.#types = [...params];
  }

  /** Declares a local variable, which is zero at the start of the function. */
  local(type: ValueType): LocalId {
    return this.#types.push(type) - 1;
  }

  /** Declares `count` local variables of one type. */
  locals(type: ValueType, count: number): LocalId[] {
    return Array.from({ length: count }, () => this.local(type));
  }

  /** Returns the type of a parameter or local. */
  typeOf(id: LocalId): ValueType {
    const type = this.#types[id];
    if (type === undefined) throw new Error(`Function "${this.name}" has no local ${id}. Declare it with local().`);
    return type;
  }

  get(id: LocalId): this {
    return this.#local(0x20, id);
  }

  set(id: LocalId): this {
    return this.#local(0x21, id);
  }

  /**
   * Writes code that adds the product of the two float32 vectors that `factors` pushes to a local: rounded once if the function
   * is `fused`, otherwise twice.
   */
  addProduct(sum: LocalId, factors: () => void): this {
    if (!this.fused) this.get(sum);
    factors();
    if (this.fused) this.get(sum).op('f32x4.relaxed_madd');
    else this.op('f32x4.mul', 'f32x4.add');
    return this.set(sum);
  }

  /** Writes `local.tee`, which sets a local to the value on the stack and leaves the value there. */
  tee(id: LocalId): this {
    return this.#local(0x22, id);
  }

  /** Writes instructions without immediates. */
  op(...names: OperationName[]): this {
    for (const name of names) this.#opcode(operations[name]);
    return this;
  }

  i32(value: number): this {
    this.#code.byte(0x41);
    this.#code.signed32(value);
    return this;
  }

  i64(value: bigint): this {
    this.#code.byte(0x42);
    this.#code.signed64(value);
    return this;
  }

  f32(value: number): this {
    this.#code.byte(0x43);
    this.#code.float32(value);
    return this;
  }

  f64(value: number): this {
    this.#code.byte(0x44);
    this.#code.float64(value);
    return this;
  }

  /** Writes an instruction that pushes a vector constant of 16 bytes. */
  v128(bytes: ArrayLike<number>): this {
    this.#opcode(0xfd00c);
    this.#code.bytes(bytes);
    return this;
  }

  /** Writes an instruction that pushes a constant of four float32 lanes, by default all equal to `a`. */
  f32x4(a: number, b = a, c = a, d = a): this {
    return this.v128(new Uint8Array(Float32Array.of(a, b, c, d).buffer));
  }

  /** Writes an instruction that pushes a constant of four 32-bit integer lanes, by default all equal to `a`. */
  i32x4(a: number, b = a, c = a, d = a): this {
    return this.v128(new Uint8Array(Int32Array.of(a, b, c, d).buffer));
  }

  /** Writes an instruction that pushes a constant of two float64 lanes, by default both equal to `a`. */
  f64x2(a: number, b = a): this {
    return this.v128(new Uint8Array(Float64Array.of(a, b).buffer));
  }

  /** Writes an instruction that reads memory at the address on the stack plus `offset` bytes. */
  load(name: LoadName, offset = 0): this {
    return this.#memory(loads[name], offset);
  }

  /**
   * Writes an instruction that stores the value on top of the stack to memory, at the address below it on the stack
   * plus `offset` bytes.
   */
  store(name: StoreName, offset = 0): this {
    return this.#memory(stores[name], offset);
  }

  /** Writes an atomic instruction: read-modify-write, wait or notify. */
  atomic(name: AtomicName, offset = 0): this {
    return this.#memory(atomics[name], offset);
  }

  /** Writes `atomic.fence`. */
  fence(): this {
    this.#opcode(0xfe003);
    this.#code.byte(0);
    return this;
  }

  /** Writes an instruction that loads or stores one lane of a vector. */
  laneMemory(name: LaneMemoryName, lane: number, offset = 0): this {
    this.#memory(laneMemory[name], offset);
    this.#code.byte(lane);
    return this;
  }

  /** Writes an instruction that reads or replaces one lane of a vector. */
  lane(name: LaneOperationName, lane: number): this {
    this.#opcode(laneOperations[name]);
    this.#code.byte(lane);
    return this;
  }

  /** Writes `i8x16.shuffle` with sixteen byte numbers: 0 to 15 from the first vector, 16 to 31 from the second. */
  shuffle8(bytes: readonly number[]): this {
    this.#opcode(0xfd00d);
    this.#code.bytes(bytes);
    return this;
  }

  /** Writes `i8x16.shuffle` for 32-bit lanes: 0 to 3 are lanes of the first vector, and 4 to 7 those of the second. */
  shuffle32(a: number, b: number, c: number, d: number): this {
    return this.shuffle8([a, b, c, d].flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]));
  }

  /** Writes `memory.fill`, which takes destination, byte value and byte count from the stack. */
  fill(): this {
    this.#opcode(0xfc00b);
    this.#code.byte(0);
    return this;
  }

  call(target: Callable): this {
    this.#code.byte(0x10);
    this.#code.unsigned(target.index);
    return this;
  }

  /** Writes a block. A branch to its label continues after the block. */
  block(body: (end: Label) => void, result?: ValueType): this {
    return this.#structured(0x02, body, result);
  }

  /** Writes a loop. A branch to its label continues at its start; reaching its end leaves the loop. */
  loop(body: (again: Label) => void, result?: ValueType): this {
    return this.#structured(0x03, body, result);
  }

  /** Writes code that runs `then` if the i32 on the stack is not zero, and `otherwise` if it is zero. */
  if(then: (end: Label) => void, otherwise?: (end: Label) => void, result?: ValueType): this {
    this.#begin(0x04, result);
    then(this.#depth);
    if (otherwise !== undefined) {
      this.#code.byte(0x05);
      otherwise(this.#depth);
    }
    return this.#end();
  }

  br(label: Label): this {
    return this.#branch(0x0c, label);
  }

  /** Writes `br_if`, which branches to a label if the i32 on the stack is not zero. */
  brIf(label: Label): this {
    return this.#branch(0x0d, label);
  }

  /** Returns the function in the format of the code section, without its length. */
  toBody(): ByteWriter {
    const body = new ByteWriter(this.#code.length + 32);
    const groups: [ValueType, number][] = [];
    for (const type of this.#types.slice(this.params.length)) {
      const last = groups.at(-1);
      if (last?.[0] === type) last[1]++;
      else groups.push([type, 1]);
    }
    body.unsigned(groups.length);
    for (const [type, count] of groups) {
      body.unsigned(count);
      body.byte(valueTypes[type]);
    }
    body.bytes(this.#code.written);
    body.byte(0x0b);
    return body;
  }

  #local(code: number, id: LocalId): this {
    this.typeOf(id);
    this.#code.byte(code);
    this.#code.unsigned(id);
    return this;
  }

  #opcode(code: number): void {
    if (code < 0x100) {
      this.#code.byte(code);
    } else {
      this.#code.byte(code >> 12);
      this.#code.unsigned(code & 0xfff);
    }
  }

  #memory({ code, alignment }: MemoryOpcode, offset: number): this {
    this.#opcode(code);
    // Atomic instructions must state their natural alignment. For other instructions, the alignment is only a hint, and
    // some addresses are multiples of four but not of the natural alignment.
    this.#code.unsigned(code >= 0xfe000 ? alignment : Math.min(alignment, 2));
    this.#code.unsigned(offset);
    return this;
  }

  #begin(code: number, result: ValueType | undefined): void {
    this.#code.byte(code);
    this.#code.byte(result === undefined ? 0x40 : valueTypes[result]);
    this.#depth++;
  }

  #end(): this {
    this.#code.byte(0x0b);
    this.#depth--;
    return this;
  }

  #structured(code: number, body: (label: Label) => void, result: ValueType | undefined): this {
    this.#begin(code, result);
    body(this.#depth);
    return this.#end();
  }

  #branch(code: number, label: Label): this {
    this.#code.byte(code);
    this.#code.unsigned(this.#depth - label);
    return this;
  }
}
