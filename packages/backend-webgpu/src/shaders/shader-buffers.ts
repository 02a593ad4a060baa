import { type Plan, rootOf, type Step, stepBindings } from '@manabi/compiler';
import type { ShaderModule } from '../wgsl/shader-module.ts';
import { storageType, valueType } from '../wgsl/types.ts';
import type { ShaderBinding } from './shader.ts';

/**
 * The buffers bound by the shader of one step, and code that loads and stores elements of slots in them. Buffers are
 * numbered by first use, so the code does not depend on the numbers of slots.
 */
export class ShaderBuffers {
  readonly #plan: Plan;
  readonly #module: ShaderModule;
  readonly #written: ReadonlySet<number | null>;
  readonly #bindings: ShaderBinding[] = [];
  readonly #types: string[] = [];
  readonly #starts: number[] = [];

  constructor(plan: Plan, step: Step, module: ShaderModule) {
    this.#plan = plan;
    this.#module = module;
    this.#written = new Set(stepBindings(plan, step).flatMap(({ root, written }) => (written ? [root] : [])));
  }

  get bindings(): readonly ShaderBinding[] {
    return this.#bindings;
  }

  get starts(): readonly number[] {
    return this.#starts;
  }

  /** Returns an expression for the element of a slot at an index (an i32), as a value of the slot's dtype. */
  load(slot: number, index: string): string {
    const { dtype, packed } = this.#plan.slots[slot];
    const at = `u32(${this.#placed(slot, index)})`;
    const buffer = this.#buffer(slot);
    if (packed) return `((${buffer}[${at} >> 2u] >> ((${at} & 3u) * 8u)) & 255u)`;
    const element = this.#read(slot, `${buffer}[${at}]`);
    return valueType(dtype) === 'bool' ? `(${element} != 0u)` : element;
  }

  /** Returns a statement that stores a value of the slot's dtype at an index. */
  store(slot: number, index: string, value: string): string {
    const { dtype } = this.#plan.slots[slot];
    const element = valueType(dtype) === 'bool' ? `select(0u, 1u, ${value})` : value;
    return `${this.#buffer(slot)}[u32(${this.#placed(slot, index)})] = ${this.#stored(slot, element)};`;
  }

  /**
   * Binds the record of index errors and returns its name. For each site, it contains the lowest position and invalid
   * indices.
   */
  errors(): string {
    return this.#bind(null, 'array<atomic<u32>>');
  }

  /** Returns the declarations of all buffers that were used. */
  declarations(): string {
    const lines = this.#bindings.map(({ written }, i) => {
      const access = written ? 'read_write' : 'read';
      return `@group(0) @binding(${i}) var<storage, ${access}> b${i}: ${this.#types[i]};`;
    });
    if (this.#starts.length > 0) {
      const count = Math.ceil(this.#starts.length / 4);
      lines.push(`@group(0) @binding(${this.#bindings.length}) var<uniform> starts: array<vec4<i32>, ${count}>;`);
    }
    return lines.join('\n');
  }

  #placed(slot: number, index: string): string {
    if (!this.#plan.slots[slot].sliced) return index;
    const known = this.#starts.indexOf(slot);
    const at = known < 0 ? this.#starts.push(slot) - 1 : known;
    return `(${index} + starts[${Math.floor(at / 4)}][${at % 4}])`;
  }

  #buffer(slot: number): string {
    const root = rootOf(this.#plan, slot);
    return this.#bind(root, `array<${this.#elementType(root)}>`);
  }

  /** Returns the element type in the declaration of a buffer. */
  #elementType(root: number): string {
    const { dtype, packed } = this.#plan.slots[root];
    return packed ? 'u32' : storageType(dtype);
  }

  /** Converts a loaded element to the type of its slot, if the buffer is declared with another type. */
  #read(slot: number, element: string): string {
    const [held, wanted] = [this.#elementType(rootOf(this.#plan, slot)), storageType(this.#plan.slots[slot].dtype)];
    return held === wanted ? element : `bitcast<${wanted}>(${element})`;
  }

  #stored(slot: number, element: string): string {
    const [held, given] = [this.#elementType(rootOf(this.#plan, slot)), storageType(this.#plan.slots[slot].dtype)];
    return held === given ? element : `bitcast<${held}>(${element})`;
  }

  #bind(slot: number | null, type: string): string {
    const known = this.#bindings.findIndex((binding) => binding.slot === slot);
    if (known >= 0) return `b${known}`;
    this.#types.push(type);
    return `b${this.#bindings.push({ slot, written: this.#written.has(slot) }) - 1}`;
  }

  get module(): ShaderModule {
    return this.#module;
  }
}
