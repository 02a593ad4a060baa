import type { ConvolutionAttributes } from '@manabi/compiler';
import { sizeOf } from '@manabi/ir';
import { type Emit, type FunctionBuilder, forRange, type LocalId, limitTo } from '../../wasm/index.ts';
import type { Lanes } from '../addressing.ts';
import type { DotEpilogue, SiteIndex } from '../dot/index.ts';
import type { RoutineEmission } from '../emission.ts';

/** What the functions of a depthwise convolution have in common. */
export interface DepthwiseEmission extends Pick<RoutineEmission, 'begin' | 'name' | 'plan'> {
  readonly attributes: ConvolutionAttributes;
  /** Code that pushes the address of the first element of the image, and of the filters. */
  readonly image: Emit;
  readonly weights: Emit;
  readonly epilogue: DotEpilogue;
}

/** Fewest products of a task. */
const taskProducts = 5e4;

/** Returns how many of `count` equal parts a task computes if each has the given number of products. */
export function partsPerTask(count: number, products: number): number {
  return Math.max(1, Math.min(count, Math.round(taskProducts / products)));
}

/** Returns the number of products of one row along the last axis of the result, or of filters that are large. */
export function rowProducts({ groups, channels, filters, kernel, results }: ConvolutionAttributes): number {
  return (groups * filters * channels * sizeOf(kernel) * sizeOf(results)) / sizeOf(results.slice(0, -1));
}

/** Writes a loop over the vectors of groups. The body gets the number of groups in the vector. */
export function overGroups(f: FunctionBuilder, group: LocalId, groups: number, body: (lanes: Lanes) => void): void {
  forRange(f, group, 0, groups - 3, 4, () => body(4));
  const rest = groups % 4;
  if (rest === 0) return;
  f.i32(groups - rest).set(group);
  body(rest === 3 ? 3 : rest === 2 ? 2 : 1);
}

/** Writes code that splits a flat row-major index into one index per axis; the flat index becomes that of the first axis. */
export function splitIndex(
  f: FunctionBuilder,
  flat: LocalId,
  extents: readonly number[],
  to: readonly LocalId[],
): void {
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    f.get(flat).i32(extents[axis]).op('i32.rem_u').set(to[axis]);
    f.get(flat).i32(extents[axis]).op('i32.div_u').set(flat);
  }
}

/** Writes a loop over the rows of the tasks from `begin` to `end`, the parameters of the function. */
export function overRows(f: FunctionBuilder, row: LocalId, rows: number, perTask: number, body: () => void): void {
  const last = f.local('i32');
  f.get(2).i32(perTask).op('i32.mul').set(last);
  limitTo(f, last, rows);
  forRange(
    f,
    row,
    () => f.get(1).i32(perTask).op('i32.mul'),
    () => f.get(last),
    1,
    body,
  );
}

/** Writes the epilogue for a vector of results of adjacent groups, all at one position. */
export function storeGroups(
  f: FunctionBuilder,
  { attributes: { filters }, epilogue }: DepthwiseEmission,
  value: LocalId,
  lanes: Lanes,
  m: SiteIndex,
  channel: LocalId,
): void {
  const address = { local: channel, offset: 0 };
  const site = { axis: 'n', batch: [], m, address } as const;
  if (filters === 1) {
    epilogue.store(f, { ...site, kind: 'vector', value, lanes, n: address });
    return;
  }
  const single = f.local('f32');
  for (let lane = 0; lane < lanes; lane++) {
    f.get(value).lane('f32x4.extract_lane', lane).set(single);
    epilogue.store(f, {
      ...site,
      kind: 'scalar',
      value: single,
      lanes: 1,
      n: { local: channel, offset: lane * filters },
    });
  }
}
