import {
  type Block,
  definitionsOf,
  type Instruction,
  indexOrigin,
  type Kernel,
  type KernelAccess,
  type Statement,
} from '@manabi/compiler';
import type { Combine, DType, IndexExpr } from '@manabi/ir';
import { indexCode } from '../wgsl/index-code.ts';
import { isBetter } from '../wgsl/is-better.ts';
import { literal } from '../wgsl/literals.ts';
import { scalarCode } from '../wgsl/scalar-code.ts';
import type { ShaderModule } from '../wgsl/shader-module.ts';
import { valueType } from '../wgsl/types.ts';
import { each } from './each.ts';
import { recordedIndices, wordsOfSite } from './error-entries.ts';
import type { ShaderBuffers } from './shader-buffers.ts';
import { isUnrolled, UNROLLED } from './unrolled-loop.ts';
import { vectorIndex, WIDTH, type WideAxis } from './wide-axis.ts';

type StoreStatement = Extract<Statement, { kind: 'store' }>;

/** Options of `KernelWriter`. */
export interface KernelWriterOptions {
  /** WGSL expression for `result` instructions, in the epilogue of a routine; a vector if there is a wide axis. */
  readonly result?: string;
  /** Axis of which each invocation runs four iterations; `a` with its number is the first of them. */
  readonly wide?: WideAxis | null;
  /** Loops that run four iterations at a time, by their axis; only without `wide`. */
  readonly wideLoops?: ReadonlyMap<number, WideAxis>;
  /** Whether to unroll short loops; see `isUnrolled`. Default: false. */
  readonly unrolls?: boolean;
}

/**
 * An iteration of the wide axis, from 0 to 3, for which a statement is written; null for statements that are the same in
 * all iterations.
 */
type Iteration = number | null;

const iterations: readonly Iteration[] = [0, 1, 2, 3];

/**
 * Translates the statements of a kernel to WGSL statements that run in order in one invocation. Scalar 5 is named `s5`,
 * accumulator 2 `c2`, and axis 1 `a1`; scalars and accumulators that vary along the wide axis are named `s5_0` …
 * `s5_3`.
 */
export class KernelWriter {
  readonly kernel: Kernel;
  readonly buffers: ShaderBuffers;
  readonly module: ShaderModule;
  readonly #dtypeOf: (slot: number) => DType;
  readonly #result: string | null;
  readonly #wideLoops: ReadonlyMap<number, WideAxis>;
  /** The wide axis around the statements that are written. */
  #wide: WideAxis | null;
  readonly #unrolls: boolean;
  readonly #definitions: ReadonlyMap<number, Instruction>;

  constructor(
    kernel: Kernel,
    buffers: ShaderBuffers,
    dtypeOf: (slot: number) => DType,
    { result, wide, wideLoops, unrolls = false }: KernelWriterOptions = {},
  ) {
    this.kernel = kernel;
    this.buffers = buffers;
    this.module = buffers.module;
    this.#dtypeOf = dtypeOf;
    this.#result = result ?? null;
    this.#wide = wide ?? null;
    this.#unrolls = unrolls;
    this.#wideLoops = wideLoops ?? new Map();
    this.#definitions = definitionsOf(kernel.body);
  }

  /** Returns the statements of a block, with its loops as WGSL loops. */
  block(block: Block): string[] {
    return block.flatMap((statement) => this.statement(statement));
  }

  statement(statement: Statement): string[] {
    switch (statement.kind) {
      case 'loop': {
        const { axis, body } = statement;
        const { extent } = this.kernel.axes[axis];
        const wide = this.#wideLoops.get(axis);
        if (wide === undefined) {
          const lines = this.block(body);
          if (!this.#unrolls || !isUnrolled(this.kernel, statement)) {
            return [`for (var a${axis} = 0i; a${axis} < ${extent}i; a${axis}++) {`, ...lines, '}'];
          }
          return [
            `for (var turn${axis} = 0i; turn${axis} < ${extent}i; turn${axis} += ${UNROLLED}i) {`,
            ...each(UNROLLED, (i) => ['{', `let a${axis} = turn${axis} + ${i}i;`, ...lines, '}']).flat(),
            '}',
          ];
        }
        this.#wide = wide;
        const lines = this.block(body);
        this.#wide = null;
        return [`for (var a${axis} = 0i; a${axis} < ${extent}i; a${axis} += ${WIDTH}i) {`, ...lines, '}'];
      }
      case 'define': {
        const { scalar, instruction } = statement;
        const vector = instruction.kind === 'load' ? this.#loadVector(scalar, instruction) : null;
        return vector ?? this.#perIteration(this.#varies(scalar), (w) => this.#define(scalar, instruction, w));
      }
      case 'store':
        return this.#storeVector(statement) ?? this.#perIteration(true, (w) => this.#store(statement, w));
      case 'begin': {
        const { accumulator, initial } = statement;
        const dtype = this.kernel.accumulators[accumulator];
        return this.#perIteration(this.#accumulatorVaries(accumulator), (w) => [
          `var ${this.accumulator(accumulator, w)}: ${valueType(dtype)} = ${literal(dtype, initial, this.module.bits)};`,
        ]);
      }
      case 'accumulate': {
        const { accumulator, combine, value } = statement;
        const dtype = this.kernel.accumulators[accumulator];
        return this.#perChange(accumulator, (w) => {
          const name = this.accumulator(accumulator, w);
          return [`${name} = ${this.join(combine, dtype, name, this.#scalar(value, w))};`];
        });
      }
      case 'accumulateIndex': {
        const { accumulator, position, value, at, largest } = statement;
        return this.#perChange(accumulator, (w) => {
          const better = isBetter(this.module, this.kernel.accumulators[accumulator], largest);
          const [held, where] = [this.accumulator(accumulator, w), this.accumulator(position, w)];
          const [x, i] = [this.#scalar(value, w), this.#scalar(at, w)];
          return [`if (${better}(${x}, ${i}, ${held}, ${where})) { ${held} = ${x}; ${where} = ${i}; }`];
        });
      }
      case 'assign':
        return this.#perChange(statement.accumulator, (w) => [
          `${this.accumulator(statement.accumulator, w)} = ${this.#scalar(statement.value, w)};`,
        ]);
    }
  }

  /** Returns the name of an accumulator. */
  accumulator(accumulator: number, w: Iteration = null): string {
    return w !== null && this.#accumulatorVaries(accumulator) ? `c${accumulator}_${w}` : `c${accumulator}`;
  }

  #accumulatorVaries(accumulator: number): boolean {
    return this.#wide?.varying.accumulators.has(accumulator) === true;
  }

  #scalar(scalar: number, w: Iteration): string {
    return w !== null && this.#varies(scalar) ? `s${scalar}_${w}` : `s${scalar}`;
  }

  #varies(scalar: number): boolean {
    return this.#wide?.varying.scalars.has(scalar) === true;
  }

  /** Writes a statement once, or once per iteration of the wide axis if it varies along it. */
  #perIteration(varies: boolean, write: (w: Iteration) => readonly string[]): string[] {
    return this.#wide !== null && varies ? iterations.flatMap(write) : [...write(null)];
  }

  /** Writes a change of an accumulator once, or once per iteration if the accumulator varies or the axis is a loop. */
  #perChange(accumulator: number, write: (w: Iteration) => readonly string[]): string[] {
    return this.#perIteration(this.#wide?.isLoop === true || this.#accumulatorVaries(accumulator), write);
  }

  #index(index: IndexExpr, w: Iteration): string {
    const isWide = (axis: number): boolean => w !== null && w !== 0 && axis === this.#wide?.axis;
    return indexCode(index, {
      axis: (axis) => (isWide(axis) ? `(a${axis} + ${w}i)` : `a${axis}`),
      data: (scalar) => this.#scalar(scalar, w),
    });
  }

  /** Returns the index of an access in vectors along the wide axis, as a u32; null if it is not an access to vectors. */
  #vectorIndex({ slot, index }: KernelAccess): string | null {
    const wide = this.#wide;
    if (wide === null || !this.buffers.hasVectors(slot)) return null;
    const vector = vectorIndex(index, wide);
    if (vector === null) return null;
    const names = {
      axis: (axis: number) => (axis === wide.axis ? `(a${axis} / ${WIDTH}i)` : `a${axis}`),
      data: (scalar: number) => `s${scalar}`,
    };
    return `u32(${indexCode(vector, names)})`;
  }

  #loadVector(scalar: number, access: KernelAccess): string[] | null {
    const index = this.#vectorIndex(access);
    if (index === null) return null;
    const type = valueType(this.kernel.scalars[scalar]);
    return [
      `let v${scalar} = ${this.buffers.loadVector(access.slot, index)};`,
      ...iterations.map(
        (w) => `let ${this.#scalar(scalar, w)}: ${type} = ${this.buffers.element(access.slot, `v${scalar}[${w}]`)};`,
      ),
    ];
  }

  #storeVector(statement: StoreStatement): string[] | null {
    const index = statement.combine === 'set' ? this.#vectorIndex(statement) : null;
    if (index === null) return null;
    const values = iterations.map((w) => this.#scalar(statement.value, w));
    return [this.buffers.storeVector(statement.slot, index, values)];
  }

  #store({ slot, index, value, combine }: StoreStatement, w: Iteration): string[] {
    const at = this.#index(index, w);
    const stored = this.#scalar(value, w);
    if (combine === 'set') return [this.buffers.store(slot, at, stored)];
    const joined = this.join(combine, this.#dtypeOf(slot), this.buffers.load(slot, at), stored);
    return [this.buffers.store(slot, at, joined)];
  }

  /** Returns an expression that combines two values of a dtype. */
  join(combine: Combine, dtype: DType, x: string, y: string): string {
    return scalarCode[combine]({ operands: [x, y], operand: dtype, result: dtype, module: this.module });
  }

  #define(scalar: number, instruction: Instruction, w: Iteration): string[] {
    const dtype = this.kernel.scalars[scalar];
    const name = this.#scalar(scalar, w);
    if (instruction.kind === 'checkedIndex') return this.#checkedIndex(name, instruction, w);
    return [`let ${name}: ${valueType(dtype)} = ${this.#value(instruction, dtype, w)};`];
  }

  #value(instruction: Exclude<Instruction, { kind: 'checkedIndex' }>, dtype: DType, w: Iteration): string {
    switch (instruction.kind) {
      case 'scalar': {
        const { op, operands } = instruction;
        return scalarCode[op]({
          operands: operands.map((operand) => this.#scalar(operand, w)),
          operand: this.kernel.scalars[operands[operands.length - 1]],
          result: dtype,
          module: this.module,
        });
      }
      case 'constant':
        return literal(dtype, instruction.value, this.module.bits);
      case 'load':
        return this.buffers.load(instruction.slot, this.#index(instruction.index, w));
      case 'index':
        return this.#index(instruction.index, w);
      case 'accumulator':
        return this.accumulator(instruction.accumulator, w);
      case 'result':
        if (this.#result === null) throw new Error(`Kernel ${this.kernel.name} reads a result outside of a routine.`);
        return w === null ? this.#result : `${this.#result}[${w}]`;
    }
  }

  /** Returns statements that clamp an index and, if it was out of range, record its position and value. */
  #checkedIndex(
    name: string,
    { operand, extent, site }: Extract<Instruction, { kind: 'checkedIndex' }>,
    w: Iteration,
  ): string[] {
    const errors = this.buffers.errors();
    const found = this.#scalar(operand, w);
    const first = site * wordsOfSite;
    return [
      `let ${name}: i32 = clamp(${found}, 0i, ${extent - 1}i);`,
      `if (${name} != ${found}) {`,
      `let position = ${this.#position(operand, w)};`,
      `atomicMax(&${errors}[${first}], ~position);`,
      `atomicStore(&${errors}[${first + 1}u + position % ${recordedIndices}u], bitcast<u32>(${found}));`,
      '}',
    ];
  }

  /** Returns an expression for the position in its slot from which an index was loaded; 0 if it was computed. */
  #position(scalar: number, w: Iteration): string {
    const origin = indexOrigin(this.#definitions, scalar);
    return origin === undefined ? '0u' : `u32(${this.#index(origin.index, w)})`;
  }
}
