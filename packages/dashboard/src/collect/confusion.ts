import type { ConfusionRecord } from '../records/record.ts';
import type { ClassPair } from './output-reader.ts';

/** With more classes, the record includes only this many: those that are most often confused with others. */
const MOST_CLASSES = 50;

/** Counts samples by true and predicted class. */
export class Confusion {
  readonly classCount: number;
  readonly #counts = new Map<number, number>();
  readonly #errors: number[];
  #samples = 0;
  #correct = 0;

  constructor(classCount: number) {
    this.classCount = classCount;
    this.#errors = new Array<number>(classCount).fill(0);
  }

  add({ truth, prediction }: ClassPair): void {
    const pair = truth * this.classCount + prediction;
    this.#counts.set(pair, (this.#counts.get(pair) ?? 0) + 1);
    this.#samples++;
    if (truth === prediction) {
      this.#correct++;
      return;
    }
    this.#errors[truth]++;
    this.#errors[prediction]++;
  }

  /** Returns the counts, for all classes or for those with the most errors, in the order of the classes. */
  summary(
    className: (index: number) => string,
  ): Pick<ConfusionRecord, 'classes' | 'classCount' | 'samples' | 'correct' | 'counts'> {
    const all = Array.from({ length: this.classCount }, (_, i) => i);
    const included =
      this.classCount <= MOST_CLASSES
        ? all
        : [...all]
            .sort((a, b) => this.#errors[b] - this.#errors[a] || a - b)
            .slice(0, MOST_CLASSES)
            .sort((a, b) => a - b);
    return {
      classes: included.map(className),
      classCount: this.classCount,
      samples: this.#samples,
      correct: this.#correct,
      counts: included.map((truth) =>
        included.map((prediction) => this.#counts.get(truth * this.classCount + prediction) ?? 0),
      ),
    };
  }
}
