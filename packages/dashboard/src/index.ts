/**
 * Records of trainings as plain data, and their transport from a training to a view.
 *
 * @packageDocumentation
 */
export { type Dashboard, type DashboardOptions, dashboard, type PageElement } from './callback/index.ts';
export { RecordHub } from './records/hub.ts';
export { decodeRecord, decodeRecords, encodeRecord } from './records/json-lines.ts';
export type {
  BatchRecord,
  CompileSummary,
  ConfusionRecord,
  DashboardRecord,
  Distribution,
  EndedRecord,
  EpochRecord,
  HistogramsRecord,
  LayerSummary,
  ModelSummary,
  PredictedData,
  RecordOf,
  RecordSink,
  RecordSource,
  RecordType,
  Sample,
  SampleInput,
  SampleOutput,
  SamplesRecord,
  StartedRecord,
  TraceRecord,
  TraceStep,
  Values,
} from './records/record.ts';
export { RunNames } from './records/run-names.ts';
export { type MessageEnd, workerSink, workerSource } from './records/worker-channel.ts';
