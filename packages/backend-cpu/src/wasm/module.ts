import { type Callable, FunctionBuilder } from './function.ts';
import { ByteWriter } from './leb128.ts';
import { type ValueType, valueTypes } from './opcodes.ts';

/** Memory that a module imports as `env.memory`. Sizes are in pages of 64 KiB. */
export interface MemoryImport {
  readonly min: number;
  readonly max?: number;
  /** Whether the memory is shared, which requires `max`. Default: false. */
  readonly shared?: boolean;
}

/** Options of a function. */
export interface FunctionOptions {
  /** Whether the module exports the function under its name. Default: true. */
  readonly exported?: boolean;
}

/**
 * Assembles a WebAssembly module with a memory imported as `env.memory`, imported functions, and functions exported under
 * their names.
 *
 * ```ts
 * const module = new ModuleBuilder({ min: 1 });
 * const f = module.function('twice', ['i32'], ['i32']);
 * f.get(0).i32(2).op('i32.mul');
 * const instance = new WebAssembly.Instance(compileModule(module.toBytes()), { env: { memory } });
 * ```
 */
export class ModuleBuilder {
  /**
   * Whether functions may use fused multiply-add, which rounds x * y + z once. Only engines with relaxed SIMD compile such modules,
   * and only processors with this instruction compute the same bits; see `fusesMultiplyAdd`.
   */
  readonly fused: boolean;
  readonly #memory: MemoryImport | undefined;
  readonly #signatures = new Map<string, number>();
  readonly #types = new ByteWriter();
  readonly #imports: { from: string; name: string; type: number }[] = [];
  readonly #functions: { builder: FunctionBuilder; type: number; exported: boolean }[] = [];

  constructor(memory?: MemoryImport, fused = false) {
    this.fused = fused;
    this.#memory = memory;
  }

  /**
   * Declares an imported function. Imports must be declared before the first function of the module, because imports
   * and functions are numbered together.
   */
  importFunction(from: string, name: string, params: readonly ValueType[], results: readonly ValueType[]): Callable {
    if (this.#functions.length > 0) throw new Error(`Declare the import "${from}.${name}" before functions.`);
    return { index: this.#imports.push({ from, name, type: this.#signature(params, results) }) - 1 };
  }

  /** Adds a function and returns the builder of its body. Its parameters are the locals 0, 1, … */
  function(
    name: string,
    params: readonly ValueType[],
    results: readonly ValueType[],
    options: FunctionOptions = {},
  ): FunctionBuilder {
    const builder = new FunctionBuilder(this.#imports.length + this.#functions.length, name, params, this.fused);
    this.#functions.push({ builder, type: this.#signature(params, results), exported: options.exported ?? true });
    return builder;
  }

  /** Returns the module in the binary format. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter(1024);
    out.bytes([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);

    section(out, 1, this.#signatures.size, (part) => part.bytes(this.#types.written));
    section(out, 2, this.#imports.length + (this.#memory === undefined ? 0 : 1), (part) => {
      for (const { from, name, type } of this.#imports) {
        part.name(from);
        part.name(name);
        part.byte(0x00);
        part.unsigned(type);
      }
      if (this.#memory !== undefined) writeMemory(part, this.#memory);
    });
    section(out, 3, this.#functions.length, (part) => {
      for (const { type } of this.#functions) part.unsigned(type);
    });
    const exported = this.#functions.filter((entry) => entry.exported);
    section(out, 7, exported.length, (part) => {
      for (const { builder } of exported) {
        part.name(builder.name);
        part.byte(0x00);
        part.unsigned(builder.index);
      }
    });
    section(out, 10, this.#functions.length, (part) => {
      for (const { builder } of this.#functions) part.sized(builder.toBody());
    });
    return out.written.slice();
  }

  #signature(params: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${params.join()}>${results.join()}`;
    const known = this.#signatures.get(key);
    if (known !== undefined) return known;
    this.#types.byte(0x60);
    for (const list of [params, results]) {
      this.#types.unsigned(list.length);
      for (const type of list) this.#types.byte(valueTypes[type]);
    }
    this.#signatures.set(key, this.#signatures.size);
    return this.#signatures.size - 1;
  }
}

function section(out: ByteWriter, id: number, count: number, write: (part: ByteWriter) => void): void {
  if (count === 0) return;
  const part = new ByteWriter(1024);
  part.unsigned(count);
  write(part);
  out.byte(id);
  out.sized(part);
}

function writeMemory(part: ByteWriter, { min, max, shared = false }: MemoryImport): void {
  part.name('env');
  part.name('memory');
  part.byte(0x02);
  part.byte((max === undefined ? 0 : 1) | (shared ? 2 : 0));
  part.unsigned(min);
  if (max !== undefined) part.unsigned(max);
}
