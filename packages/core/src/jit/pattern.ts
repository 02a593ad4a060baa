import {
  canonicalElements,
  checkHostArray,
  checkShape,
  dtypeNames,
  equalTypes,
  formatType,
  type HostArray,
  ManabiError,
  type Shape,
  type TensorType,
} from '@manabi/ir';
import { dtypeOfArray, isElementArray } from '../functions/creation.ts';
import { isUsableAs, type NumberUse, numberInputs } from '../lazy/number-argument.ts';
import type { LazyValue } from '../lazy/value.ts';
import { checkDepth, isRecord } from '../structure.ts';
import { isTensor, lazyOf } from '../tensor.ts';

/**
 * Signature of an argument of a jitted function, or of all arguments together. It contains the types of tensors and
 * arrays (kind `data`), and the values of strings, booleans and other constants (kind `static`). For a number, `traced`
 * is its value when the function was traced, and `use` contains the dtypes to which it is converted.
 */
export type Pattern =
  | { readonly kind: 'data'; readonly type: TensorType }
  | { readonly kind: 'number'; readonly traced: number; readonly use: NumberUse }
  | { readonly kind: 'static'; readonly value: unknown }
  | { readonly kind: 'list'; readonly items: readonly Pattern[] }
  | { readonly kind: 'record'; readonly keys: readonly string[]; readonly items: readonly Pattern[] };

/**
 * A tensor, typed array or host array in the arguments of a call, or a number after its conversion: an input of the
 * graph.
 */
export type Leaf = LazyValue | HostArray;

/**
 * Whether an argument has the given signature. Appends the tensors, arrays and converted numbers in the argument to
 * `leaves`. This function runs in every call, so it avoids hashing and formatting.
 */
export function matches(pattern: Pattern, argument: unknown, leaves: Leaf[]): boolean {
  switch (pattern.kind) {
    case 'data':
      return matchesData(pattern.type, argument, leaves);
    case 'number':
      if (typeof argument !== 'number' || !isUsableAs(argument, pattern.use)) return false;
      leaves.push(...numberInputs(argument, pattern.use));
      return true;
    case 'static':
      return Object.is(pattern.value, argument);
    case 'list': {
      const { items } = pattern;
      if (!Array.isArray(argument) || argument.length !== items.length) return false;
      for (let i = 0; i < items.length; i++) if (!matches(items[i], argument[i], leaves)) return false;
      return true;
    }
    case 'record': {
      const { keys, items } = pattern;
      if (!isRecord(argument) || isTensor(argument) || Object.keys(argument).length !== keys.length) return false;
      for (let i = 0; i < keys.length; i++) if (!matches(items[i], argument[keys[i]], leaves)) return false;
      return true;
    }
  }
}

function matchesData(type: TensorType, argument: unknown, leaves: Leaf[]): boolean {
  if (isTensor(argument)) {
    const value = lazyOf(argument);
    if (value.type !== type && !equalTypes(value.type, type)) return false;
    leaves.push(value);
    return true;
  }
  const host = hostDataOf(argument);
  if (host === null || !equalTypes(host, type)) return false;
  checkHostArray('jit', host);
  leaves.push(canonicalElements(host));
  return true;
}

/** Returns a typed array or host array as a host array, or null for other values. */
function hostDataOf(argument: unknown): HostArray | null {
  if (isElementArray(argument)) return { dtype: dtypeOfArray(argument), shape: [argument.length], data: argument };
  return isHostArray(argument) ? argument : null;
}

function isHostArray(argument: unknown): argument is HostArray {
  return isTypeLike(argument) && 'data' in argument && isElementArray(argument.data);
}

/**
 * Whether a value is an object { shape, dtype }, which can replace a tensor when a function is compiled ahead of a
 * call.
 */
function isTypeLike(argument: unknown): argument is TensorType {
  if (!isRecord(argument) || !('dtype' in argument) || !('shape' in argument)) return false;
  return dtypeNames.some((dtype) => dtype === argument.dtype) && Array.isArray(argument.shape);
}

/**
 * Returns the shape of a tensor, of a typed array or host array, or of an object { shape, dtype }; null for other
 * values.
 */
export function shapeGiven(argument: unknown): Shape | null {
  if (isTensor(argument)) return argument.shape;
  return (hostDataOf(argument) ?? (isTypeLike(argument) ? argument : null))?.shape ?? null;
}

/**
 * Placeholder for the use of a number argument, which is unknown before tracing. `withNumbers` replaces it after
 * tracing.
 */
const UNKNOWN_USE: NumberUse = { dtypes: [], integer: null };

/**
 * Returns the signature of an argument of a jitted function.
 *
 * @param specs whether objects { shape, dtype } may replace tensors
 * @throws ManabiError `argument` for values that a jitted function does not support
 */
export function patternOf(name: string, argument: unknown, specs: boolean): Pattern {
  const data = ({ dtype, shape }: TensorType): Pattern => ({ kind: 'data', type: { dtype, shape } });
  const describe = (part: unknown, path: string, depth: number): Pattern => {
    if (isTensor(part)) return data(lazyOf(part).type);
    checkDepth('jit', depth);
    if (typeof part === 'number') return { kind: 'number', traced: part, use: UNKNOWN_USE };
    const host = hostDataOf(part);
    if (host !== null) {
      checkHostArray('jit', host);
      return data(host);
    }
    if (specs && isTypeLike(part)) {
      checkShape('jit', part.shape);
      return data(part);
    }
    if (part === null || ['undefined', 'string', 'boolean'].includes(typeof part))
      return { kind: 'static', value: part };
    if (Array.isArray(part))
      return { kind: 'list', items: Array.from(part, (item, i) => describe(item, `${path}[${i}]`, depth + 1)) };
    if (!isRecord(part)) throw unsupported(name, part, path);
    const keys = Object.keys(part);
    return { kind: 'record', keys, items: keys.map((key) => describe(part[key], `${path}.${key}`, depth + 1)) };
  };
  return describe(argument, 'arguments', 0);
}

/**
 * Returns what a function with this signature is traced with, in order: an object with the type for each tensor, and
 * the number itself for each number.
 */
export function tracedWith(pattern: Pattern): readonly ({ readonly type: TensorType } | number)[] {
  switch (pattern.kind) {
    case 'data':
      return [pattern];
    case 'number':
      return [pattern.traced];
    case 'static':
      return [];
    case 'list':
    case 'record':
      return pattern.items.flatMap(tracedWith);
  }
}

/** Returns a copy of a signature in which the numbers have the given uses, in order. */
export function withNumbers(pattern: Pattern, uses: readonly NumberUse[]): Pattern {
  let next = 0;
  const resolve = (part: Pattern): Pattern => {
    switch (part.kind) {
      case 'data':
      case 'static':
        return part;
      case 'number':
        return { ...part, use: uses[next++] };
      case 'list':
      case 'record':
        return { ...part, items: part.items.map(resolve) };
    }
  };
  return resolve(pattern);
}

function unsupported(name: string, part: unknown, path: string): ManabiError {
  const kind = typeof part === 'function' ? 'a function' : `an instance of ${constructorName(part)}`;
  const advice =
    part instanceof Promise
      ? 'Await it first.'
      : typeof part === 'function'
        ? 'Let the jitted function capture it instead.'
        : 'Pass the tensors it contains, in plain objects and arrays.';
  return new ManabiError(
    'argument',
    `\`${path}\` of ${name} must contain tensors, numbers, strings, booleans, and plain objects or arrays of them; got ${kind}. ${advice}`,
    {
      op: 'jit',
      data: { function: name, path, kind },
    },
  );
}

function constructorName(part: unknown): string {
  const maker: unknown = Object(part).constructor;
  return typeof maker === 'function' ? maker.name : typeof part;
}

/** Builds an argument with the given signature, and with the given values in place of its tensors and numbers. */
export function fillPattern(pattern: Pattern, data: readonly unknown[]): unknown {
  let next = 0;
  const make = (part: Pattern): unknown => {
    switch (part.kind) {
      case 'data':
      case 'number':
        return data[next++];
      case 'static':
        return part.value;
      case 'list':
        return part.items.map(make);
      case 'record':
        return Object.fromEntries(part.keys.map((key, i) => [key, make(part.items[i])]));
    }
  };
  return make(pattern);
}

/** Returns the types of the graph inputs for the tensors and numbers in a signature, in order. */
function typesIn(pattern: Pattern): readonly TensorType[] {
  switch (pattern.kind) {
    case 'data':
      return [pattern.type];
    case 'number':
      return pattern.use.dtypes.map((dtype) => ({ dtype, shape: [] }));
    case 'static':
      return [];
    case 'list':
    case 'record':
      return pattern.items.flatMap(typesIn);
  }
}

/** Returns for each graph input whether it comes from one of the arguments at `positions`. */
export function dataWithin(pattern: Pattern, positions: readonly number[]): readonly boolean[] {
  if (pattern.kind !== 'list') return [];
  return pattern.items.flatMap((item, i) => typesIn(item).map(() => positions.includes(i)));
}

/**
 * Whether a call with the shapes, constants and traced numbers of the signature `other` also has the signature
 * `pattern`.
 */
export function covers(pattern: Pattern, other: Pattern): boolean {
  switch (pattern.kind) {
    case 'data':
      return other.kind === 'data' && equalTypes(pattern.type, other.type);
    case 'number':
      return other.kind === 'number' && isUsableAs(other.traced, pattern.use);
    case 'static':
      return other.kind === 'static' && Object.is(pattern.value, other.value);
    case 'list':
      return other.kind === 'list' && coverAll(pattern.items, other.items);
    case 'record':
      return (
        other.kind === 'record' &&
        pattern.keys.length === other.keys.length &&
        pattern.keys.every((key, i) => key === other.keys[i]) &&
        coverAll(pattern.items, other.items)
      );
  }
}

function coverAll(patterns: readonly Pattern[], others: readonly Pattern[]): boolean {
  return patterns.length === others.length && patterns.every((pattern, i) => covers(pattern, others[i]));
}

/** Formats a signature for messages: `[{kernel: float32[2, 3]}, int32[4], "relu"]`. */
export function formatPattern(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'data':
      return formatType(pattern.type);
    case 'number':
      return 'number';
    case 'static':
      return JSON.stringify(pattern.value) ?? 'undefined';
    case 'list':
      return `[${pattern.items.map(formatPattern).join(', ')}]`;
    case 'record':
      return `{${pattern.keys.map((key, i) => `${key}: ${formatPattern(pattern.items[i])}`).join(', ')}}`;
  }
}
