import type { DType, Tensor } from '@manabi/core';

/** One thing, or a list of them: what layers take and give. */
export type OneOrMany<T> = T | readonly T[];

/** What a layer takes and gives when it runs. */
export type Tensors = OneOrMany<Tensor>;

/** A shape in which the lengths that are not known before a run, such as the batch's, are null. */
export type PartialShape = readonly (number | null)[];

/** The type of a tensor of which some lengths are not known. */
export interface PartialType {
  readonly shape: PartialShape;
  readonly dtype: DType;
}

/** Whether something is a list. (`Array.isArray` alone does not narrow readonly lists.) */
export function isList<T>(value: OneOrMany<T>): value is readonly T[] {
  return Array.isArray(value);
}

/** The things, as a list. */
export function toList<T>(value: OneOrMany<T>): readonly T[] {
  return isList(value) ? value : [value];
}

/** Maps one thing to one, or a list to a list. */
export function mapEach<T, U>(value: OneOrMany<T>, f: (item: T, position: number) => U): OneOrMany<U> {
  return isList(value) ? value.map(f) : f(value, 0);
}

/** A shape for messages: `[null, 28, 28, 1]`. */
export function formatPartialShape(shape: PartialShape): string {
  return `[${shape.map(String).join(', ')}]`;
}

/** A type for messages: `float32[null, 10]`. */
export function formatPartialType({ dtype, shape }: PartialType): string {
  return `${dtype}${formatPartialShape(shape)}`;
}

/** The shapes given to `build`: one, or a list. (A shape is a list itself, so `toList` cannot tell.) */
export function shapeList(shapes: OneOrMany<PartialShape>): readonly PartialShape[] {
  return isShape(shapes) ? [shapes] : shapes;
}

/** Whether what was given to `build` is a single shape. */
export function isShape(shapes: OneOrMany<PartialShape>): shapes is PartialShape {
  return shapes.every((item: unknown) => item === null || typeof item === 'number');
}
