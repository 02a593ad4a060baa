export {
  type Batcher,
  type BatcherOptions,
  type BatcherRequestOptions,
  type BatchReport,
  batcher,
} from './batcher/batcher.ts';
export type { Clock } from './batcher/clock.ts';
export { type CloseOptions, createHandler, type Handler, type HandlerOptions, type Servable } from './http/handler.ts';
export type { ElementName } from './predictor/elements.ts';
export { type ModelPredictorOptions, modelPredictor } from './predictor/model-predictor.ts';
export { type OpenPredictorOptions, openPredictor } from './predictor/open-predictor.ts';
export type { Port, Predictor, PredictorFacts, Preparation } from './predictor/predictor.ts';
export { ServeError, type ServeErrorCode, type ServeErrorDetails } from './serve-error.ts';
