import { ManabiError } from '@manabi/errors';
import { canonicalElements, checkHostArray, type ProgramFamily } from '@manabi/ir';
import type { ModelProto } from '../proto/messages.ts';
import { equalLengths, isFixed, openLength } from '../symbolic/length.ts';
import type { OpenGraph } from '../symbolic/open-graph.ts';
import { buildGraph, namesRead, type Renaming } from '../write/build.ts';
import type { DraftGraph, DraftPort } from '../write/draft.ts';
import { dropDead } from '../write/drop-dead.ts';
import { FileDraft, type Purpose } from '../write/file-draft.ts';
import { joinBiases } from '../write/join-biases.ts';
import { keepPads } from '../write/keep-pads.ts';
import { mergeCommon } from '../write/merge-common.ts';
import { written } from '../write/scope.ts';
import type { Term } from '../write/term.ts';
import { unwrapIndices } from '../write/unwrap-indices.ts';
import { Writer } from '../write/writer.ts';
import type { ExportSettings } from './options.ts';
import { openGraph } from './prepare/prepare.ts';
import { writeGraph } from './write-graph.ts';

/**
 * Converts a program family to one ONNX model message, in which all tensors are embedded.
 *
 * @throws ManabiError with the codes of `exportOnnx`
 */
export function modelOf(
  family: ProgramFamily,
  settings: ExportSettings,
  purpose: Purpose = { isForBackend: false, isSequential: false, isGuarded: false, channelBlock: null },
): ModelProto {
  const keepsComposites = settings.composites === 'operators';
  const graph = openGraph(family, settings.batch, keepsComposites, purpose);
  const file = new FileDraft(settings.opset, keepsComposites, purpose);
  const inputNames = namesOf('inputNames', settings.inputNames, family.inputNames);
  const outputNames = namesOf('outputNames', settings.outputNames, family.outputNames);
  // In a model that returns an input unchanged, the input and the output may have the same name, which ONNX does not
  // allow.
  const shared = settings.outputNames === undefined ? family.inputNames : [];
  const { draft, rename } = draftOf(family, graph, file, inputNames, outputNames, shared);
  const built = buildGraph(draft, file, rename);
  const domains = new Set((built.node ?? []).flatMap(({ domain }) => domain ?? []));
  return {
    irVersion: BigInt(settings.irVersion ?? (file.opset < 23 ? 10 : 11)),
    producerName: settings.producerName,
    ...(settings.producerVersion === undefined ? {} : { producerVersion: settings.producerVersion }),
    graph: {
      ...built,
      ...(settings.docString === undefined ? {} : { docString: settings.docString }),
    },
    opsetImport: [
      { domain: '', version: BigInt(file.opset) },
      ...Array.from(domains, (domain) => ({ domain, version: 1n })),
    ],
    metadataProps: propertiesOf(settings),
    ...(settings.docString === undefined ? {} : { docString: settings.docString }),
  };
}

function draftOf(
  family: ProgramFamily,
  graph: OpenGraph,
  file: FileDraft,
  inputNames: readonly string[],
  outputNames: readonly string[],
  shared: readonly string[],
): { readonly draft: DraftGraph; readonly rename: Renaming } {
  const writer = new Writer(file);
  const inputs = inputNames.map((name, i): DraftPort => {
    const { dtype, shape } = graph.types[family.parameters.size + i];
    return { name: file.reserve(name), dtype, shape };
  });
  const given = outputNames.map((name) => (shared.includes(name) ? file.freshName(name) : file.reserve(name)));
  const parameters = [...family.parameters].map(([path, array]) => {
    checkHostArray('exportOnnx', array);
    return writer.constant(canonicalElements(array), path, path);
  });
  const data = inputs.map(({ name, dtype }): Term => ({ name, dtype }));
  for (const input of inputs) addLengthSources(file, input);
  const outputs = writeGraph(writer, graph, [...parameters, ...data]).map((output) => written(writer, output));
  // In ONNX, every output must be the result of a node of its own. Outputs that are inputs, constants or other outputs
  // become results of Identity nodes.
  const taken = new Set<string>();
  const unique = outputs.map((output) => {
    const term =
      writer.makes(output) && !taken.has(output.name) ? output : writer.emitOne('Identity', [output], output.dtype);
    taken.add(term.name);
    return term;
  });
  const plain: DraftGraph = {
    name: family.name,
    inputs,
    outputs: [
      ...unique.map((term, i): DraftPort => ({ ...term, shape: graph.types[graph.outputs[i]].shape })),
      ...guardOf(writer),
    ],
    nodes: writer.nodes,
  };
  const { graph: joined, names } = joinBiases(mergeCommon(dropDead(unwrapIndices(plain, file))), file);
  const draft = keepPads(joined, file);
  return { draft, rename: renamingOf(file, draft, names, [...given, GUARD]) };
}

/** Name of the output that is finite only if the forms for finite numbers computed the right results. */
const GUARD = 'guard';

/** Returns the output that guards the forms for finite numbers; nothing if the graph has none. */
function guardOf(writer: Writer): readonly DraftPort[] {
  const { guards } = writer.file;
  if (guards.length === 0) return [];
  return [{ ...writer.emitOne('Sum', guards, 'float32'), shape: [] }];
}

/**
 * Returns the function that maps names of values to names in the file. Outputs have the requested names, and a
 * transposed parameter has the name of the original parameter if the file does not contain the latter.
 */
function renamingOf(
  file: FileDraft,
  draft: DraftGraph,
  better: ReadonlyMap<string, string>,
  outputNames: readonly string[],
): Renaming {
  const names = new Map([...better, ...draft.outputs.map(({ name }, i) => [name, outputNames[i]] as const)]);
  const read = namesRead(draft);
  const given = new Set<string>();
  for (const [name, stored] of file.stored) {
    if (!read.has(name) || stored.kind !== 'array' || stored.origin === null) continue;
    // The transposed parameter keeps its own name if the original name is used: by the original parameter, by another
    // copy of it, or by an input or output.
    if (read.has(stored.origin) || given.has(stored.origin) || !file.stored.has(stored.origin)) continue;
    given.add(stored.origin);
    names.set(name, stored.origin);
  }
  return (name) => names.get(name) ?? name;
}

/**
 * Records an input axis for each variable length, from which the file reads the length at run time: the first axis that
 * has exactly this length.
 */
function addLengthSources(file: FileDraft, { name, dtype, shape }: DraftPort): void {
  for (const [axis, length] of (shape ?? []).entries()) {
    const [variable] = isFixed(length) ? [] : length.monomials.flatMap(({ variables }) => variables);
    if (variable === undefined || !equalLengths(length, openLength(variable)) || file.lengthSources.has(variable))
      continue;
    file.lengthSources.set(variable, { source: { name, dtype }, axis });
  }
}

function namesOf(option: string, given: readonly string[] | undefined, names: readonly string[]): readonly string[] {
  if (given === undefined) return names;
  if (given.length === names.length) return given;
  throw new ManabiError(
    'argument',
    `\`${option}\` must have ${names.length} names, one for each of ${names.join(', ')}, in this order; got ${given.length}.`,
    { op: 'exportOnnx', data: { name: option, given, own: names } },
  );
}

function propertiesOf({ metadata = {}, classLabels }: ExportSettings) {
  if (classLabels !== undefined && Object.hasOwn(metadata, 'classLabels')) {
    throw new ManabiError(
      'argument',
      '`classLabels` and `metadata.classLabels` set the same property. Pass only one of them.',
      {
        op: 'exportOnnx',
        data: { name: 'metadata', given: metadata.classLabels },
      },
    );
  }
  const labels = classLabels === undefined ? {} : { classLabels: JSON.stringify(classLabels) };
  return Object.entries({ ...labels, ...metadata }).map(([key, value]) => ({ key, value }));
}
