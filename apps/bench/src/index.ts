export { type Contestant, type ContestantName, contestants } from './contestants.ts';
export type { BenchResults } from './results.ts';
export type { Row } from './row.ts';
export { type Case, casesOf } from './tasks.ts';
