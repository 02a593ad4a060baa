import { type Field, many, one, packed, part, parts, type ScalarField, type ScalarValues } from './fields.ts';

/**
 * Descriptions of the protobuf messages in ONNX files: the number and type of each field, as in `onnx.proto` of the
 * ONNX standard. Field names are those of the standard in camelCase.
 */
export const messages = {
  ModelProto: {
    irVersion: one(1, 'int64'),
    producerName: one(2, 'string'),
    producerVersion: one(3, 'string'),
    domain: one(4, 'string'),
    modelVersion: one(5, 'int64'),
    docString: one(6, 'string'),
    graph: part(7, 'GraphProto'),
    opsetImport: parts(8, 'OperatorSetIdProto'),
    metadataProps: parts(14, 'StringStringEntryProto'),
    trainingInfo: parts(20, 'TrainingInfoProto'),
    functions: parts(25, 'FunctionProto'),
    configuration: parts(26, 'DeviceConfigurationProto'),
  },
  GraphProto: {
    node: parts(1, 'NodeProto'),
    name: one(2, 'string'),
    initializer: parts(5, 'TensorProto'),
    docString: one(10, 'string'),
    input: parts(11, 'ValueInfoProto'),
    output: parts(12, 'ValueInfoProto'),
    valueInfo: parts(13, 'ValueInfoProto'),
    quantizationAnnotation: parts(14, 'TensorAnnotation'),
    sparseInitializer: parts(15, 'SparseTensorProto'),
    metadataProps: parts(16, 'StringStringEntryProto'),
  },
  NodeProto: {
    input: many(1, 'string'),
    output: many(2, 'string'),
    name: one(3, 'string'),
    opType: one(4, 'string'),
    attribute: parts(5, 'AttributeProto'),
    docString: one(6, 'string'),
    domain: one(7, 'string'),
    overload: one(8, 'string'),
    metadataProps: parts(9, 'StringStringEntryProto'),
    deviceConfigurations: parts(10, 'NodeDeviceConfigurationProto'),
  },
  AttributeProto: {
    name: one(1, 'string'),
    f: one(2, 'float'),
    i: one(3, 'int64'),
    s: one(4, 'bytes'),
    t: part(5, 'TensorProto'),
    g: part(6, 'GraphProto'),
    floats: many(7, 'float'),
    ints: many(8, 'int64'),
    strings: many(9, 'bytes'),
    tensors: parts(10, 'TensorProto'),
    graphs: parts(11, 'GraphProto'),
    docString: one(13, 'string'),
    tp: part(14, 'TypeProto'),
    typeProtos: parts(15, 'TypeProto'),
    type: one(20, 'int32'),
    refAttrName: one(21, 'string'),
    sparseTensor: part(22, 'SparseTensorProto'),
    sparseTensors: parts(23, 'SparseTensorProto'),
  },
  TensorProto: {
    dims: many(1, 'int64'),
    dataType: one(2, 'int32'),
    segment: part(3, 'Segment'),
    floatData: packed(4, 'float'),
    int32Data: packed(5, 'int32'),
    stringData: many(6, 'bytes'),
    int64Data: packed(7, 'int64'),
    name: one(8, 'string'),
    rawData: one(9, 'bytes'),
    doubleData: packed(10, 'double'),
    uint64Data: packed(11, 'uint64'),
    docString: one(12, 'string'),
    externalData: parts(13, 'StringStringEntryProto'),
    dataLocation: one(14, 'int32'),
    metadataProps: parts(16, 'StringStringEntryProto'),
  },
  Segment: { begin: one(1, 'int64'), end: one(2, 'int64') },
  SparseTensorProto: {
    values: part(1, 'TensorProto'),
    indices: part(2, 'TensorProto'),
    dims: many(3, 'int64'),
  },
  ValueInfoProto: {
    name: one(1, 'string'),
    type: part(2, 'TypeProto'),
    docString: one(3, 'string'),
    metadataProps: parts(4, 'StringStringEntryProto'),
  },
  TypeProto: {
    tensorType: part(1, 'TensorType'),
    sequenceType: part(4, 'SequenceType'),
    mapType: part(5, 'MapType'),
    denotation: one(6, 'string'),
    opaqueType: part(7, 'OpaqueType'),
    sparseTensorType: part(8, 'TensorType'),
    optionalType: part(9, 'SequenceType'),
  },
  TensorType: { elemType: one(1, 'int32'), shape: part(2, 'TensorShapeProto') },
  SequenceType: { elemType: part(1, 'TypeProto') },
  MapType: { keyType: one(1, 'int32'), valueType: part(2, 'TypeProto') },
  OpaqueType: { domain: one(1, 'string'), name: one(2, 'string') },
  TensorShapeProto: { dim: parts(1, 'Dimension') },
  Dimension: { dimValue: one(1, 'int64'), dimParam: one(2, 'string'), denotation: one(3, 'string') },
  FunctionProto: {
    name: one(1, 'string'),
    input: many(4, 'string'),
    output: many(5, 'string'),
    attribute: many(6, 'string'),
    node: parts(7, 'NodeProto'),
    docString: one(8, 'string'),
    opsetImport: parts(9, 'OperatorSetIdProto'),
    domain: one(10, 'string'),
    attributeProto: parts(11, 'AttributeProto'),
    valueInfo: parts(12, 'ValueInfoProto'),
    overload: one(13, 'string'),
    metadataProps: parts(14, 'StringStringEntryProto'),
  },
  OperatorSetIdProto: { domain: one(1, 'string'), version: one(2, 'int64') },
  StringStringEntryProto: { key: one(1, 'string'), value: one(2, 'string') },
  TensorAnnotation: {
    tensorName: one(1, 'string'),
    quantParameterTensorNames: parts(2, 'StringStringEntryProto'),
  },
  TrainingInfoProto: {
    initialization: part(1, 'GraphProto'),
    algorithm: part(2, 'GraphProto'),
    initializationBinding: parts(3, 'StringStringEntryProto'),
    updateBinding: parts(4, 'StringStringEntryProto'),
  },
  DeviceConfigurationProto: { name: one(1, 'string'), numDevices: one(2, 'int32'), device: many(3, 'string') },
  NodeDeviceConfigurationProto: {
    configurationId: one(1, 'string'),
    shardingSpec: parts(2, 'ShardingSpecProto'),
    pipelineStage: one(3, 'int32'),
  },
  ShardingSpecProto: {
    tensorName: one(1, 'string'),
    device: many(2, 'int64'),
    indexToDeviceGroupMap: parts(3, 'IntIntListEntryProto'),
    shardedDim: parts(4, 'ShardedDimProto'),
  },
  ShardedDimProto: { axis: one(1, 'int64'), simpleSharding: parts(2, 'SimpleShardedDimProto') },
  SimpleShardedDimProto: { dimValue: one(1, 'int64'), dimParam: one(2, 'string'), numShards: one(3, 'int64') },
  IntIntListEntryProto: { key: one(1, 'int64'), value: many(2, 'int64') },
} as const satisfies Record<string, Record<string, Field>>;

/** Name of a type of protobuf message in ONNX files, such as `ModelProto`. */
export type MessageName = keyof typeof messages;

/** Encoded fields that `messages` does not describe. The encoder writes them after the known fields. */
export interface Unknown {
  readonly unknown?: Uint8Array;
}

type ValueOf<F> = F extends { readonly message: infer M extends MessageName }
  ? Message<M>
  : F extends ScalarField<infer K>
    ? ScalarValues[K]
    : never;

/** Type of a decoded message. Fields that are absent in the file are absent here; no defaults are filled in. */
export type Message<M extends MessageName> = {
  readonly [K in keyof (typeof messages)[M]]?: (typeof messages)[M][K] extends { readonly times: 'one' }
    ? ValueOf<(typeof messages)[M][K]>
    : readonly ValueOf<(typeof messages)[M][K]>[];
} & Unknown;

export type ModelProto = Message<'ModelProto'>;
export type GraphProto = Message<'GraphProto'>;
export type NodeProto = Message<'NodeProto'>;
export type AttributeProto = Message<'AttributeProto'>;
export type TensorProto = Message<'TensorProto'>;
export type ValueInfoProto = Message<'ValueInfoProto'>;
