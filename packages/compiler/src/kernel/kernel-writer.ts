import type { Combine, DType, IndexExpr, ScalarOp, ScatterMode } from '@manabi/ir';
import { roundToFloat16, scalarOps } from '@manabi/ir';
import { formatIndex } from '../plan/format-index.ts';
import type { Axis, Instruction, Kernel, Statement } from '../plan/kernel.ts';

interface Scope {
  readonly axis: number | null;
  readonly statements: Statement[];
  /**
   * Stores of a block. They are emitted at its end, because a store may overwrite memory that the block still reads.
   */
  readonly stores: Statement[];
  readonly known: Map<string, number>;
}

/**
 * Builds a kernel from the outermost to the innermost loop. Each scalar is defined once, in the outermost open loop in
 * which its operands are available, so that loops do not recompute values that they do not change.
 */
export class KernelWriter {
  readonly #axes: Axis[] = [];
  readonly #scalars: DType[] = [];
  readonly #scalarDepths: number[] = [];
  readonly #accumulators: DType[] = [];
  readonly #accumulatorDepths: number[] = [];
  readonly #scopes: Scope[] = [newScope(null)];

  /** Opens a loop over a new axis, and returns the number of the axis. */
  openLoop(axis: Axis): number {
    const number = this.addAxis(axis);
    this.#scopes.push(newScope(number));
    return number;
  }

  /**
   * Adds an axis without opening a loop, and returns its number. For epilogues, which run within the loops of a
   * routine.
   */
  addAxis(axis: Axis): number {
    return this.#axes.push(axis) - 1;
  }

  /** Ends the innermost open loop. */
  closeLoop(): void {
    const scope = this.#scopes.pop();
    if (scope === undefined || scope.axis === null) throw new Error('No loop is open.');
    this.#top.statements.push({ kind: 'loop', axis: scope.axis, body: [...scope.statements, ...scope.stores] });
  }

  get #top(): Scope {
    return this.#scopes[this.#scopes.length - 1];
  }

  dtypeOf(scalar: number): DType {
    return this.#scalars[scalar];
  }

  constant(value: number, dtype: DType): number {
    const stored = dtype === 'float16' ? roundToFloat16(value) : value;
    const key = `${dtype} ${Object.is(stored, -0) ? '-0' : stored}`;
    return this.#define(key, 0, dtype, { kind: 'constant', value: stored });
  }

  load(slot: number, index: IndexExpr, dtype: DType): number {
    const key = `load ${slot} ${formatIndex(index)}`;
    // Loads are not moved out of a loop without iterations, because such a loop must not read memory.
    const unreached = this.#scopes.findLastIndex(({ axis }) => axis !== null && this.#axes[axis].extent === 0);
    return this.#define(key, Math.max(this.#indexDepth(index), unreached), dtype, { kind: 'load', slot, index });
  }

  index(index: IndexExpr): number {
    return this.#define(`index ${formatIndex(index)}`, this.#indexDepth(index), 'int32', { kind: 'index', index });
  }

  checkedIndex(operand: number, extent: number, site: number): number {
    const instruction: Instruction = { kind: 'checkedIndex', operand, extent, site };
    return this.#define(`check ${operand} ${extent} ${site}`, this.#scalarDepths[operand], 'int32', instruction);
  }

  scalar(op: ScalarOp, operands: readonly number[], given: DType | undefined): number {
    const first = this.#scalars[operands[0]];
    const same = this.#scalars[operands[operands.length - 1]];
    const dtype = { same, first, bool: 'bool' as const, given: given ?? same }[scalarOps[op].result];
    const depth = operands.reduce((deepest, operand) => Math.max(deepest, this.#scalarDepths[operand]), 0);
    return this.#define(`${op} ${dtype} ${operands.join(' ')}`, depth, dtype, { kind: 'scalar', op, operands });
  }

  /** Defines a scalar as the element that the routine has just completed. Only for epilogues. */
  result(dtype: DType): number {
    return this.#define('result', 0, dtype, { kind: 'result' });
  }

  /** Declares an accumulator in the innermost open block, and returns its number. */
  begin(dtype: DType, initial: number): number {
    const accumulator = this.#accumulators.push(dtype) - 1;
    this.#accumulatorDepths.push(this.#scopes.length - 1);
    this.#top.statements.push({ kind: 'begin', accumulator, initial });
    return accumulator;
  }

  accumulate(accumulator: number, combine: Combine, value: number): void {
    this.#top.statements.push({ kind: 'accumulate', accumulator, combine, value });
  }

  /** Emits an update of two accumulators, the best element and its index, with a further element and its index. */
  accumulateIndex(accumulator: number, position: number, value: number, at: number, largest: boolean): void {
    this.#top.statements.push({ kind: 'accumulateIndex', accumulator, position, value, at, largest });
  }

  assign(accumulator: number, value: number): void {
    this.#top.statements.push({ kind: 'assign', accumulator, value });
  }

  /** Defines a scalar in the innermost open block as the current value of an accumulator. */
  readAccumulator(accumulator: number): number {
    const depth = this.#scopes.length - 1;
    const scalar = this.#newScalar(this.#accumulators[accumulator], depth);
    this.#top.statements.push({ kind: 'define', scalar, instruction: { kind: 'accumulator', accumulator } });
    return scalar;
  }

  /** Emits a store of a scalar, at the end of the innermost open block. */
  store(slot: number, index: IndexExpr, value: number, combine: ScatterMode = 'set'): void {
    this.#top.stores.push({ kind: 'store', slot, index, value, combine });
  }

  finish(name: string): Kernel {
    if (this.#scopes.length !== 1) throw new Error('A loop is still open.');
    const { statements, stores } = this.#top;
    return {
      name,
      axes: this.#axes,
      scalars: this.#scalars,
      accumulators: this.#accumulators,
      body: [...statements, ...stores],
    };
  }

  #define(key: string, depth: number, dtype: DType, instruction: Instruction): number {
    const scope = this.#scopes[depth];
    const known = scope.known.get(key);
    if (known !== undefined) return known;
    const scalar = this.#newScalar(dtype, depth);
    scope.known.set(key, scalar);
    scope.statements.push({ kind: 'define', scalar, instruction });
    return scalar;
  }

  #newScalar(dtype: DType, depth: number): number {
    this.#scalarDepths.push(depth);
    return this.#scalars.push(dtype) - 1;
  }

  #indexDepth(index: IndexExpr): number {
    let depth = 0;
    for (const { atom } of index.terms) {
      switch (atom.kind) {
        case 'axis':
          depth = Math.max(depth, this.#axisDepth(atom.axis));
          break;
        case 'data':
          depth = Math.max(depth, this.#scalarDepths[atom.scalar]);
          break;
        default:
          depth = Math.max(depth, this.#indexDepth(atom.of));
      }
    }
    return depth;
  }

  #axisDepth(axis: number): number {
    const depth = this.#scopes.findIndex((scope) => scope.axis === axis);
    // Axes of an epilogue have no loop here: the routine runs the whole epilogue within its own loops.
    return Math.max(depth, 0);
  }
}

function newScope(axis: number | null): Scope {
  return { axis, statements: [], stores: [], known: new Map() };
}
