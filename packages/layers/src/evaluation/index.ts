export {
  type AccuracyScoreOptions,
  type AverageScores,
  accuracyScore,
  type PrecisionRecallFscoreOptions,
  precisionRecallFscore,
  type ScoreAverage,
  type ScoresPerClass,
} from './class-scores.ts';
export {
  type ClassificationReport,
  type ClassificationReportOptions,
  classificationReport,
  type ReportRow,
} from './classification-report.ts';
export { type ConfusionMatrix, type ConfusionMatrixOptions, confusionMatrix } from './confusion-matrix.ts';
export {
  type BuildModel,
  type CrossValidateOptions,
  type CrossValidation,
  crossValidate,
  type FoldFitOptions,
  type FoldResult,
  type TestSamples,
} from './cross-validate.ts';
export type { FoldIndices } from './folds.ts';
export type { Label, Labels, SampleRows, SampleValues } from './host-values.ts';
export {
  type AveragePrecisionScoreOptions,
  averagePrecisionScore,
  type RankingAverage,
  type RocAucScoreOptions,
  rocAucScore,
} from './ranking-scores.ts';
export {
  meanAbsoluteError,
  meanSquaredError,
  type R2ScoreOptions,
  type RegressionErrorOptions,
  r2Score,
  rootMeanSquaredError,
} from './regression-scores.ts';
export {
  areaUnderCurve,
  type PrecisionRecallCurve,
  precisionRecallCurve,
  type RocCurve,
  rocCurve,
  type ScoreCurveOptions,
} from './score-curves.ts';
export {
  type GridSearchOptions,
  gridSearch,
  type ParameterGrid,
  type ParameterSpace,
  type RandomSearchOptions,
  randomSearch,
  type SearchCandidate,
  type SearchResult,
} from './search.ts';
