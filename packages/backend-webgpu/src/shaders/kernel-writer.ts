import {
  type Block,
  definitionsOf,
  type Instruction,
  indexOrigin,
  type Kernel,
  type Statement,
} from '@manabi/compiler';
import type { Combine, DType, IndexExpr } from '@manabi/ir';
import { isNaNFunction } from '../wgsl/float-functions.ts';
import { indexCode } from '../wgsl/index-code.ts';
import { literal } from '../wgsl/literals.ts';
import { scalarCode } from '../wgsl/scalar-code.ts';
import type { ShaderModule } from '../wgsl/shader-module.ts';
import { valueType } from '../wgsl/types.ts';
import type { ShaderBuffers } from './shader-buffers.ts';

/**
 * Entries for invalid indices per site in the record of index errors. The index at position `i` is stored in entry `i`
 * modulo this number.
 */
export const recordedIndices = 64;

/** Number of words per site in the record of index errors. */
export const wordsOfSite = 1 + recordedIndices;

/** Translates the statements of a kernel to WGSL statements that run in order in one invocation. */
export class KernelWriter {
  readonly kernel: Kernel;
  readonly buffers: ShaderBuffers;
  readonly module: ShaderModule;
  readonly #dtypeOf: (slot: number) => DType;
  /** WGSL expression for `result` instructions, in the epilogue of a routine; otherwise null. */
  readonly #result: string | null;
  readonly #definitions: ReadonlyMap<number, Instruction>;

  constructor(kernel: Kernel, buffers: ShaderBuffers, dtypeOf: (slot: number) => DType, result: string | null = null) {
    this.kernel = kernel;
    this.buffers = buffers;
    this.module = buffers.module;
    this.#dtypeOf = dtypeOf;
    this.#result = result;
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
        return [`for (var a${axis} = 0i; a${axis} < ${extent}i; a${axis}++) {`, ...this.block(body), '}'];
      }
      case 'define': {
        const { scalar, instruction } = statement;
        return this.#define(scalar, instruction);
      }
      case 'store': {
        const { slot, index, value, combine } = statement;
        const at = this.index(index);
        if (combine === 'set') return [this.buffers.store(slot, at, `s${value}`)];
        const joined = this.join(combine, this.#dtypeOf(slot), this.buffers.load(slot, at), `s${value}`);
        return [this.buffers.store(slot, at, joined)];
      }
      case 'begin': {
        const { accumulator, initial } = statement;
        const dtype = this.kernel.accumulators[accumulator];
        return [`var c${accumulator}: ${valueType(dtype)} = ${literal(dtype, initial, this.module.bits)};`];
      }
      case 'accumulate': {
        const { accumulator, combine, value } = statement;
        const dtype = this.kernel.accumulators[accumulator];
        return [`c${accumulator} = ${this.join(combine, dtype, `c${accumulator}`, `s${value}`)};`];
      }
      case 'accumulateIndex': {
        const { accumulator, position, value, at, largest } = statement;
        return this.joinPlace(accumulator, position, `s${value}`, `s${at}`, largest);
      }
      case 'assign':
        return [`c${statement.accumulator} = s${statement.value};`];
    }
  }

  index(index: IndexExpr): string {
    return indexCode(index, { axis: (axis) => `a${axis}`, data: (scalar) => `s${scalar}` });
  }

  /** Returns an expression that combines two values of a dtype. */
  join(combine: Combine, dtype: DType, x: string, y: string): string {
    return scalarCode[combine]({ operands: [x, y], operand: dtype, result: dtype, module: this.module });
  }

  /**
   * Returns statements that replace an accumulator and its position if an element is better (see `accumulateIndex`).
   */
  joinPlace(accumulator: number, position: number, value: string, at: string, largest: boolean): string[] {
    const [held, where] = [`c${accumulator}`, `c${position}`];
    const better = isBetter(this.module, this.kernel.accumulators[accumulator], largest);
    return [`if (${better}(${value}, ${at}, ${held}, ${where})) { ${held} = ${value}; ${where} = ${at}; }`];
  }

  #define(scalar: number, instruction: Instruction): string[] {
    const dtype = this.kernel.scalars[scalar];
    const name = `s${scalar}`;
    if (instruction.kind === 'checkedIndex') return this.#checkedIndex(name, instruction);
    return [`let ${name}: ${valueType(dtype)} = ${this.#value(instruction, dtype)};`];
  }

  #value(instruction: Exclude<Instruction, { kind: 'checkedIndex' }>, dtype: DType): string {
    switch (instruction.kind) {
      case 'scalar': {
        const { op, operands } = instruction;
        return scalarCode[op]({
          operands: operands.map((operand) => `s${operand}`),
          operand: this.kernel.scalars[operands[operands.length - 1]],
          result: dtype,
          module: this.module,
        });
      }
      case 'constant':
        return literal(dtype, instruction.value, this.module.bits);
      case 'load':
        return this.buffers.load(instruction.slot, this.index(instruction.index));
      case 'index':
        return this.index(instruction.index);
      case 'accumulator':
        return `c${instruction.accumulator}`;
      case 'result':
        if (this.#result === null) throw new Error(`Kernel ${this.kernel.name} reads a result outside of a routine.`);
        return this.#result;
    }
  }

  /** Returns statements that clamp an index and, if it was out of range, record its position and value. */
  #checkedIndex(name: string, { operand, extent, site }: Extract<Instruction, { kind: 'checkedIndex' }>): string[] {
    const errors = this.buffers.errors();
    const found = `s${operand}`;
    const first = site * wordsOfSite;
    return [
      `let ${name}: i32 = clamp(${found}, 0i, ${extent - 1}i);`,
      `if (${name} != ${found}) {`,
      `let position = ${this.#position(operand)};`,
      `atomicMax(&${errors}[${first}], ~position);`,
      `atomicStore(&${errors}[${first + 1}u + position % ${recordedIndices}u], bitcast<u32>(${found}));`,
      '}',
    ];
  }

  /** Returns an expression for the position in its slot from which an index was loaded; 0 if it was computed. */
  #position(scalar: number): string {
    const origin = indexOrigin(this.#definitions, scalar);
    return origin === undefined ? '0u' : `u32(${this.index(origin.index)})`;
  }
}

/**
 * Declares a function (x, i, y, j) that returns whether element x at position i is ordered before y at j: if x is
 * larger (or smaller), or if both are equal and i is lower. Returns its name.
 *
 * @param nanFirst whether NaN is ordered before all numbers instead of after them
 */
export function isBetter(module: ShaderModule, dtype: DType, largest: boolean, nanFirst = true): string {
  const type = valueType(dtype);
  const beats = largest ? '>' : '<';
  const wins = type === 'bool' ? (largest ? 'x && !y' : '!x && y') : `x ${beats} y`;
  const nan = type === 'f32' ? isNaNFunction(module) : null;
  const rules =
    nan === null
      ? []
      : [`if (${nan}(x) != ${nan}(y)) { return ${nan}(${nanFirst ? 'x' : 'y'}); }`, `if (${nan}(x)) { return i < j; }`];
  const name = `is_${largest ? 'larger' : 'smaller'}_${type}${nanFirst ? '' : '_nan_last'}`;
  return module.require(name, () =>
    [
      `fn ${name}(x: ${type}, i: i32, y: ${type}, j: i32) -> bool {`,
      ...rules,
      'if (x == y) { return i < j; }',
      `return ${wins};`,
      '}',
    ].join('\n'),
  );
}
