// What pages of other apps need to run manabi's benchmarks: nothing here imports Node.
export { type BenchBackend, measureInPage, type PageMeasurement } from './measure-in-page.ts';
