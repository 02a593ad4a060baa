import {
  canonicalBools,
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
import { checkDepth } from '../structure.ts';
import { isTensor, lazyOf } from '../tensor.ts';
import { isRecord } from '../tree.ts';

/**
 * What a call of a jitted function must look like to be replayed: the types of what is data, the values of what is not.
 * Typed arrays and host arrays are data as tensors are. So are numbers, which are uploaded in each dtype that they are
 * used in; `traced` is the one of the call that was traced.
 */
export type Pattern =
  | { readonly kind: 'data'; readonly type: TensorType }
  | { readonly kind: 'number'; readonly traced: number; readonly use: NumberUse }
  | { readonly kind: 'static'; readonly value: unknown }
  | { readonly kind: 'list'; readonly items: readonly Pattern[] }
  | { readonly kind: 'record'; readonly keys: readonly string[]; readonly items: readonly Pattern[] };

/** One piece of data in the arguments of a call. */
export type Leaf = LazyValue | HostArray;

/**
 * Whether an argument fits a pattern; the data in it are added to `leaves`, in the pattern's order. This runs in every
 * call: nothing is hashed or written down.
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
  leaves.push(canonicalBools(host));
  return true;
}

/** A typed array or host array as data; null for anything else. */
function hostDataOf(argument: unknown): HostArray | null {
  if (isElementArray(argument)) return { dtype: dtypeOfArray(argument), shape: [argument.length], data: argument };
  return isHostArray(argument) ? argument : null;
}

function isHostArray(argument: unknown): argument is HostArray {
  return isTypeLike(argument) && 'data' in argument && isElementArray(argument.data);
}

/** A shape and a dtype: in place of a tensor, for compiling ahead. */
function isTypeLike(argument: unknown): argument is TensorType {
  if (!isRecord(argument) || !('dtype' in argument) || !('shape' in argument)) return false;
  return dtypeNames.some((dtype) => dtype === argument.dtype) && Array.isArray(argument.shape);
}

/** The shape of a tensor, of data or of what stands in place of one; null for anything else. */
export function shapeGiven(argument: unknown): Shape | null {
  if (isTensor(argument)) return argument.shape;
  return (hostDataOf(argument) ?? (isTypeLike(argument) ? argument : null))?.shape ?? null;
}

/** How a number is used that nothing is known of yet: `withNumbers` says it after the trace. */
const UNKNOWN_USE: NumberUse = { dtypes: [], integer: null };

/**
 * The pattern of an argument.
 *
 * @param specs whether types may stand for tensors
 * @throws ManabiError `argument` for what a jitted function cannot take
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

/** What a function is traced with for a pattern: the type of each piece of data, or the number. */
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

/** A pattern in which it is known how each number is used. */
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
        ? 'Let the jitted function refer to it from outside.'
        : 'Pass the tensors that it holds, in plain objects and arrays.';
  return new ManabiError('argument', `${path} of ${name} is ${kind}, which is neither data nor a setting. ${advice}`, {
    op: 'jit',
    data: { function: name, path, kind },
  });
}

function constructorName(part: unknown): string {
  const maker: unknown = Object(part).constructor;
  return typeof maker === 'function' ? maker.name : typeof part;
}

/** The argument of a pattern, with something in the place of each piece of data. */
export function fillPattern(pattern: Pattern, stand: readonly unknown[]): unknown {
  let next = 0;
  const make = (part: Pattern): unknown => {
    switch (part.kind) {
      case 'data':
      case 'number':
        return stand[next++];
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

/** Types of the inputs that the data of a pattern make, in order. */
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

/** For each piece of data in the arguments of a pattern, whether it stands in one of these arguments. */
export function dataWithin(pattern: Pattern, positions: readonly number[]): readonly boolean[] {
  if (pattern.kind !== 'list') return [];
  return pattern.items.flatMap((item, i) => typesIn(item).map(() => positions.includes(i)));
}

/** Whether every call that fits the second pattern, with the number it was traced with, fits the first one. */
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

/** Text of a pattern, for people: `[{kernel: float32[2, 3]}, int32[4], 'relu']`. */
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
