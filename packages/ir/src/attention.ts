/**
 * The composite `attention`, apart from the other composites, so that only programs that use it download it.
 *
 * @packageDocumentation
 */
export { attentionCall, attentionGradients, attentionWithStatistics, MASKED_SCORE } from './composites/attention.ts';
