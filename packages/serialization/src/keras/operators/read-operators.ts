import { didYouMean, nearestNames } from '@manabi/errors/internal';
import { type Operand, operatorNames, operatorOf } from '@manabi/layers/operations';
import type { ConfigPart } from '../config/config-part.ts';
import type { TensorRef } from '../config/tensor-refs.ts';
import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { withoutAttendedMasks } from './attended-masks.ts';
import { withoutAutomaticMasks } from './automatic-masks.ts';
import { withFloatConstants } from './float-constants.ts';
import { withoutTensorFlow } from './from-tensorflow.ts';
import { SET_MASK, withGivenMasks } from './given-masks.ts';
import { isOperator } from './operator-module.ts';
import type { GraphCall, GraphEntry, OperatorReader, ReadingTools } from './operator-reader.ts';

/** Reads operators of `keras.ops`, and those of TensorFlow in files of Keras 2, as `Operation` layers. */
export function operatorReader(config: JsonObject): OperatorReader {
  const hasMasks = /"mask_zero":true|"Masking"|mask":[[{]/.test(JSON.stringify(config));
  return { entriesOf: (part) => entriesOf(part, hasMasks), read };
}

/** Returns the entries of a config without the operators that compute masks. */
function entriesOf(config: ConfigPart, hasMasks: boolean): readonly ConfigPart[] {
  const given = config.field('layers').list('a list of layers');
  // Keras 2 does not write the operators that compute masks.
  if (config.origin.generation < 3) {
    const parts = withoutTensorFlow(given);
    return partsOf(parts, withGivenMasks(parts.map((part) => part.object('a layer'))));
  }
  const entries = withFloatConstants(given.map((part) => part.object('a layer')));
  const outputs = config.field('output_layers').value ?? null;
  const attended = config.origin.removesMasks && hasMasks ? withoutAttendedMasks(entries, outputs) : entries;
  // Where attention removes masks, masks do not reach all layers, so the arguments that pass them are needed.
  const unmasked = attended === entries ? withoutAutomaticMasks(entries, outputs) : attended;
  return partsOf(given, withGivenMasks(unmasked.map((entry) => entry ?? NOTHING))).filter(
    ({ value }) => value !== NOTHING,
  );
}

/** Takes the position of an entry that is left out. */
const NOTHING: JsonObject = {};

/** Returns parts of the config with other values; further values have the position of the last part. */
function partsOf(parts: readonly ConfigPart[], values: readonly JsonObject[]): readonly ConfigPart[] {
  return values.map((value, i) => parts[Math.min(i, parts.length - 1)].as(value));
}

function read(part: ConfigPart, tools: ReadingTools): GraphEntry | null {
  const entry = part.object('a layer');
  if (!isOperator(entry)) return null;
  const className = part.field('class_name').text('the name of a class');
  const name = part.optional('name')?.text() ?? null;
  const own = part.within(name);
  if (className === SET_MASK) return maskEntry(own, tools);
  if (operatorOf(className) === undefined) throw unknownOperator(own, className, name);
  const options = own.optional('config')?.object() ?? {};
  return {
    layer: {
      kind: 'layer',
      className: 'Operation',
      config: { name, dtype: 'float32', operator: className, options: optionsFrom(options, tools) },
    },
    calls: (own.optional('inbound_nodes')?.list('a list of calls') ?? []).map((node) =>
      callFrom(node, className, tools),
    ),
  };
}

/** Reads an entry that gives a mask to a tensor. */
function maskEntry(part: ConfigPart, tools: ReadingTools): GraphEntry {
  const refs: TensorRef[] = [];
  const [call] = part.field('inbound_nodes').list('a call');
  for (const tensor of call.field('args').list('a tensor and its mask')) operandFrom(tensor, refs, tools);
  const config = { name: part.layer, dtype: 'float32' };
  const inputs = refs.length === 1 ? refs[0] : refs;
  return { layer: { kind: 'layer', className: SET_MASK, config }, calls: [{ inputs, options: {} }] };
}

function unknownOperator(part: ConfigPart, className: string, name: string | null) {
  const names = operatorNames();
  return part.unsupported(
    `operator '${className}' of keras.ops ('${name ?? className}') is unsupported. ${didYouMean(className, names)} Replace it by ` +
      'a layer or by other operators and save the model again.',
    { className, layer: name, nearest: nearestNames(className, names) },
  );
}

function optionsFrom({ name: _name, ...config }: JsonObject, { toCamel }: ReadingTools): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([option, value]) => [toCamel(option), value]));
}

function callFrom(node: ConfigPart, className: string, tools: ReadingTools): GraphCall {
  const refs: TensorRef[] = [];
  const args = (node.optional('args')?.list() ?? []).map((part) => operandFrom(part, refs, tools));
  const kwargs = Object.fromEntries(
    (node.optional('kwargs')?.entries() ?? []).map(([name, part]) => [
      tools.toCamel(name),
      operandFrom(part, refs, tools),
    ]),
  );
  if (refs.length === 0) throw node.wrong(`a call of ${className} with a tensor`);
  return { inputs: refs.length === 1 ? refs[0] : refs, options: { operands: { args, kwargs } } };
}

/** Reads an argument as plain data; adds its tensors to `refs`. */
function operandFrom(part: ConfigPart, refs: TensorRef[], tools: ReadingTools): Operand {
  const { value } = part;
  if (value === undefined || value === null || typeof value !== 'object') return value ?? null;
  if (isList(value)) return part.list().map((item) => operandFrom(item, refs, tools));
  const config = part.optional('config');
  switch (value.class_name) {
    case '__keras_tensor__': {
      const ref = tools.structureOf(part);
      if (!tools.isTensorRef(ref)) throw part.wrong('a tensor');
      refs.push(ref);
      return { input: refs.length - 1 };
    }
    case '__slice__': {
      const bounds = ['start', 'stop', 'step'].map((name) => boundOf(part, config?.field(name).value ?? null));
      return { range: bounds };
    }
    case '__ellipsis__':
      return { ellipsis: true };
    case '__numpy__':
    case '__tensor__': {
      const dtype = config?.optional('dtype')?.text() ?? 'float32';
      return {
        array: {
          values: config?.field('value').value,
          dtype,
          kind: value.class_name === '__numpy__' ? 'numpy' : 'tensor',
        },
      };
    }
    default:
      throw part.unsupported(
        `an argument of operator '${part.layer}' is an object of class ${String(value.class_name)}. Pass numbers, arrays or ` +
          'tensors, and save the model again.',
        { className: value.class_name ?? null },
      );
  }
}

function boundOf(part: ConfigPart, value: Json): number | null {
  if (value === null || typeof value === 'number') return value;
  if (isObject(value) && value.class_name === '__keras_tensor__') {
    throw part.unsupported(
      `the range of an index of operator '${part.layer}' depends on a tensor. Use numbers, and save the model again.`,
    );
  }
  throw part.wrong('a range of integers');
}
