import { didYouMean, nearestNames } from '@manabi/errors/internal';
import type { ConfigPart } from '../config/config-part.ts';
import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { Expression, entriesOf, op, tensorAt } from './expression.ts';
import { type Arguments, asConstant, tensorFlowFunction, tensorFlowFunctions } from './tensorflow-functions.ts';
import { callOfNode } from './tensorflow-nodes.ts';

const CLASSES: ReadonlySet<unknown> = new Set([
  'ClassMethod',
  'InstanceMethod',
  'InstanceProperty',
  'SlicingOpLambda',
  'TFOpLambda',
  'TensorFlowOpLayer',
]);

/** Reports whether an entry of a functional model of Keras 2 is a function of TensorFlow. */
function isTensorFlowOperator({ class_name: className }: JsonObject): boolean {
  return CLASSES.has(className);
}

/** The shape of a tensor, or one of its lengths, which functions of a model compute from the tensor. */
interface Length {
  /** Index of the axis; null for the whole shape. */
  readonly axis: number | null;
  readonly of: Json;
}

/**
 * Converts the functions of TensorFlow in the entries of a functional model to operators of Keras 3. Entries that only
 * compute shapes are left out: a shape with one computed length becomes a shape with -1.
 *
 * @throws FileError `unsupported` for functions, and forms of calls, without equivalent operators
 */
export function withoutTensorFlow(parts: readonly ConfigPart[]): readonly ConfigPart[] {
  const lengths = new Map<string, Length>();
  return parts.flatMap((part) => {
    const entry = part.object('a layer');
    if (!isTensorFlowOperator(entry)) return [part];
    return operatorsOf(part, lengths).map((converted) => part.as(converted));
  });
}

function operatorsOf(part: ConfigPart, lengths: Map<string, Length>): readonly JsonObject[] {
  const name = part.field('name').text('the name of a layer');
  const own = part.within(name);
  const config = own.field('config');
  const isNode = !config.field('node_def').isMissing;
  const written = config.optional('function')?.text() ?? String(config.optional('method_name')?.value ?? '');
  const nodes = own.field('inbound_nodes').list('a list of calls');
  if (nodes.length !== 1) {
    throw own.unsupported(
      `function tf.${written} ('${name}') is called ${nodes.length} times as one layer. Call it once for each result and save the model again.`,
      { className: 'TFOpLambda', function: written },
    );
  }
  const node = isNode ? nodeCallOf(own, config.object(), nodes[0].value ?? null) : null;
  const called = node?.name ?? written;
  const given = node?.given ?? argumentsOf(nodes[0].value ?? null);
  const length = lengthFrom(called, given, lengths);
  if (length !== null) {
    lengths.set(name, length);
    return [];
  }
  const convert = tensorFlowFunction(called);
  const withShape = withLengths(called, given, lengths);
  if (convert === undefined && withShape === null) throw unknownFunction(own, called, name);
  const expression = withShape ?? convert?.(given) ?? null;
  if (expression === null || usesLengths(expression, lengths)) {
    throw own.unsupported(
      `function tf.${called} ('${name}') is called in a form that has no equivalent: ${JSON.stringify(nodes[0].value).slice(0, 200)}. ` +
        'Replace it by a layer and save the model again.',
      { className: 'TFOpLambda', function: called },
    );
  }
  return entriesOf(expression, name);
}

/** Returns the call of the function that computes a node of a graph, which Keras 2 writes before TensorFlow 2.4. */
function nodeCallOf(
  part: ConfigPart,
  config: JsonObject,
  node: Json,
): { readonly name: string; readonly given: Arguments } {
  const { first } = argumentsOf(node);
  const call = callOfNode(config, isList(first) ? first : [first]);
  if (call === null) {
    const { op: operator } = isObject(config.node_def) ? config.node_def : {};
    throw part.unsupported(
      `operator ${String(operator)} of TensorFlow ('${part.layer}') has no equivalent. Replace it by a layer and save the model again.`,
      { className: 'TensorFlowOpLayer', function: operator ?? null },
    );
  }
  const { name, options } = call;
  const named = (option: string): Json => (Object.hasOwn(options, option) ? options[option] : null);
  return {
    name,
    given: {
      first: withArray(call.first),
      named: (option) => (option === 'y' ? asConstant(named(option)) : named(option)),
    },
  };
}

function unknownFunction(part: ConfigPart, called: string, name: string) {
  const names = tensorFlowFunctions();
  return part.unsupported(
    `function tf.${called} ('${name}') has no equivalent operator. ${didYouMean(called, names)} Replace it by a layer and ` +
      'save the model again.',
    { className: 'TFOpLambda', function: called, nearest: nearestNames(called, names) },
  );
}

/** Reads a call of Keras 2: the arguments after the first one are in the fourth item of its tensors. */
function argumentsOf(node: Json): Arguments {
  const options = new Map<string, Json>();
  const read = (item: Json): Json => {
    if (!isList(item)) return item;
    const [layer, call, output, further] = item;
    const isTensor = typeof layer === 'string' && typeof call === 'number' && item.length >= 3;
    if (!isTensor) return item.map(read);
    if (isObject(further)) for (const [name, value] of Object.entries(further)) options.set(name, value);
    return layer === '_CONSTANT_VALUE' ? output : tensorAt([layer, call, output]);
  };
  const first = read(node);
  const within = (value: Json): Json => {
    if (!isList(value)) return value;
    const [layer, call, output] = value;
    const isTensor =
      value.length === 3 && typeof layer === 'string' && typeof call === 'number' && typeof output === 'number';
    return isTensor ? tensorAt(value) : value.map(within);
  };
  // Before TensorFlow 2.5, the only tensor of a call is in a list.
  const only = isList(first) && first.length === 1 && isTensorObject(first[0]) && !isKept(options) ? first[0] : first;
  return {
    first: withArray(only),
    named: (name) => {
      const value = within(options.get(name) ?? null);
      return name === 'y' ? asConstant(value) : value;
    },
  };
}

/** Reports whether a list of one tensor is an argument of a function that joins tensors. */
function isKept(options: ReadonlyMap<string, Json>): boolean {
  return options.has('axis');
}

/** Returns a list of numbers as a constant array, and other values unchanged. */
function withArray(value: Json): Json {
  const isNumbers = (item: Json): boolean => (isList(item) ? item.every(isNumbers) : typeof item === 'number');
  return isList(value) && value.length > 0 && value.every(isNumbers) ? asConstant(value) : value;
}

function isTensorObject(value: Json): value is JsonObject {
  return isObject(value) && value.class_name === '__keras_tensor__';
}

/** Returns the shape or the length that a function computes; null for other functions. */
function lengthFrom(called: string, { first, named }: Arguments, lengths: ReadonlyMap<string, Length>): Length | null {
  if (/(^|\.)shape$/.test(called)) return { axis: null, of: first };
  const shape = lengthAt(first, lengths);
  if (shape === undefined) return null;
  const index = named('slice_spec');
  const only = isList(index) && index.length === 1 ? index[0] : index;
  if (/getitem$/.test(called) && shape.axis === null && typeof only === 'number') return { axis: only, of: shape.of };
  return /^(identity|cast)$/.test(called) ? shape : null;
}

function lengthAt(value: Json, lengths: ReadonlyMap<string, Length>): Length | undefined {
  if (!isTensorObject(value) || !isObject(value.config) || !isList(value.config.keras_history)) return undefined;
  return lengths.get(String(value.config.keras_history[0]));
}

/** Converts functions whose arguments contain computed shapes or lengths; returns null for other calls. */
function withLengths(
  called: string,
  { first, named }: Arguments,
  lengths: ReadonlyMap<string, Length>,
): Expression | null {
  const shape = named('shape');
  if (called === 'broadcast_to') {
    const whole = lengthAt(shape, lengths);
    // Multiplication by ones broadcasts to the shape of another tensor.
    return whole?.axis === null ? op('Multiply', [first, op('OnesLike', [whole.of])]) : null;
  }
  if (called !== 'reshape' || !isList(shape)) return null;
  const sizes = shape.map((size) => (lengthAt(size, lengths) === undefined ? size : -1));
  const isKnown = sizes.every((size) => typeof size === 'number') && sizes.filter((size) => size === -1).length === 1;
  return isKnown ? op('Reshape', [first], { newshape: sizes }) : null;
}

/** Reports whether an expression contains a computed shape or length, which no entry of the model computes. */
function usesLengths(expression: Expression, lengths: ReadonlyMap<string, Length>): boolean {
  const uses = (value: unknown): boolean => {
    if (value instanceof Expression) return usesLengths(value, lengths);
    if (Array.isArray(value)) return value.some(uses);
    // Arguments of expressions are JSON values.
    return isObject(value as Json) && lengthAt(value as Json, lengths) !== undefined;
  };
  return expression.args.some(uses) || Object.values(expression.options).some(uses);
}
