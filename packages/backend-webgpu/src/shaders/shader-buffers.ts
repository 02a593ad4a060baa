import { type Plan, rootOf, type Step, stepBindings } from '@manabi/compiler';
import type { DType } from '@manabi/ir';
import type { ShaderModule } from '../wgsl/shader-module.ts';
import { type StorageType, storageType, valueType } from '../wgsl/types.ts';
import { each } from './each.ts';
import type { BoundBuffer, ShaderBinding, ShaderNumber } from './shader.ts';
import type { Windows } from './windows/divide.ts';
import { scratchSlot } from './windows/scratch-slot.ts';

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
  readonly #numbers: ShaderNumber[] = [];
  readonly #windows: Windows | null;
  /** Functions that access elements or vectors of buffers with several windows, by name. */
  readonly #accessors = new Map<string, string>();
  /** For each bound buffer, by its first slot (see `rootOf`): the slot that determines the type of its elements. */
  readonly #declaring = new Map<number, number>();
  /** First slots (see `rootOf`) of the buffers that are bound as vectors of four elements. */
  readonly #vectors = new Set<number>();

  /** @param windows windows of the buffers that are larger than a binding; null if there are none */
  constructor(plan: Plan, step: Step, module: ShaderModule, windows: Windows | null = null) {
    this.#plan = plan;
    this.#module = module;
    this.#windows = windows;
    this.#written = new Set(stepBindings(plan, step).flatMap(({ root, written }) => (written ? [root] : [])));
  }

  get bindings(): readonly ShaderBinding[] {
    return this.#bindings;
  }

  get numbers(): readonly ShaderNumber[] {
    return this.#numbers;
  }

  /** Whether the shader accesses buffers that are larger than a binding, so that its workgroups may run in parts. */
  get hasWindows(): boolean {
    return this.#windows !== null;
  }

  /** Returns the first slot in the buffer of a slot. */
  rootOf(slot: number): number {
    return rootOf(this.#plan, slot);
  }

  dtypeOf(slot: number): DType {
    return this.#plan.slots[slot].dtype;
  }

  isWritten(slot: number): boolean {
    return this.#written.has(this.rootOf(slot));
  }

  /** Whether all elements of a slot belong to complete vectors of four elements from the start of its buffer. */
  fitsVectors(slot: number): boolean {
    const { elements, packed, sliced } = this.#plan.slots[slot];
    // The binding of an empty buffer is smaller than a vector.
    return !sliced && (packed || (elements > 0 && elements % 4 === 0));
  }

  /** Binds the buffer of a slot as vectors of four elements. Must be called before the buffer is accessed. */
  bindAsVectors(slot: number): void {
    if (!this.#plan.slots[slot].packed) this.#vectors.add(this.rootOf(slot));
  }

  /** Whether vectors of a slot can be loaded and stored. */
  hasVectors(slot: number): boolean {
    return this.fitsVectors(slot) && (this.#plan.slots[slot].packed || this.#vectors.has(this.rootOf(slot)));
  }

  /** Returns an expression for a vector of four stored elements; `index` counts vectors. See `element`. */
  loadVector(slot: number, index: string): string {
    const stored = this.#loaded(slot, this.#placedVector(slot, index));
    if (this.#plan.slots[slot].packed) {
      return `((vec4<u32>(${stored}) >> vec4<u32>(0u, 8u, 16u, 24u)) & vec4<u32>(255u))`;
    }
    return this.#converted(slot, stored, (type) => `vec4<${type}>`);
  }

  /** Returns a statement that stores a vector of four values of the slot's dtype; `index` counts vectors. */
  storeVector(slot: number, index: string, values: readonly string[]): string {
    const type = storageType(this.#plan.slots[slot].dtype);
    const elements = values.map((value) => this.#element(slot, value)).join(', ');
    const vector = this.#stored(slot, `vec4<${type}>(${elements})`, (of) => `vec4<${of}>`);
    return this.#storing(slot, this.#placedVector(slot, index), vector);
  }

  /** Returns an expression for the element of a slot at an index (an i32), as a value of the slot's dtype. */
  load(slot: number, index: string): string {
    const { packed } = this.#plan.slots[slot];
    const at = `u32(${this.#placed(slot, index)})`;
    if (packed) return `((${this.#loaded(slot, `${at} >> 2u`)} >> ((${at} & 3u) * 8u)) & 255u)`;
    const isVector = this.#vectors.has(this.rootOf(slot));
    const stored = isVector ? `${this.#loaded(slot, `${at} >> 2u`)}[${at} & 3u]` : this.#loaded(slot, at);
    return this.element(
      slot,
      this.#converted(slot, stored, (type) => type),
    );
  }

  /** Converts a stored element to a value of the slot's dtype. */
  element(slot: number, stored: string): string {
    return valueType(this.#plan.slots[slot].dtype) === 'bool' ? `(${stored} != 0u)` : stored;
  }

  /** Returns a statement that stores a value of the slot's dtype at an index. */
  store(slot: number, index: string, value: string): string {
    // Storing one element of a vector may overwrite the others, which belong to other invocations.
    if (this.#vectors.has(this.rootOf(slot))) throw new Error('A buffer of vectors cannot store single elements.');
    const element = this.#stored(slot, this.#element(slot, value), (type) => type);
    return this.#storing(slot, `u32(${this.#placed(slot, index)})`, element);
  }

  /**
   * Binds the record of index errors and returns its name. For each site, it contains the lowest position and invalid
   * indices.
   */
  errors(): string {
    return this.#bind({ kind: 'errors' }, 'array<atomic<u32>>', true);
  }

  /**
   * Returns an expression for the element at an index (a u32) of a scratch buffer (see `StepShaders`). A shader that writes
   * the buffer must not read it as well.
   */
  loadScratch(index: number, type: StorageType, at: string): string {
    const buffers = this.#buffersOf({ kind: 'scratch', index }, `array<${type}>`, false);
    return this.#loadedFrom(buffers, type, this.#placedScratch(index, at));
  }

  /** Returns a statement that stores an element at an index (a u32) of a scratch buffer. */
  storeScratch(index: number, type: StorageType, at: string, value: string): string {
    const buffers = this.#buffersOf({ kind: 'scratch', index }, `array<${type}>`, true);
    return this.#storingTo(buffers, type, this.#placedScratch(index, at), value);
  }

  /** Returns the declarations of all buffers that were used. */
  declarations(): string {
    const lines = this.#bindings.map(({ written }, i) => {
      const access = written ? 'read_write' : 'read';
      return `@group(0) @binding(${i}) var<storage, ${access}> b${i}: ${this.#types[i]};`;
    });
    if (this.#numbers.length > 0) {
      const count = Math.ceil(this.#numbers.length / 4);
      lines.push(`@group(0) @binding(${this.#bindings.length}) var<uniform> numbers: array<vec4<i32>, ${count}>;`);
    }
    lines.push(...this.#accessors.values());
    if (this.#types.some((type) => type.includes('f16'))) lines.unshift('enable f16;');
    return lines.join('\n');
  }

  /** Returns an expression (an i32) for a number that is passed to the shader. */
  number(number: ShaderNumber): string {
    const isSame = (known: ShaderNumber): boolean =>
      known.kind === number.kind && ('slot' in known && 'slot' in number ? known.slot === number.slot : true);
    const known = this.#numbers.findIndex(isSame);
    const at = known < 0 ? this.#numbers.push(number) - 1 : known;
    return `numbers[${Math.floor(at / 4)}][${at % 4}]`;
  }

  /** Returns the index (an i32) in the bound array or window for an index in a slot. */
  #placed(slot: number, index: string): string {
    if (!this.#plan.slots[slot].sliced && !this.#isWindowed(slot)) return index;
    return `(${index} + ${this.number({ kind: 'start', slot })})`;
  }

  /** The same for an index (a u32) in vectors; windows start with complete vectors. */
  #placedVector(slot: number, index: string): string {
    return this.#isWindowed(slot) ? `((${index}) + u32(${this.number({ kind: 'vectorStart', slot })}))` : index;
  }

  #isWindowed(slot: number): boolean {
    return this.#windows?.counts.has(this.rootOf(slot)) === true;
  }

  #placedScratch(index: number, at: string): string {
    const slot = scratchSlot(index);
    if (this.#windows?.counts.has(slot) !== true) return at;
    return `(${at} + u32(${this.number({ kind: 'start', slot })}))`;
  }

  /** Returns an expression for a stored element or vector, or a word of packed elements. */
  #loaded(slot: number, index: string): string {
    return this.#loadedFrom(this.#slotBuffers(slot), this.#itemType(slot), index);
  }

  /** Returns a statement that stores an element or vector. */
  #storing(slot: number, index: string, value: string): string {
    return this.#storingTo(this.#slotBuffers(slot), this.#itemType(slot), index, value);
  }

  #loadedFrom(buffers: readonly string[], type: string, index: string): string {
    if (buffers.length === 1) return `${buffers[0]}[${index}]`;
    return `${this.#accessor(buffers, type, 'load')}(${index})`;
  }

  #storingTo(buffers: readonly string[], type: string, index: string, value: string): string {
    if (buffers.length === 1) return `${buffers[0]}[${index}] = ${value};`;
    return `${this.#accessor(buffers, type, 'store')}(${index}, ${value});`;
  }

  /** Declares a function that selects the window of an index, and returns its name. @param type type of an item */
  #accessor(buffers: readonly string[], type: string, kind: 'load' | 'store'): string {
    const name = `${kind}_${buffers[0]}`;
    const length = (this.#windows?.bytes ?? 0) / itemBytes(type);
    const last = buffers.length - 1;
    const cases = buffers.map((buffer, window) => {
      const at = window === 0 ? 'at' : `at - ${window * length}u`;
      const access = kind === 'load' ? `return ${buffer}[${at}];` : `${buffer}[${at}] = value; return;`;
      return window === last ? access : `if (at < ${(window + 1) * length}u) { ${access} }`;
    });
    const head = kind === 'load' ? `fn ${name}(at: u32) -> ${type} {` : `fn ${name}(at: u32, value: ${type}) {`;
    this.#accessors.set(name, [head, ...cases, '}'].join('\n'));
    return name;
  }

  #slotBuffers(slot: number): readonly string[] {
    const root = this.rootOf(slot);
    return this.#buffersOf({ kind: 'slot', slot: root }, `array<${this.#itemType(slot)}>`, this.#written.has(root));
  }

  /** Binds a buffer, and returns the names of its bindings: one, or one for each window. */
  #buffersOf(
    buffer: { readonly kind: 'slot'; readonly slot: number } | { readonly kind: 'scratch'; readonly index: number },
    type: string,
    written: boolean,
  ): readonly string[] {
    const root = buffer.kind === 'slot' ? buffer.slot : scratchSlot(buffer.index);
    const count = this.#windows?.counts.get(root) ?? null;
    return each(count ?? 1, (i) => this.#bind({ ...buffer, window: count === null ? null : i }, type, written));
  }

  /** Returns the type of the elements, or vectors, of the array that is bound for a slot. */
  #itemType(slot: number): string {
    const type = this.#elementType(slot);
    return this.#vectors.has(this.rootOf(slot)) ? `vec4<${type}>` : type;
  }

  /**
   * Returns the element type in the declaration of a slot's buffer: that of the first slot in the buffer that the shader
   * uses. In other steps, the buffer may hold elements of another size.
   */
  #elementType(slot: number): StorageType {
    const root = this.rootOf(slot);
    const declaring = this.#declaring.get(root) ?? slot;
    this.#declaring.set(root, declaring);
    return this.#plan.slots[declaring].packed ? 'u32' : this.#storedType(declaring);
  }

  #storedType(slot: number): StorageType {
    const { dtype, bytes, elements } = this.#plan.slots[slot];
    return storageType(dtype, elements === 0 ? undefined : bytes / elements);
  }

  /** Converts a loaded element or vector to the type of its slot, if the buffer is declared with another type. */
  #converted(slot: number, loaded: string, typed: (element: string) => string): string {
    const [held, wanted] = [this.#elementType(slot), this.#storedType(slot)];
    // Values of float16 are f32 in shaders.
    if (held === 'f16') return `${typed('f32')}(${loaded})`;
    return held === wanted ? loaded : `bitcast<${typed(wanted)}>(${loaded})`;
  }

  /** Converts an element or vector to the type with which the buffer of its slot is declared. */
  #stored(slot: number, element: string, typed: (element: string) => string): string {
    const [held, given] = [this.#elementType(slot), this.#storedType(slot)];
    if (held === 'f16') return `${typed('f16')}(${element})`;
    return held === given ? element : `bitcast<${typed(held)}>(${element})`;
  }

  /** Converts a value of the slot's dtype to an element to store. */
  #element(slot: number, value: string): string {
    return valueType(this.#plan.slots[slot].dtype) === 'bool' ? `select(0u, 1u, ${value})` : value;
  }

  #bind(buffer: BoundBuffer, type: string, written: boolean): string {
    const known = this.#bindings.findIndex((binding) => isSame(binding.buffer, buffer));
    if (known >= 0) return `b${known}`;
    this.#types.push(type);
    return `b${this.#bindings.push({ buffer, written }) - 1}`;
  }

  get module(): ShaderModule {
    return this.#module;
  }
}

/** Returns the size in bytes of an element or vector of a WGSL type. */
const itemBytes = (type: string): number => (type.startsWith('vec4') ? 4 : 1) * (type.includes('f16') ? 2 : 4);

function isSame(x: BoundBuffer, y: BoundBuffer): boolean {
  if (x.kind === 'slot') return y.kind === 'slot' && x.slot === y.slot && x.window === y.window;
  if (x.kind === 'scratch') return y.kind === 'scratch' && x.index === y.index && x.window === y.window;
  return y.kind === 'errors';
}
