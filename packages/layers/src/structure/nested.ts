import type { DType, Tensor } from '@manabi/core';

/** A value, or a list of values. */
export type OneOrMany<T> = T | readonly T[];

/** Inputs or outputs of a layer that is applied to tensors: one tensor, or a list of tensors. */
export type Tensors = OneOrMany<Tensor>;

/** A shape with null for lengths that are unknown until the model runs, such as the batch size. */
export type PartialShape = readonly (number | null)[];

/** Dtype and shape of a tensor; the shape may contain unknown lengths. */
export interface PartialType {
  readonly shape: PartialShape;
  readonly dtype: DType;
}

/** Returns whether a value is a list. Unlike `Array.isArray`, this function narrows the type of readonly lists. */
export function isList<T>(value: OneOrMany<T>): value is readonly T[] {
  return Array.isArray(value);
}

/** Returns a list unchanged, and a single value as a list with one item. */
export function toList<T>(value: OneOrMany<T>): readonly T[] {
  return isList(value) ? value : [value];
}

/** Applies a function to a single value, or to each value of a list. */
export function mapEach<T, U>(value: OneOrMany<T>, f: (item: T, position: number) => U): OneOrMany<U> {
  return isList(value) ? value.map(f) : f(value, 0);
}

/** Formats a shape for messages: `[null, 28, 28, 1]`. */
export function formatPartialShape(shape: PartialShape): string {
  return `[${shape.map(String).join(', ')}]`;
}

/** Formats a type for messages: `float32[null, 10]`. */
export function formatPartialType({ dtype, shape }: PartialType): string {
  return `${dtype}${formatPartialShape(shape)}`;
}

/** Returns one or several shapes as a list of shapes. `toList` cannot do this, since a shape is itself a list. */
export function shapeList(shapes: OneOrMany<PartialShape>): readonly PartialShape[] {
  return isShape(shapes) ? [shapes] : shapes;
}

/** Returns whether the argument of `build` is a single shape rather than a list of shapes. */
export function isShape(shapes: OneOrMany<PartialShape>): shapes is PartialShape {
  return shapes.every((item: unknown) => item === null || typeof item === 'number');
}
