import {
  type Axis,
  type Block,
  forEachStatement,
  type Instruction,
  type Kernel,
  type Statement,
} from '@manabi/compiler';
import { type DType, dtypes, type ScalarOp } from '@manabi/ir';

/**
 * Returns the kernel with each `accumulateIndex` (a step of argmax or argmin) replaced by comparisons and assignments.
 * Loops that contain such statements run in order, so the first of equal elements is selected without comparing
 * positions.
 */
export function expandIndexAccumulators(kernel: Kernel): Kernel {
  const indices = indexAccumulatorsIn(kernel.body);
  if (indices.size === 0) return kernel;
  const axes: Axis[] = [...kernel.axes];
  const scalars: DType[] = [...kernel.scalars];
  const expand = (block: Block): Block =>
    block.flatMap((statement): readonly Statement[] => {
      if (statement.kind === 'loop') {
        if (accumulatesIndices(statement.body)) axes[statement.axis] = { ...axes[statement.axis], kind: 'sequential' };
        return [{ ...statement, body: expand(statement.body) }];
      }
      if (statement.kind === 'accumulateIndex') return expanded(statement);
      // An element equal to the initial value never replaces it, so position 0 is the initial result.
      if (statement.kind === 'begin' && indices.has(statement.accumulator)) return [{ ...statement, initial: 0 }];
      return [statement];
    });

  function expanded(statement: IndexStatement): readonly Statement[] {
    const { accumulator, position, value, at, largest } = statement;
    const statements: Statement[] = [];
    const define = (dtype: DType, instruction: Instruction): number => {
      const scalar = scalars.push(dtype) - 1;
      statements.push({ kind: 'define', scalar, instruction });
      return scalar;
    };
    const compute = (dtype: DType, op: ScalarOp, operands: readonly number[]): number =>
      define(dtype, { kind: 'scalar', op, operands });
    const dtype = kernel.accumulators[accumulator];
    const held = define(dtype, { kind: 'accumulator', accumulator });
    const heldIndex = define('int32', { kind: 'accumulator', accumulator: position });
    let better = compute('bool', 'less', largest ? [held, value] : [value, held]);
    if (dtypes[dtype].kind === 'float') {
      // The first NaN replaces any number and is never replaced.
      const fresh = compute('bool', 'not', [compute('bool', 'isNaN', [held])]);
      const nan = compute('bool', 'and', [compute('bool', 'isNaN', [value]), fresh]);
      better = compute('bool', 'or', [better, nan]);
    }
    statements.push(
      { kind: 'assign', accumulator: position, value: compute('int32', 'select', [better, at, heldIndex]) },
      { kind: 'assign', accumulator, value: compute(dtype, 'select', [better, value, held]) },
    );
    // Assignments follow all definitions, because the definitions read the old values.
    return [
      ...statements.filter(({ kind }) => kind === 'define'),
      ...statements.filter(({ kind }) => kind === 'assign'),
    ];
  }

  const body = expand(kernel.body);
  return { ...kernel, axes, scalars, body };
}

type IndexStatement = Extract<Statement, { readonly kind: 'accumulateIndex' }>;

/** Returns the accumulators that hold positions of elements. */
function indexAccumulatorsIn(block: Block): ReadonlySet<number> {
  const indices = new Set<number>();
  forEachStatement(block, (statement) => {
    if (statement.kind === 'accumulateIndex') indices.add(statement.position);
  });
  return indices;
}

/** Whether a loop body contains an `accumulateIndex` whose accumulator is declared outside the body. */
function accumulatesIndices(block: Block): boolean {
  const begun = new Set<number>();
  let joins = false;
  forEachStatement(block, (statement) => {
    if (statement.kind === 'begin') begun.add(statement.accumulator);
    if (statement.kind === 'accumulateIndex' && !begun.has(statement.accumulator)) joins = true;
  });
  return joins;
}
