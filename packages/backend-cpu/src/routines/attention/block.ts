import type { AttentionAttributes, AttentionOperand } from '@manabi/compiler';
import type { ModuleSupport } from '../../emit/support.ts';
import { type FunctionBuilder, forRange, type Label, type LocalId, limitTo } from '../../wasm/index.ts';
import { setPointer } from '../addressing.ts';
import { setRow } from './items.ts';
import { causalFunction, maskFunction, paddingFunction } from './mask.ts';
import type { Matrix } from './pack.ts';

/** Locals that describe a block of scores. */
export interface BlockLocals {
  /** Address of the scores. */
  readonly scores: LocalId;
  /** First query and key of the block, and their numbers. */
  readonly query: LocalId;
  readonly key: LocalId;
  readonly rows: LocalId;
  readonly keys: LocalId;
  /** Number of keys that the block contains, padded to whole panels. */
  readonly columns: LocalId;
}

/** Score of hidden keys. As in the body of the composite, it is finite. */
const HIDDEN = -0.7 * 3.4028234663852886e38;

/** Describes the matrix of an operand of float32. */
export function matrixOf({ rowStride, columnStride }: AttentionOperand, columns: number): Matrix {
  return { row: 4 * rowStride, column: 4 * columnStride, columns };
}

/** Writes code that applies the mask to a block of scores, and hides later keys and padding. @param mask address of the mask */
export function maskScores(
  f: FunctionBuilder,
  { module }: ModuleSupport,
  attributes: AttentionAttributes,
  row: number,
  block: BlockLocals,
  mask: LocalId | null,
): void {
  if (attributes.mask?.isAdded === true) applyMask(f, module, attributes, row, block, block.scores, mask, 0);
  hide(f, module, attributes, row, block, block.scores, mask, HIDDEN);
  if (attributes.keys % 8 === 0 && !attributes.causal) return;
  f.get(block.keys)
    .get(block.columns)
    .op('i32.lt_s')
    .if(() => {
      f.get(block.scores).get(block.keys).get(block.rows).get(block.columns).call(paddingFunction(module, row));
    });
}

/** Writes code that replaces the elements of a block that the mask of bool or the order of keys hides. */
export function hide(
  f: FunctionBuilder,
  module: ModuleSupport['module'],
  attributes: AttentionAttributes,
  row: number,
  block: BlockLocals,
  target: LocalId,
  mask: LocalId | null,
  hidden: number,
): void {
  const { query, key, rows, columns } = block;
  if (attributes.mask?.isAdded === false) applyMask(f, module, attributes, row, block, target, mask, hidden);
  if (!attributes.causal) return;
  f.get(key)
    .get(columns)
    .op('i32.add')
    .get(query)
    .i32(1)
    .op('i32.add', 'i32.gt_s')
    .if(() => {
      f.get(target).get(query).get(key).op('i32.sub').get(rows).get(columns);
      f.call(causalFunction(module, row, hidden));
    });
}

function applyMask(
  f: FunctionBuilder,
  module: ModuleSupport['module'],
  { mask }: AttentionAttributes,
  row: number,
  { query, key, rows, keys }: BlockLocals,
  target: LocalId,
  address: LocalId | null,
  hidden: number,
): void {
  if (mask === null || address === null) throw new Error('The mask is missing.');
  const bytes = mask.isAdded ? 4 : 1;
  const form = { isAdded: mask.isAdded, row: mask.rowStride * bytes, column: mask.columnStride * bytes };
  const at = f.local('i32');
  setRow(f, at, address, query, mask, bytes);
  setPointer(f, at, at, key, form.column);
  f.get(target)
    .get(at)
    .get(rows)
    .get(keys)
    .call(maskFunction(module, row, form, hidden));
}

/**
 * Writes code for causal attention that leaves `skip` if the queries of a block attend to none of its keys, and, without a mask,
 * reduces the keys to those that its last row attends to. It does neither where hidden keys have weights.
 *
 * @param pushHides code that pushes 1 if the weights of hidden keys are 0 for all rows of the block, otherwise 0
 */
export function skipLaterKeys(
  f: FunctionBuilder,
  { causal, mask }: AttentionAttributes,
  block: BlockLocals,
  pushHides: () => void,
  skip: Label,
): void {
  if (!causal) return;
  const pushIsLater = (): FunctionBuilder =>
    f.get(block.key).get(block.query).get(block.rows).op('i32.add', 'i32.ge_s');
  if (mask === null) {
    pushHides();
    f.if(() => {
      pushIsLater().brIf(skip);
      setVisibleKeys(f, block);
    });
    return;
  }
  pushIsLater().if(() => {
    pushHides();
    f.brIf(skip);
  });
}

/**
 * Writes code that leaves 1 on the stack if the weights of hidden keys are 0 for all rows, so that keys after the last query need
 * not be read, and otherwise 0: without visible keys, a query attends to all keys.
 *
 * @param largest address of the largest score of the first row
 * @param step bytes between the largest scores of adjacent rows
 */
export function pushHidesLater(f: FunctionBuilder, largest: LocalId, rows: LocalId, step: number): void {
  const [i, result, at] = f.locals('i32', 3);
  f.i32(1).set(result).get(largest).set(at);
  forRange(
    f,
    i,
    0,
    (g) => g.get(rows),
    1,
    () => {
      f.get(at)
        .load('f32.load')
        .f32(HIDDEN / 2)
        .op('f32.gt')
        .get(result)
        .op('i32.and')
        .set(result);
      f.get(at).i32(step).op('i32.add').set(at);
    },
  );
  f.get(result);
}

/** Writes code that reduces the keys of a block to those that its last row attends to, if keys only hide later ones. */
function setVisibleKeys(f: FunctionBuilder, { query, key, rows, keys }: BlockLocals): void {
  limitTo(f, keys, (g) => g.get(query).get(rows).op('i32.add').get(key).op('i32.sub'));
}
