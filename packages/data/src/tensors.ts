import { dtypes, type HostArray, sizeOf } from '@manabi/ir';
import { checkDepth } from './depth.ts';
import { hasTypeAndData, isHostArray, isPlainObject, type TensorLike } from './structure.ts';

/** Returns whether a value is a tensor: it has a dtype, a shape, and a method that reads its elements. */
function isTensorLike(value: unknown): value is TensorLike {
  return hasTypeAndData(value) && typeof value.data === 'function';
}

/** Returns a structure with its tensors replaced; the same structure if it contains none. */
export function replaceTensors(
  value: unknown,
  op: string,
  replace: (tensor: TensorLike) => HostArray,
  depth = 0,
): unknown {
  checkDepth(op, depth);
  if (isTensorLike(value)) return replace(value);
  const inner = (part: unknown): unknown => replaceTensors(part, op, replace, depth + 1);
  if (Array.isArray(value)) {
    // Long lists of numbers or strings contain no tensors.
    return typeof value[0] === 'object' ? value.map(inner) : value;
  }
  if (!isPlainObject(value) || isHostArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inner(part)]));
}

/** Returns an array of zeros of the shape of a tensor, to check structures before the tensor is read. */
export function emptyArray({ dtype, shape }: TensorLike): HostArray {
  return { dtype, shape, data: dtypes[dtype].create(sizeOf(shape)) };
}
