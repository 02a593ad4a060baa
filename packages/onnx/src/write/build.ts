import type { AttributeProto, GraphProto, NodeProto, TensorProto, ValueInfoProto } from '../proto/messages.ts';
import { formatLength, isFixed, type Length } from '../symbolic/length.ts';
import { ATTRIBUTE_TYPES } from './attribute.ts';
import type { DraftGraph, DraftPort, NodeAttributes } from './draft.ts';
import type { FileDraft } from './file-draft.ts';
import { DATA_TYPES, int64Proto, tensorProto } from './tensor.ts';
import type { TermDType } from './term.ts';

/** Function that maps the name of a value in a draft to its name in the file. */
export type Renaming = (name: string) => string;

/**
 * Converts a draft graph to an ONNX graph message. The message contains the constants that the nodes read, and the
 * types of all values.
 */
export function buildGraph(draft: DraftGraph, file: FileDraft, rename: Renaming): GraphProto {
  const read = namesRead(draft);
  const made = new Set(draft.nodes.flatMap(({ outputs }) => outputs));
  for (const { name } of draft.outputs) made.delete(name);
  const initializer = [...file.stored].flatMap(([name, stored]): TensorProto[] => {
    if (!read.has(name)) return [];
    if (stored.kind === 'int64') return [int64Proto(rename(name), stored.shape, stored.values)];
    return [tensorProto(rename(name), stored.array)];
  });
  const valueInfo = [...file.types].flatMap(([name, { dtype, shape }]): ValueInfoProto[] =>
    made.has(name) ? [valueInfoOf({ name, dtype, shape }, rename)] : [],
  );
  return { ...graphProto(draft, rename), initializer, valueInfo };
}

/**
 * Returns the names of all values that a graph uses: the inputs of its nodes, including nodes in loop and branch
 * bodies, and the outputs of the graph.
 */
export function namesRead(graph: DraftGraph): Set<string> {
  const names = new Set(graph.outputs.map(({ name }) => name));
  for (const node of graph.nodes) {
    for (const input of node.inputs) names.add(input);
    for (const body of bodiesOf(node.attributes)) for (const name of namesRead(body)) names.add(name);
  }
  return names;
}

/** Returns the loop or branch bodies of a node: those of its attributes that are graphs. */
function bodiesOf(attributes: NodeAttributes): readonly DraftGraph[] {
  return Object.values(attributes).flatMap((value) => (value?.kind === 'graph' ? [value.graph] : []));
}

function graphProto({ name, inputs, outputs, nodes }: DraftGraph, rename: Renaming): GraphProto {
  return {
    name,
    node: nodes.map(({ opType, inputs, outputs, attributes }): NodeProto => {
      const attribute = attributesOf(attributes, rename);
      const dot = opType.lastIndexOf('.');
      return {
        opType: opType.slice(dot + 1),
        ...(dot < 0 ? {} : { domain: opType.slice(0, dot) }),
        name: rename(outputs[0]),
        input: inputs.map(rename),
        output: outputs.map(rename),
        ...(attribute.length === 0 ? {} : { attribute }),
      };
    }),
    input: inputs.map((input) => valueInfoOf(input, rename)),
    output: outputs.map((output) => valueInfoOf(output, rename)),
  };
}

function attributesOf(attributes: NodeAttributes, rename: Renaming): AttributeProto[] {
  return Object.entries(attributes).flatMap(([name, value]): AttributeProto[] => {
    if (value === undefined) return [];
    if (value.kind === 'message') return [{ name, ...value.fields }];
    return [{ name, type: ATTRIBUTE_TYPES.graph, g: graphProto(value.graph, rename) }];
  });
}

function valueInfoOf({ name, dtype, shape }: DraftPort, rename: Renaming): ValueInfoProto {
  return { name: rename(name), type: { tensorType: tensorType(dtype, shape) } };
}

function tensorType(dtype: TermDType, shape: readonly Length[] | null) {
  const elemType = DATA_TYPES[dtype];
  if (shape === null) return { elemType };
  return {
    elemType,
    shape: {
      dim: shape.map((length) => (isFixed(length) ? { dimValue: BigInt(length) } : { dimParam: formatLength(length) })),
    },
  };
}
