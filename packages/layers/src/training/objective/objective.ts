import { add, astype, concatenate, div, ManabiError, mul, reshape, sum, type Tensor, zeros } from '@manabi/core';
import { maskRows } from '../../call/masks.ts';
import { appliesMasks, type Loss } from '../../losses/loss.ts';
import { alignWeights } from '../../losses/reduction.ts';
import { loadedLoss } from '../../losses/table.ts';
import type { Direction, MetricState } from '../../metrics/metric.ts';
import { weighsNeutrally } from '../../metrics/metric.ts';
import type { RunResult } from '../../networks/run.ts';
import { type PartialType, toList } from '../../structure/nested.ts';
import { prefixedName, sameName } from '../listeners/log-names.ts';
import type { Target } from './check-targets.ts';
import type { Compilation } from './compile.ts';
import { type MetricTerm, metricTerms } from './metric-terms.ts';
import { perOutput } from './per-output.ts';

/** Sums from which the losses and metrics over the batches of an epoch are computed. */
export interface Totals {
  /** Number of samples so far. */
  readonly samples: Tensor;
  /**
   * Sum of each batch's loss times its number of samples; for a model with several outputs, also such a sum for the
   * loss of each output.
   */
  readonly losses: readonly Tensor[];
  readonly metrics: readonly MetricState[];
  /** Sums of the logs of a custom training step; null in evaluations, and for the default step. */
  readonly logs: StepLogTotals | null;
}

/** Sums from which the logs of a custom training step over the batches of an epoch are computed. */
export interface StepLogTotals {
  /** Number of samples so far. */
  readonly samples: Tensor;
  /** Sum of each log times the number of samples in its batch. */
  readonly sums: readonly Tensor[];
}

/** Labels and sample weights of a batch, for each output. */
export interface Targets {
  readonly y: readonly (Tensor | null)[];
  readonly weights: readonly (Tensor | null)[];
}

/** An output with its loss and loss weight. */
interface LossTerm {
  readonly output: number;
  readonly loss: Loss;
  readonly weight: number | null;
}

/** Losses and metrics of a compiled model, for labels and outputs of known shapes and dtypes. */
export class Objective {
  readonly terms: readonly LossTerm[];
  /**
   * Names of the values that an evaluation computes, in the order of `values`: `loss`, the losses of several outputs,
   * and metrics.
   */
  readonly names: readonly string[];
  /**
   * Names of the values that a training computes: those of an evaluation, with the logs of a custom training step after
   * the losses.
   */
  readonly trainNames: readonly string[];
  /** Names of the logs of a custom training step; empty for the default step. */
  readonly stepLogs: readonly string[];
  readonly #hasOwnStep: boolean;
  readonly #metrics: readonly MetricTerm[];
  readonly #outputNames: readonly string[];
  readonly #yTypes: readonly (PartialType | null)[];
  readonly #outputTypes: readonly PartialType[];
  readonly #targets: readonly (Target & { readonly position: number })[];

  /**
   * @param yTypes shapes and dtypes of the labels; null for outputs without labels
   * @param ownStep logs of a custom training step; null for the default step
   * @throws ManabiError `argument` for losses and metrics of unknown outputs or outputs without labels, and for
   * duplicate log names
   */
  constructor(
    { options }: Compilation,
    outputNames: readonly string[],
    yTypes: readonly (PartialType | null)[],
    outputTypes: readonly PartialType[],
    ownStep: { readonly logs: readonly string[] } | null = null,
  ) {
    this.#hasOwnStep = ownStep !== null;
    this.stepLogs = ownStep?.logs ?? [];
    this.#outputNames = outputNames;
    this.#yTypes = yTypes;
    this.#outputTypes = outputTypes;
    const weights = perOutput<number>('lossWeights', outputNames, options.lossWeights);
    this.terms = perOutput('loss', outputNames, options.loss).flatMap((identifier, output) =>
      identifier === null
        ? []
        : [
            {
              output,
              loss: loadedLoss('compile', identifier, ...this.#typesOf('loss', output)),
              weight: weights[output],
            },
          ],
    );
    this.#metrics = metricTerms(options, outputNames, (option, output) => this.#typesOf(option, output));
    const lossNames = this.#lossNames();
    const metricNames = this.#metricNames();
    this.names = [...lossNames, ...metricNames];
    this.trainNames = [...(this.#logsLoss ? lossNames : []), ...this.stepLogs, ...metricNames];
    this.#targets = this.terms.map(({ output, loss }) => ({
      position: output,
      output: outputNames[output],
      type: outputTypes[output],
      loss,
    }));
  }

  /** Outputs that have a loss, so that their labels must be checked. */
  get targets(): readonly (Target & { readonly position: number })[] {
    return this.#targets;
  }

  /** Whether all losses and metrics ignore samples that a mask excludes; custom losses and metrics may not. */
  get takesRowMasks(): boolean {
    return (
      this.terms.every(({ loss }) => loss[appliesMasks]) && this.#metrics.every(({ metric }) => metric[weighsNeutrally])
    );
  }

  /** Returns whether larger (`up`) or smaller (`down`) values of a loss or metric are better; null if unknown. */
  directionOf(name: string): Direction {
    if (this.#lossNames().some((loss) => sameName(loss, name))) return 'down';
    return this.#metrics.find((term) => sameName(term.name, name))?.metric.direction ?? null;
  }

  /** Returns the sums of losses and metrics at the start of an evaluation. */
  init(): Totals {
    return {
      samples: zeros([]),
      losses: this.#lossNames().map(() => zeros([])),
      metrics: this.#metrics.map(({ metric, output }) => metric.init(...this.#typesOf('metrics', output))),
      logs: null,
    };
  }

  /** Returns the sums of losses and metrics at the start of a training epoch. */
  initTraining(): Totals {
    const logs = this.#hasOwnStep ? { samples: zeros([]), sums: this.stepLogs.map(() => zeros([])) } : null;
    return { ...this.init(), logs };
  }

  /** Whether a training logs `loss`; a custom training step may compute no loss. */
  get #logsLoss(): boolean {
    return !this.#hasOwnStep || this.terms.length > 0;
  }

  /**
   * Returns the loss of a batch, and the sums of losses and metrics that include the batch.
   *
   * @param rowMask one bool per sample, false for samples that are padding; null if there is no padding
   * @throws ManabiError `argument` if there is no loss; `shape` if labels and outputs do not match
   */
  apply(
    totals: Totals,
    rowMask: Tensor | null,
    { y, weights }: Targets,
    result: RunResult,
  ): { readonly loss: Tensor; readonly totals: Totals } {
    const given = toList(result.outputs);
    const outputs = rowMask === null ? given : given.map((output) => maskRows(output, rowMask));
    const { loss, losses } = this.#losses({ y, weights }, { ...result, outputs });
    const samples = rowMask === null ? outputs[0].shape[0] : sum(astype(rowMask, 'float32'));
    return {
      loss,
      totals: {
        logs: totals.logs,
        samples: add(totals.samples, samples),
        losses: totals.losses.map((total, i) => add(total, mul(losses[i], samples))),
        metrics: this.#metrics.map(({ metric, output, weighted }, i) => {
          const counted = withRowWeights(weighted ? weights[output] : null, rowMask);
          return metric.update(totals.metrics[i], this.#labels(y, output), outputs[output], counted);
        }),
      },
    };
  }

  /**
   * Returns the loss of a batch, and the losses to log: the total, and the loss of each output if there are several.
   */
  #losses({ y, weights }: Targets, result: RunResult): { readonly loss: Tensor; readonly losses: readonly Tensor[] } {
    const outputs = toList(result.outputs);
    const terms = this.terms.map(({ output, loss }) => {
      const value = loss.apply(this.#labels(y, output), outputs[output], weights[output]);
      if (value.rank > 0) throw notReduced(loss, value);
      // Sums of losses are float32. Gradients of float64 outputs stay float64, because the derivative of the total is 1.
      return astype(value, 'float32');
    });
    // As in Keras, the logged losses of single outputs are not multiplied by their loss weights.
    const weighted = terms.map((value, i) => {
      const { weight } = this.terms[i];
      return weight === null ? value : mul(value, weight);
    });
    const all = [...weighted, ...result.losses.map((value) => astype(value, 'float32'))];
    const [first, ...others] = all;
    if (first === undefined) throw nothingToLearn();
    const loss = others.reduce((total, value) => add(total, value), first);
    return { loss, losses: terms.length > 1 ? [loss, ...terms] : [loss] };
  }

  /**
   * Computes losses and metrics from their sums: one float for each name in `names`, or, for a training, in
   * `trainNames`.
   */
  values(totals: Totals): Tensor {
    const { logs } = totals;
    const losses = totals.losses.map((total) => div(total, totals.samples));
    const own = logs === null ? [] : logs.sums.map((sum) => div(sum, logs.samples));
    const parts = [...(logs === null || this.#logsLoss ? losses : []), ...own, ...this.#results(totals)];
    if (parts.length === 0) return zeros([0]);
    return concatenate(parts.map((part) => reshape(astype(part, 'float32'), [-1])));
  }

  #results(totals: Totals): Tensor[] {
    return this.#metrics.map(({ metric }, i) => metric.result(totals.metrics[i]));
  }

  #lossNames(): string[] {
    if (this.terms.length < 2) return ['loss'];
    return ['loss', ...this.terms.map(({ output }) => prefixedName(this.#outputNames[output], 'loss'))];
  }

  #metricNames(): string[] {
    const results = this.#results(this.init());
    return this.#metrics.flatMap(({ name }, i) =>
      results[i].rank === 0 ? [name] : Array.from({ length: results[i].size }, (_, k) => `${name}${k}`),
    );
  }

  #typesOf(option: string, output: number): [PartialType, PartialType] {
    const y = this.#yTypes[output];
    if (y !== null) return [y, this.#outputTypes[output]];
    throw noLabels(option, this.#outputNames[output]);
  }

  #labels(y: readonly (Tensor | null)[], output: number): Tensor {
    const labels = y[output];
    if (labels !== null) return labels;
    throw noLabels('loss', this.#outputNames[output]);
  }
}

/** Returns sample weights that are 0 for samples that are padding. */
function withRowWeights(weights: Tensor | null, rowMask: Tensor | null): Tensor | null {
  if (weights === null || rowMask === null) return weights ?? rowMask;
  return mul(...alignWeights(weights, astype(rowMask, 'float32')));
}

function noLabels(option: string, output: string): ManabiError {
  return new ManabiError(
    'argument',
    `The option \`${option}\` of compile() requires labels for the output '${output}'; got none. Pass y, or a dataset of ` +
      '[x, y].',
    { op: 'fit', data: { name: option, output } },
  );
}

function notReduced(loss: Loss, value: Tensor): ManabiError {
  return new ManabiError(
    'shape',
    `The loss ${loss.name} returned shape [${value.shape.join(', ')}]; it must return a scalar. Remove reduction: 'none'.`,
    { op: 'compile', data: { loss: loss.name, shape: value.shape, reduction: loss.reduction } },
  );
}

function nothingToLearn(): ManabiError {
  return new ManabiError(
    'argument',
    'No loss to minimize. Pass `loss` to compile(), or add one with context.addLoss().',
    { op: 'compile', data: {} },
  );
}
