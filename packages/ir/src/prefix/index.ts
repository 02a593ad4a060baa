export type { Agreement } from './agreement.ts';
export { agreesOnPrefix } from './agrees.ts';
