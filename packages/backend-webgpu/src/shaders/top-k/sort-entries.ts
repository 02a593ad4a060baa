import type { RoutineStep, TopKAttributes } from '@manabi/compiler';
import { entryPerItem } from '../entry-per-item.ts';
import type { EntryPoint } from '../entry-point.ts';
import type { ShaderBuffers } from '../shader-buffers.ts';
import type { DraftTools } from '../step-draft.ts';

/** Sorted runs of elements of each row. */
export interface Runs {
  /** Number of runs per row. */
  readonly count: number;
  /** Number of elements per run. The last run is filled up with missing elements. */
  readonly length: number;
}

/** Where runs are stored: the first of two scratch buffers, for values and indices; null for the results of the step. */
export type RunPlace = number | null;

/** Index of missing elements, which follow all others. */
const MISSING = '0x7fffffffi';

/**
 * Returns code in which each workgroup sorts a chunk of a row by a bitonic network (Batcher, "Sorting networks and their
 * applications", 1968) and stores the first elements as a run.
 *
 * @param chunk number of elements per chunk, a power of two
 */
export function sortEntry(
  step: RoutineStep<TopKAttributes>,
  buffers: ShaderBuffers,
  tools: DraftTools,
  chunk: number,
  runs: Runs,
  to: RunPlace,
): EntryPoint {
  const { dtype, rows, length } = step.attributes;
  const [input] = step.operands;
  const type = tools.valueType(dtype);
  const precedes = precedesFunction(step, buffers, tools);
  const lanes = Math.min(256, chunk / 2);
  return {
    name: 'topK, sort',
    lanes,
    groups: rows * runs.count,
    shared: [`var<workgroup> values: array<${type}, ${chunk}>;`, `var<workgroup> places: array<i32, ${chunk}>;`],
    body: [
      `let row = group / ${runs.count}u;`,
      `let run = group % ${runs.count}u;`,
      `for (var i = lane; i < ${chunk}u; i += ${lanes}u) {`,
      `let at = run * ${chunk}u + i;`,
      `let inside = at < ${length}u;`,
      `values[i] = ${buffers.load(input, `i32(row * ${length}u + min(at, ${length - 1}u))`)};`,
      `places[i] = select(${MISSING}, i32(at), inside);`,
      '}',
      'workgroupBarrier();',
      `for (var size = 2u; size <= ${chunk}u; size <<= 1u) {`,
      'for (var stride = size >> 1u; stride > 0u; stride >>= 1u) {',
      `for (var pair = lane; pair < ${chunk / 2}u; pair += ${lanes}u) {`,
      'let low = 2u * pair - (pair & (stride - 1u));',
      'let high = low + stride;',
      'let x = values[low];',
      'let i = places[low];',
      'let y = values[high];',
      'let j = places[high];',
      // Alternate sequences are sorted in opposite directions.
      `if (${precedes}(y, j, x, i) == ((low & size) == 0u)) {`,
      'values[low] = y;',
      'places[low] = j;',
      'values[high] = x;',
      'places[high] = i;',
      '}',
      '}',
      'workgroupBarrier();',
      '}',
      '}',
      `for (var i = lane; i < ${runs.length}u; i += ${lanes}u) {`,
      ...storeRun(step, buffers, tools, to, `group * ${runs.length}u + i`, 'values[i]', 'places[i]'),
      '}',
    ],
  };
}

/**
 * Returns code that merges pairs of runs. Each invocation finds, by binary search in the other run of the pair, how many
 * of its elements precede the invocation's own element.
 */
export function mergeEntry(
  step: RoutineStep<TopKAttributes>,
  buffers: ShaderBuffers,
  tools: DraftTools,
  from: Runs,
  scratch: number,
  merged: Runs,
  to: RunPlace,
): EntryPoint {
  const { rows, dtype } = step.attributes;
  const precedes = precedesFunction(step, buffers, tools);
  const value = (at: string): string => buffers.loadScratch(scratch, tools.storageType(dtype), at);
  const place = (at: string): string => buffers.loadScratch(scratch + 1, 'i32', at);
  const store = (position: string, x: string, i: string): readonly string[] => [
    `if (${position} < ${merged.length}u) {`,
    ...storeRun(
      step,
      buffers,
      tools,
      to,
      `(row * ${merged.count}u + run / 2u) * ${merged.length}u + ${position}`,
      x,
      i,
    ),
    '}',
  ];
  return entryPerItem('topK, merge', rows * from.count * from.length, 'at', [
    `let row = at / ${from.count * from.length}u;`,
    `let run = (at / ${from.length}u) % ${from.count}u;`,
    `let own = at % ${from.length}u;`,
    `let x = ${value('at')};`,
    `let i = ${place('at')};`,
    `let other = (row * ${from.count}u + (run ^ 1u)) * ${from.length}u;`,
    `let is_alone = (run ^ 1u) >= ${from.count}u;`,
    'var low = 0u;',
    `var high = select(${from.length}u, 0u, is_alone);`,
    'while (low < high) {',
    'let middle = (low + high) / 2u;',
    `let y = ${value('other + middle')};`,
    `let j = ${place('other + middle')};`,
    // Missing elements are equal: those of the second run of a pair follow those of the first.
    `let precedes = select(!${precedes}(x, i, y, j), ${precedes}(y, j, x, i), run % 2u == 0u);`,
    'if (precedes) { low = middle + 1u; } else { high = middle; }',
    '}',
    'let position = own + low;',
    ...store('position', 'x', 'i'),
    // Without another run, missing elements complete the merged one.
    `if (is_alone) {`,
    `let rest = ${from.length}u + own;`,
    ...store('rest', 'x', MISSING),
    '}',
  ]);
}

/** Declares a function (x, i, y, j) that returns whether element x at index i precedes y at j in a sorted row. */
function precedesFunction(
  { attributes: { dtype, largest } }: RoutineStep<TopKAttributes>,
  buffers: ShaderBuffers,
  tools: DraftTools,
): string {
  const type = tools.valueType(dtype);
  const better = tools.isBetter(dtype, largest, largest);
  return buffers.module.require(`precedes_${better}`, () =>
    [
      `fn precedes_${better}(x: ${type}, i: i32, y: ${type}, j: i32) -> bool {`,
      `if (i == ${MISSING} || j == ${MISSING}) { return i != ${MISSING}; }`,
      `return ${better}(x, i, y, j);`,
      '}',
    ].join('\n'),
  );
}

/** Returns statements that store an element of a run, or of the results, at a u32 position. */
function storeRun(
  { attributes: { dtype }, results: [values, indices] }: RoutineStep<TopKAttributes>,
  buffers: ShaderBuffers,
  tools: DraftTools,
  to: RunPlace,
  at: string,
  value: string,
  place: string,
): readonly string[] {
  if (to === null) {
    return [buffers.store(values, `i32(${at})`, value), buffers.store(indices, `i32(${at})`, place)];
  }
  return [
    buffers.storeScratch(to, tools.storageType(dtype), at, value),
    buffers.storeScratch(to + 1, 'i32', at, place),
  ];
}
