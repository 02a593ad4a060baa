/**
 * Routines of attention for targets without a limit of the operands of a step, apart from `routineTable`, so that only programs
 * with attention download them.
 *
 * @packageDocumentation
 */
export { attentionRoutines } from './routines/attention/attention-routines.ts';
