import { type KindsOf, kind, ManabiError, optional, readArgument, readOptions, text } from '@manabi/errors';
import { equalTypes, formatType, inputTypes, type Program, type ProgramFamily } from '@manabi/ir';
import { encode } from '../proto/encode.ts';
import { modelOf } from './model.ts';
import { type ExportOptions, optionKinds, settingsOf } from './options.ts';
import { MOST_BYTES, storedBytes } from './stored-bytes.ts';
import { withInputs } from './with-inputs.ts';

/** Options of `programToOnnx`: those of `exportOnnx`, except for the ones that the program itself defines. */
export interface ProgramOptions extends Omit<ExportOptions, 'batch' | 'externalData' | 'inputNames' | 'outputNames'> {
  /** Name of the graph in the file; by default `program`. */
  readonly name?: string;
}

const { batch: _batch, externalData: _data, inputNames: _inputs, outputNames: _outputs, ...shared } = optionKinds;

const kinds = { ...shared, name: optional(text, 'program') } satisfies KindsOf<ProgramOptions>;

const programKind = kind(
  'a program { graph, inputNames, outputNames, parameters }',
  (given): given is Program =>
    typeof given === 'object' &&
    given !== null &&
    ['graph', 'inputNames', 'outputNames'].every((part) => typeof Reflect.get(given, part) === 'object') &&
    Reflect.get(given, 'parameters') instanceof Map,
);

/**
 * Converts a program of `@manabi/ir` to the bytes of an ONNX file, in which all shapes are fixed as in the graph.
 * Inputs of the program whose names are keys of `parameters` are stored as constants in the file; the other ones are
 * inputs of the file, in the same order.
 *
 * For models and functions, use `exportOnnx`, whose files accept any batch size.
 *
 * @throws ManabiError `argument` for unknown options, for missing, duplicate or unknown names, and for parameters above
 * 2 GB; `shape` or `dtype` for a parameter that does not match its input; `graph` and `dtype` for the same reasons as
 * in `exportOnnx`
 * @example
 * ```ts
 * import { graphBuilder, hostArray } from '@manabi/ir';
 * import { inspectOnnx, programToOnnx } from '@manabi/onnx';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [2, 3] });
 * const w = b.input({ dtype: 'float32', shape: [3, 4] });
 * const graph = b.finish([b.dot(x, w, [], [[1, 0]])]);
 * const parameters = new Map([['w', hostArray('float32', [3, 4], new Float32Array(12))]]);
 * const bytes = programToOnnx({ graph, inputNames: ['x', 'w'], outputNames: ['y'], parameters });
 * console.log(inspectOnnx(bytes).operators); // { MatMul: 1 }
 * ```
 */
export function programToOnnx(program: Program, options: ProgramOptions = {}): Uint8Array<ArrayBuffer> {
  const { name, ...others } = readOptions('programToOnnx', options, kinds);
  readArgument('programToOnnx', 'program', program, programKind);
  checkNames('inputNames', program.inputNames, program.graph.inputCount);
  checkNames('outputNames', program.outputNames, program.graph.outputs.length);
  checkParameters(program);
  const model = modelOf(familyOf(program, name), settingsOf({ ...others, batch: 1 }));
  const bytes = storedBytes(model);
  if (bytes <= MOST_BYTES) return encode('ModelProto', model);
  throw new ManabiError(
    'argument',
    `The parameters have ${bytes} bytes; an ONNX file is limited to 2 GB. Use exportOnnx() with a path.`,
    {
      op: 'programToOnnx',
      data: { bytes },
    },
  );
}

/**
 * Converts a program to a program family that has one graph for all sizes. The parameters become the first inputs of
 * the graph.
 */
function familyOf({ graph, inputNames, outputNames, parameters }: Program, name: string): ProgramFamily {
  const stored = [...parameters.keys()].map((parameter) => inputNames.indexOf(parameter));
  const data = inputNames.map((_, i) => i).filter((i) => !stored.includes(i));
  const ordered = withInputs(graph, [...stored, ...data]);
  return { name, inputNames: data.map((i) => inputNames[i]), outputNames, parameters, graph: () => ordered };
}

function checkNames(what: 'inputNames' | 'outputNames', names: readonly string[], count: number): void {
  const duplicate = names.find((name, i) => names.indexOf(name) !== i);
  if (names.length === count && duplicate === undefined) return;
  throw new ManabiError(
    'argument',
    duplicate === undefined
      ? `\`${what}\` must have ${count} names, one for each value of the graph; got ${names.length}: ${names.join(', ')}.`
      : `\`${what}\` contains '${duplicate}' twice. Names must be unique.`,
    { op: 'programToOnnx', data: { name: what, given: names, count } },
  );
}

function checkParameters({ graph, inputNames, parameters }: Program): void {
  const types = inputTypes(graph);
  for (const [name, array] of parameters) {
    const input = inputNames.indexOf(name);
    if (input < 0) {
      throw new ManabiError(
        'argument',
        `\`parameters\` has the key '${name}', which is not an input of the program. Inputs: ${inputNames.join(', ')}.`,
        {
          op: 'programToOnnx',
          data: { name: 'parameters', given: name, known: inputNames },
        },
      );
    }
    if (equalTypes(array, types[input])) continue;
    throw new ManabiError(
      array.dtype === types[input].dtype ? 'shape' : 'dtype',
      `The parameter '${name}' must be ${formatType(types[input])}, the type of its input; got ${formatType(array)}.`,
      { op: 'programToOnnx', data: { name, given: array.shape, expected: types[input].shape } },
    );
  }
}
