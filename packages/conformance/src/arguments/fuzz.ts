import * as applications from '@manabi/applications';
import * as core from '@manabi/core';
import * as image from '@manabi/core/image';
import * as data from '@manabi/data';
import * as images from '@manabi/data/images';
import * as datasets from '@manabi/datasets';
import * as generator from '@manabi/datasets/generator';
import { ManabiError } from '@manabi/errors';
import * as files from '@manabi/files';
import { FileError } from '@manabi/files';
import * as layers from '@manabi/layers';
import * as historyPlots from '@manabi/layers/history-plots';
import * as onnx from '@manabi/onnx';
import * as optimizers from '@manabi/optimizers';
import * as serialization from '@manabi/serialization';
import * as recognize from '@manabi/serialization/recognize';
import * as serve from '@manabi/serve';
import { type RandomSource, randomSource } from '@manabi/testing';
import * as text from '@manabi/text';
import type { TSType } from 'oxc-parser';
import { type ApiFunction, type Parameter, readApi } from './api-report.ts';
import { makesNaN } from './exercise.ts';
import { knownTypes } from './known-types.ts';
import { type Typed, TypedValues } from './typed-values.ts';
import { type WrongValue, wrongValues } from './wrong-values.ts';

/**
 * Packages whose functions are tested: those for users, not `ir`, `compiler` and the backends, which are for authors of
 * backends.
 */
const modules: Readonly<Record<string, object>> = {
  '@manabi/applications': applications,
  '@manabi/core': core,
  '@manabi/core/image': image,
  '@manabi/data': data,
  '@manabi/data/images': images,
  '@manabi/datasets': datasets,
  '@manabi/datasets/generator': generator,
  '@manabi/files': files,
  '@manabi/layers': layers,
  '@manabi/layers/history-plots': historyPlots,
  '@manabi/onnx': onnx,
  '@manabi/optimizers': optimizers,
  '@manabi/serialization': serialization,
  '@manabi/serialization/recognize': recognize,
  '@manabi/serve': serve,
  '@manabi/text': text,
};

/**
 * What is wrong with a call: it throws another error than a ManabiError or FileError, accepts a wrong value, returns
 * NaN, or takes too long.
 */
export type Fault = 'raw error' | 'accepted' | 'NaN' | 'slow';

/** A fault found by a call with a wrong argument. */
export interface Finding {
  readonly call: number;
  readonly fault: Fault;
  /** Name of the function, such as `@manabi/layers losses.huber`. */
  readonly name: string;
  /** Name of the wrong argument or option. */
  readonly argument: string;
  readonly value: string;
  readonly text: string;
}

/** Types of parameters that take data. NaN is valid in data, so NaN in results is no fault. */
const DATA = ['Tensor', 'TensorLike', 'Tensors', 'ArrayLike', 'ElementArray', 'HostArray', 'Float32Array', 'Indices'];

/**
 * Valid values of other arguments that may cause NaN in results, by the last part of the argument name, each with the
 * reason.
 */
const MAY_MAKE_NAN: readonly (readonly [argument: string, value: string])[] = [
  // The value with which a tensor is filled is data.
  ['value', 'NaN'],
  // Data is divided by sqrt(variance + epsilon), which is 0 for data of variance 0.
  ['epsilon', '0'],
  // Such large steps overflow float32.
  ['weightDecay', '2^53'],
  ['weightDecay', '1e9'],
];

/** Milliseconds after which a call is reported as slow; long enough for busy machines. */
const LONGEST_MS = 30_000;

const api = readApi();
const values = new TypedValues(api, knownTypes);

/**
 * Constructors and methods that are not tested, because users do not call them: manabi calls them with checked
 * arguments. Users implement some of them, such as `call` of layers and the hooks of callbacks.
 */
const FRAMEWORK: readonly RegExp[] = [
  /^(CallContext|SymbolicTensor|FileError|ServeError)$/,
  /\.(call|computeMask|consumersOf|connectionsOf)$/,
  /^CallContext\.enter$/,
  /^RecurrentCell\.(begin|stateShapes|outputShape)$/,
  /^(Callback|History)\.(setModel|setParams|on[A-Z]\w*)$/,
  /^Trainer\.(prepare|check|checkIdle|checkLayers|checkResumable|begin|setProgress|totalsFrom|nextSeedPosition|train|test|values)$/,
];

function isCalledByUsers(one: ApiFunction): boolean {
  if (FRAMEWORK.some((pattern) => pattern.test(one.path.join('.')))) return false;
  // Some classes are exported only as types.
  if (one.isConstructor) return exportOf(one) !== undefined;
  return one.receiver === null || Object.hasOwn(knownTypes.makers, one.receiver);
}

/** Returns the export at the path of a function. */
function exportOf({ module, path }: ApiFunction): unknown {
  let found: unknown = modules[module];
  for (const name of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined;
  return found;
}

/** All functions under test. */
export const fuzzed: readonly ApiFunction[] = api.functions.filter(
  (one) =>
    Object.hasOwn(modules, one.module) && isCalledByUsers(one) && one.overloads.some((overload) => overload.length > 0),
);

/**
 * Makes calls with wrong arguments. Yields a line `> name` before each call, and a line of JSON for each call with a
 * fault.
 *
 * @param module module whose functions are called. Default: all modules
 */
export async function* fuzzCalls(start: number, count: number, module?: string): AsyncGenerator<string> {
  const functions = module === undefined ? fuzzed : fuzzed.filter((one) => one.module === module);
  for (let call = start; call < start + count; call++) {
    const wrong = wrongCall(call, functions);
    if (wrong === null) continue;
    yield `> ${call} ${wrong.name} ${wrong.argument} = ${wrong.value.name}`;
    const found = await outcomeOf(wrong);
    if (found === null) continue;
    const { name, argument, value } = wrong;
    const finding: Finding = { call, ...found, name, argument, value: value.name };
    yield JSON.stringify(finding);
  }
}

interface WrongCall {
  readonly name: string;
  readonly argument: string;
  readonly value: WrongValue;
  /** Type of the parameter that receives the wrong value. */
  readonly expected: Typed | null;
  /** Types of this parameter in other overloads. */
  readonly others: readonly Typed[];
  readonly isOptional: boolean;
  readonly invoke: (isWrong: boolean) => unknown;
}

/** Returns a random call that is determined by its number; null if the function takes no arguments. */
function wrongCall(call: number, functions: readonly ApiFunction[]): WrongCall | null {
  const random = randomSource(call);
  const one = functions[call % functions.length];
  const name = `${one.module} ${one.path.join('.')}`;
  const overload = one.overloads[random.integer(0, one.overloads.length)];
  if (overload.length === 0) return null;
  const position = random.integer(0, overload.length);
  const parameter = overload[position];
  const value = wrongValues[random.integer(0, wrongValues.length)];
  const typed = typedOf(parameter);
  const fields = typed === null ? null : values.fields(typed);
  const field =
    fields !== null && fields.length > 0 && random.next() < 0.75 ? fields[random.integer(0, fields.length)] : null;
  const seed = random.integer(0, 2 ** 31);
  const invoke = (isWrong: boolean): unknown => {
    const given = argumentsFor(overload, position, randomSource(seed));
    if (isWrong && field === null) given[position] = value.make();
    if (isWrong && field !== null) given[position] = { ...objectOf(given[position]), [field.name]: value.make() };
    return callOf(one, randomSource(seed), given);
  };
  return {
    name,
    argument: field === null ? parameter.name : `${parameter.name}.${field.name}`,
    value,
    expected: field === null ? typed : field.typed,
    others:
      field === null ? one.overloads.flatMap((other) => (other[position] ? (typedOf(other[position]) ?? []) : [])) : [],
    isOptional: field === null ? one.overloads.some((other) => other[position]?.isOptional ?? true) : field.isOptional,
    invoke,
  };
}

function typedOf({ type }: Parameter): Typed | null {
  return type === null ? null : { type, scope: new Map() };
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

/** Returns valid arguments: all those up to `position`, and a random number of the optional ones after it. */
function argumentsFor(overload: readonly Parameter[], position: number, random: RandomSource): unknown[] {
  const given: unknown[] = [];
  for (const [i, parameter] of overload.entries()) {
    if (i > position && parameter.isOptional && random.next() < 0.5) break;
    const typed = typedOf(parameter);
    given.push(typed === null ? undefined : values.make(typed, random));
  }
  return given;
}

function callOf(one: ApiFunction, random: RandomSource, given: readonly unknown[]): unknown {
  const { module, path, receiver, isConstructor } = one;
  if (receiver !== null) {
    const owner: unknown = knownTypes.makers[receiver](random);
    const method: unknown =
      typeof owner === 'object' && owner !== null ? Reflect.get(owner, path[path.length - 1]) : undefined;
    if (typeof method !== 'function') throw new Error(`${path.join('.')} is not a method.`);
    return Reflect.apply(method, owner, given);
  }
  const found = exportOf(one);
  if (typeof found !== 'function') throw new Error(`Function ${path.join('.')} is missing in ${module}.`);
  return isConstructor ? Reflect.construct(found, given) : Reflect.apply(found, null, given);
}

async function outcomeOf(wrong: WrongCall): Promise<{ fault: Fault; text: string } | null> {
  const { expected, others, isOptional, value, invoke } = wrong;
  const begin = performance.now();
  try {
    const isNaNMade = await withinTime(used(invoke(true)));
    if (isNaNMade === 'late') return { fault: 'slow', text: 'did not finish' };
    if (isNaNMade && !mayMakeNaN(wrong) && !(await makesNaN(invoke(false)).catch(() => true))) {
      return { fault: 'NaN', text: 'was accepted and produced NaN' };
    }
    const isRight =
      expected === null ||
      (value.name === 'undefined' && isOptional) ||
      [expected, ...others].some((typed) => values.conforms(typed, value.make()) !== false);
    if (!isRight) return { fault: 'accepted', text: 'was accepted' };
  } catch (error) {
    if (!isOnPurpose(error)) return { fault: 'raw error', text: describe(error) };
  }
  const passed = performance.now() - begin;
  return passed > LONGEST_MS ? { fault: 'slow', text: `took ${Math.round(passed)} ms` } : null;
}

/** Uses the result of a call, since some errors are thrown only then, and returns whether the result contains NaN. */
async function used(result: unknown): Promise<boolean> {
  return makesNaN(result);
}

async function withinTime(work: Promise<boolean>): Promise<boolean | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), 2 * LONGEST_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function mayMakeNaN({ expected, argument, value }: WrongCall): boolean {
  const name = argument.slice(argument.lastIndexOf('.') + 1);
  return isData(expected) || MAY_MAKE_NAN.some(([known, made]) => known === name && made === value.name);
}

function isData(expected: Typed | null): boolean {
  return expected === null || isAnything(expected.type) || mentions(expected.type, DATA);
}

/** Whether a type is a type parameter such as `T` or accepts any value. */
function isAnything(type: TSType): boolean {
  if (type.type === 'TSTypeReference') return type.typeName.type === 'Identifier' && /^[A-Z]$/.test(type.typeName.name);
  return type.type === 'TSUnknownKeyword';
}

/** Whether a type contains one of the given type names. */
function mentions(type: object, names: readonly string[]): boolean {
  return Object.values(type).some((part: unknown) => {
    if (typeof part === 'string') return names.includes(part);
    return typeof part === 'object' && part !== null && mentions(part, names);
  });
}

function isOnPurpose(error: unknown): boolean {
  if (error instanceof ManabiError || error instanceof FileError) return true;
  // An error that was thrown by a function of the caller must be passed on unchanged.
  return error instanceof Error && (error.message === 'thrown by the caller' || error.name === 'AbortError');
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const location = error.stack
    ?.split('\n')
    .find((line) => line.includes('/packages/') && !line.includes('/conformance/'));
  return `${error.name}: ${error.message.slice(0, 160)}${location === undefined ? '' : ` ${location.trim().replace(/.*packages\//, '')}`}`;
}
