export type { Fill, Sample, SampleOperand } from './operators/sample.ts';
export { materialize, sampleGraph, sampleInputs } from './operators/sample-data.ts';
export { samples } from './operators/samples-table.ts';
