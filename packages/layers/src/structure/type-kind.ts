import { dtypeNames } from '@manabi/core';
import { type Kind, kind, oneOrMany } from '@manabi/errors';
import type { PartialType } from './nested.ts';

/** Validator for tensor types: objects with `shape` and `dtype`, including tensors. */
export const typeKind: Kind<PartialType> = kind('a type { shape, dtype }', isType);

/** Validator for one tensor type, or a list of tensor types. */
export const typesKind = oneOrMany(typeKind);

function isType(given: unknown): given is PartialType {
  if (typeof given !== 'object' || given === null || !('shape' in given) || !('dtype' in given)) return false;
  const { shape, dtype } = given;
  if (!Array.isArray(shape) || !dtypeNames.some((name) => name === dtype)) return false;
  return shape.every((length) => length === null || (Number.isSafeInteger(length) && length >= 0));
}
