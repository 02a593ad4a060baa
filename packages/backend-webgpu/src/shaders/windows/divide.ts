import { type DType, ManabiError } from '@manabi/ir';
import { only, type Range } from './range.ts';
import type { Reach } from './reach.ts';

/** Limits of the device for the bindings of a shader. */
export interface BindingLimits {
  /** Largest size in bytes of a binding. */
  readonly largest: number;
  /** Required alignment in bytes of the offset of a binding. */
  readonly alignment: number;
  /** Largest number of buffers that a shader may bind. */
  readonly mostBindings: number;
}

/**
 * The windows through which a shader accesses buffers that are larger than a binding. A window is a part of a buffer that
 * a binding holds. Adjacent windows of a buffer are bound side by side.
 */
export interface Windows {
  /** Number of windows of each large buffer, by its first slot (see `rootOf`). */
  readonly counts: ReadonlyMap<number, number>;
  /** Size in bytes of each window, except the last one of a buffer, which may be smaller. */
  readonly bytes: number;
}

/** Consecutive workgroups of a shader that are dispatched together, with the same windows. */
export interface ShaderPart {
  /** Number of the first workgroup. */
  readonly first: number;
  readonly groups: number;
  readonly reach: Reach;
}

/** Workgroups divided into parts, and the windows of large buffers. */
export interface Division {
  readonly windows: Windows;
  readonly parts: readonly ShaderPart[];
}

/** What `divide` must know about a shader. */
export interface Divisible {
  readonly name: string;
  /** Number of workgroups. */
  readonly groups: number;
  /** Returns the reach of a range of workgroups. A larger range has a larger reach. */
  readonly reachOf: (groups: Range) => Reach;
  /** First slots of the buffers that are larger than a binding. */
  readonly large: readonly number[];
  /** Number of other buffers that the shader binds. */
  readonly others: number;
  /** Whether a buffer starts at an aligned offset. A slice of an array may start anywhere. */
  readonly isAligned: (root: number) => boolean;
  /** Describes a buffer for messages. */
  readonly describe: (root: number) => LargeBuffer;
}

/** A buffer that is larger than a binding, for messages. */
export interface LargeBuffer {
  readonly text: string;
  /** Null for intermediate results of a step. */
  readonly dtype: DType | null;
  readonly elements: number | null;
  readonly bytes: number;
}

/** Vectors of four 32-bit elements start at multiples of this number of bytes. */
const VECTOR_BYTES = 16;

/** Number of parts from which a shader rather binds more windows. */
const MANY_PARTS = 64;

/** Largest number of parts of a shader. */
const MOST_PARTS = 4096;

/** Returns the alignment of windows. */
export const windowAlignment = ({ alignment }: BindingLimits): number => Math.max(alignment, VECTOR_BYTES);

/** Returns the size in bytes of a window that others follow. */
export const windowBytes = (limits: BindingLimits): number =>
  Math.floor(limits.largest / windowAlignment(limits)) * windowAlignment(limits);

/**
 * Divides the workgroups of a shader into parts, each of which accesses only some bytes of each large buffer, so that
 * these can be bound. If a single workgroup accesses more bytes than a binding holds, as for rows that a program chooses
 * by index, several windows of the buffer are bound.
 *
 * @throws ManabiError `memory` if the shader would need more bindings than the device allows, or too many parts
 */
export function divide(shader: Divisible, limits: BindingLimits): Division {
  const { large, others } = shader;
  const counts = new Map(large.map((root) => [root, 1]));
  const bindings = (): number => [...counts.values()].reduce((sum, count) => sum + count, others);
  for (;;) {
    const parts = partsOf(shader, limits, counts);
    const isDivided = parts.list !== null;
    if (isDivided && (parts.list.length <= MANY_PARTS || bindings() >= limits.mostBindings)) {
      return { windows: { counts, bytes: windowBytes(limits) }, parts: parts.list };
    }
    counts.set(parts.widest, (counts.get(parts.widest) ?? 1) + 1);
    if (bindings() > limits.mostBindings) {
      throw tooManyError(shader, parts.widest, counts.get(parts.widest) ?? 1, bindings(), limits);
    }
  }
}

/**
 * Returns the fewest parts for numbers of windows; null if a workgroup needs more windows, or if there are too many parts.
 * `widest` is the buffer that prevents larger parts.
 */
function partsOf(
  { groups, reachOf, isAligned }: Divisible,
  limits: BindingLimits,
  counts: ReadonlyMap<number, number>,
): { readonly list: readonly ShaderPart[] | null; readonly widest: number } {
  // Windows start at aligned offsets, and end with complete vectors.
  const alignment = windowAlignment(limits);
  const mostBytes = (root: number, { low, high }: Range): number =>
    isAligned(root)
      ? Math.ceil(high / VECTOR_BYTES) * VECTOR_BYTES - Math.floor(low / alignment) * alignment
      : high - low + alignment + VECTOR_BYTES;
  let widest = 0;
  const fits = (reach: Reach): boolean => {
    for (const [root, count] of counts) {
      if (mostBytes(root, reach.get(root) ?? only(0)) <= count * windowBytes(limits)) continue;
      widest = root;
      return false;
    }
    return true;
  };
  const list: ShaderPart[] = [];
  for (let first = 0; first < groups; ) {
    if (list.length === MOST_PARTS || !fits(reachOf(only(first)))) return { list: null, widest };
    let [fitting, tooMany] = [first, groups];
    if (fits(reachOf({ low: first, high: groups - 1 }))) fitting = groups - 1;
    while (fitting + 1 < tooMany) {
      const middle = Math.floor((fitting + tooMany) / 2);
      if (fits(reachOf({ low: first, high: middle }))) fitting = middle;
      else tooMany = middle;
    }
    const reach = reachOf({ low: first, high: fitting });
    list.push({ first, groups: fitting + 1 - first, reach });
    first = fitting + 1;
  }
  return { list, widest };
}

function tooManyError(
  { name, describe }: Divisible,
  root: number,
  windows: number,
  bindings: number,
  { largest, mostBindings }: BindingLimits,
): ManabiError {
  const { text, bytes, dtype, elements } = describe(root);
  return new ManabiError(
    'memory',
    `${name} accesses ${text} in no order in which its result can be computed in parts. The GPU binds at most ${largest} of ` +
      `its ${bytes} bytes at once, and at most ${mostBindings} buffers or parts of them. Split the tensor, or use another ` +
      'backend.',
    { op: 'webgpu', data: { dtype, elements, bytes, most: largest, windows, bindings, mostBindings } },
  );
}
