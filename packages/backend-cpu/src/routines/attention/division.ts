import type { AttentionAttributes } from '@manabi/compiler';
import { sizeOf } from '@manabi/ir';
import { PANEL, TILE_ROWS } from './product.ts';

/** Largest number of tasks, each of which has blocks of its own in memory. */
const MOST_TASKS = 64;

/** Largest number of bytes of the blocks of all tasks, and of the gradients of queries that are added, if there are several. */
const MOST_BYTES = 2 ** 26;

/** Number of items into which a call is divided, if it is large enough, so that several threads have work. */
const ITEMS = 16;

/** Numbers of queries of an item: copying the keys and values takes the longer, the fewer queries share a copy. */
const MOST_ROWS = 256;
const LEAST_ROWS = 64;

/** Queries and keys of a block of scores, which stays in the L1 cache. */
const BLOCK_ROWS = 32;
const BLOCK_KEYS = 128;

/** Keys of a block of scores and of their cotangents. */
const GRADIENT_KEYS = 64;

/** How the items of a call, such as the queries of one head, are divided into tasks. */
export interface Items {
  /** Number of matrices of queries. */
  readonly matrices: number;
  /** Number of items per matrix. */
  readonly chunks: number;
  readonly items: number;
  readonly itemsPerTask: number;
  readonly tasks: number;
}

/** How attention is divided. The division depends only on shapes. All sizes of rows are in bytes. */
export interface AttentionDivision extends Items {
  /** Number of queries of an item. */
  readonly rows: number;
  readonly blockRows: number;
  readonly blockKeys: number;
  /** Size of a row of scores, of a copied query, and of a copied value, which is padded to whole panels. */
  readonly scoreRow: number;
  readonly queryRow: number;
  readonly valueRow: number;
  /** Offsets in the memory of a task, and its size. */
  readonly at: Readonly<Record<'keys' | 'values' | 'queries' | 'scores' | 'largest' | 'totals' | 'sums', number>>;
  readonly taskBytes: number;
}

export function attentionDivision({ batch, queries, keys, features, width }: AttentionAttributes): AttentionDivision {
  const matrices = sizeOf(batch);
  let rows = Math.min(MOST_ROWS, upTo(queries, TILE_ROWS));
  while (rows > LEAST_ROWS && matrices * Math.ceil(queries / rows) < ITEMS) rows = upTo(rows / 2, BLOCK_ROWS);
  const blockRows = Math.min(BLOCK_ROWS, rows);
  const blockKeys = Math.min(BLOCK_KEYS, upTo(keys, PANEL));
  const [scoreRow, queryRow, valueRow] = [4 * blockKeys, 4 * features, 4 * upTo(width, PANEL)];
  const { at, bytes } = layout({
    keys: blockKeys * queryRow,
    values: blockKeys * valueRow,
    queries: blockRows * queryRow,
    scores: blockRows * scoreRow,
    largest: 4 * rows,
    totals: 4 * rows,
    sums: rows * valueRow,
  });
  return {
    ...itemsOf(matrices, Math.ceil(queries / rows), bytes),
    ...{ rows, blockRows, blockKeys, scoreRow, queryRow, valueRow, at, taskBytes: bytes },
  };
}

/** How the gradient of attention is divided. All sizes of rows are in bytes. */
export interface GradientDivision extends Items {
  /** Number of keys of an item. */
  readonly keysPerItem: number;
  readonly blockRows: number;
  readonly blockKeys: number;
  readonly scoreRow: number;
  /** Sizes of rows of copied queries and keys, and of copied values and cotangents, padded to whole panels. */
  readonly queryRow: number;
  readonly valueRow: number;
  /** Size of the gradients of the queries of an item, which are added afterwards. */
  readonly partBytes: number;
  /** Offset of the memory of the first task. */
  readonly taskOffset: number;
  readonly at: Readonly<
    Record<
      'keyPanels' | 'keys' | 'values' | 'queries' | 'cotangents' | 'scores' | 'changes' | 'keySums' | 'valueSums',
      number
    >
  >;
  readonly taskBytes: number;
}

export function gradientDivision({ batch, queries, keys, features, width }: AttentionAttributes): GradientDivision {
  const matrices = sizeOf(batch);
  const blockKeys = Math.min(GRADIENT_KEYS, upTo(keys, PANEL));
  const blockRows = Math.min(BLOCK_ROWS, upTo(queries, TILE_ROWS));
  const [scoreRow, queryRow, valueRow] = [blockKeys, upTo(features, PANEL), upTo(width, PANEL)].map((n) => 4 * n);
  const partBytes = upTo(queries, TILE_ROWS) * queryRow;
  const blocks = Math.ceil(keys / blockKeys);
  const parts = Math.min(blocks, Math.ceil(ITEMS / matrices), Math.floor(MOST_BYTES / (matrices * partBytes)));
  const blocksPerItem = Math.ceil(blocks / Math.max(1, parts));
  const { at, bytes } = layout({
    keyPanels: 4 * blockKeys * features,
    keys: blockKeys * queryRow,
    values: 4 * blockKeys * width,
    queries: blockRows * queryRow,
    cotangents: blockRows * valueRow,
    scores: blockRows * scoreRow,
    changes: blockRows * scoreRow,
    keySums: blockKeys * queryRow,
    valueSums: blockKeys * valueRow,
  });
  const items = itemsOf(matrices, Math.ceil(blocks / blocksPerItem), bytes);
  return {
    ...items,
    ...{ keysPerItem: blockKeys * blocksPerItem, blockRows, blockKeys, scoreRow, queryRow, valueRow, partBytes },
    ...{ taskOffset: upTo(items.items * partBytes, 64), at, taskBytes: bytes },
  };
}

/** Divides items into tasks. @param taskBytes bytes of the blocks of a task */
function itemsOf(matrices: number, chunks: number, taskBytes: number): Items {
  const items = matrices * chunks;
  const tasks = Math.max(1, Math.min(MOST_TASKS, Math.floor(MOST_BYTES / taskBytes)));
  const itemsPerTask = Math.ceil(items / tasks);
  return { matrices, chunks, items, itemsPerTask, tasks: Math.ceil(items / itemsPerTask) };
}

/** Returns the offsets of parts of a memory, each at the start of a cache line, and the size of the memory. */
function layout<K extends string>(sizes: Readonly<Record<K, number>>) {
  let bytes = 0;
  const at: Record<K, number> = { ...sizes };
  for (const name in sizes) {
    at[name] = bytes;
    bytes += upTo(sizes[name], 64);
  }
  return { at, bytes };
}

/** Rounds up to a multiple. */
function upTo(length: number, multiple: number): number {
  return Math.ceil(length / multiple) * multiple;
}
