import { ManabiError } from '@manabi/errors';
import { canonicalBools, checkHostArray, type ProgramFamily } from '@manabi/ir';
import type { ModelProto } from '../proto/messages.ts';
import { equalLengths, isFixed, openLength } from '../symbolic/length.ts';
import type { OpenGraph } from '../symbolic/open-graph.ts';
import { buildGraph, namesRead, type Renaming } from '../write/build.ts';
import type { DraftGraph, DraftPort } from '../write/draft.ts';
import { dropDead } from '../write/drop-dead.ts';
import { FileDraft } from '../write/file-draft.ts';
import { joinBiases } from '../write/join-biases.ts';
import { keepPads } from '../write/keep-pads.ts';
import { mergeCommon } from '../write/merge-common.ts';
import { plainPlaces } from '../write/plain-places.ts';
import { written } from '../write/scope.ts';
import type { Term } from '../write/term.ts';
import { Writer } from '../write/writer.ts';
import type { ExportSettings } from './options.ts';
import { openGraph } from './prepare/prepare.ts';
import { writeGraph } from './write-graph.ts';

/**
 * A family of programs as an ONNX model, with all elements within.
 *
 * @throws ManabiError as `exportOnnx`
 */
export function modelOf(family: ProgramFamily, settings: ExportSettings): ModelProto {
  const keepsComposites = settings.composites === 'operators';
  const graph = openGraph(family, settings.batch, keepsComposites);
  const file = new FileDraft(settings.opset, keepsComposites);
  const inputNames = namesOf('inputNames', settings.inputNames, family.inputNames);
  const outputNames = namesOf('outputNames', settings.outputNames, family.outputNames);
  // A model that hands an input on may call both by one name; a file cannot.
  const shared = settings.outputNames === undefined ? family.inputNames : [];
  const { draft, rename } = draftOf(family, graph, file, inputNames, outputNames, shared);
  return {
    irVersion: BigInt(settings.irVersion),
    producerName: settings.producerName,
    ...(settings.producerVersion === undefined ? {} : { producerVersion: settings.producerVersion }),
    graph: {
      ...buildGraph(draft, file, rename),
      ...(settings.docString === undefined ? {} : { docString: settings.docString }),
    },
    opsetImport: [{ domain: '', version: BigInt(settings.opset) }],
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
    return writer.constant(canonicalBools(array), path, path);
  });
  const data = inputs.map(({ name, dtype }): Term => ({ name, dtype }));
  for (const input of inputs) addLengthSources(file, input);
  const outputs = writeGraph(writer, graph, [...parameters, ...data]).map((output) => written(writer, output));
  // A file's output is made by a node: what is an input, stored or given out twice gets one that hands it on.
  const taken = new Set<string>();
  const own = outputs.map((output) => {
    const made =
      writer.makes(output) && !taken.has(output.name) ? output : writer.emitOne('Identity', [output], output.dtype);
    taken.add(made.name);
    return made;
  });
  const plain: DraftGraph = {
    name: family.name,
    inputs,
    outputs: own.map((term, i): DraftPort => ({ ...term, shape: graph.types[graph.outputs[i]].shape })),
    nodes: writer.nodes,
  };
  const { graph: joined, names } = joinBiases(mergeCommon(dropDead(plainPlaces(plain, file))), file);
  const draft = keepPads(joined, file);
  return { draft, rename: renamingOf(file, draft, names, given) };
}

/** Outputs get the names that were asked for; parameters in another layout keep theirs if nothing else has it. */
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
    // What is no stored value under its own name gave that to an input or output.
    if (read.has(stored.origin) || given.has(stored.origin) || !file.stored.has(stored.origin)) continue;
    given.add(stored.origin);
    names.set(name, stored.origin);
  }
  return (name) => names.get(name) ?? name;
}

/** An axis whose length is an open one itself is where that is read from, the first such. */
function addLengthSources(file: FileDraft, { name, dtype, shape }: DraftPort): void {
  for (const [axis, length] of (shape ?? []).entries()) {
    const [variable] = isFixed(length) ? [] : length.monomials.flatMap(({ variables }) => variables);
    if (variable === undefined || !equalLengths(length, openLength(variable)) || file.lengthSources.has(variable))
      continue;
    file.lengthSources.set(variable, { input: { name, dtype }, axis });
  }
}

function namesOf(option: string, given: readonly string[] | undefined, own: readonly string[]): readonly string[] {
  if (given === undefined) return own;
  if (given.length === own.length) return given;
  throw new ManabiError(
    'argument',
    `${option} has ${given.length} names, but there are ${own.length}: ${own.join(', ')}. Give one for each, in order.`,
    { op: 'exportOnnx', data: { name: option, given, own } },
  );
}

function propertiesOf({ metadata = {}, classLabels }: ExportSettings) {
  if (classLabels !== undefined && Object.hasOwn(metadata, 'classLabels')) {
    throw new ManabiError(
      'argument',
      'The option classLabels and the metadata classLabels are one property. Give one of them.',
      {
        op: 'exportOnnx',
        data: { name: 'metadata', given: metadata.classLabels },
      },
    );
  }
  const labels = classLabels === undefined ? {} : { classLabels: JSON.stringify(classLabels) };
  return Object.entries({ ...labels, ...metadata }).map(([key, value]) => ({ key, value }));
}
