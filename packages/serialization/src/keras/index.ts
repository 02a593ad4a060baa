export { type FileLayer, type FileWeight, inspectModelFile, type ModelFileReport } from './inspect-model-file.ts';
export { type LoadModelOptions, loadModel } from './load-model.ts';
export { type ModelFromJsonOptions, modelFromJson, modelToJson } from './model-json.ts';
export { type ModelFormat, type SaveModelOptions, saveModel, saveModelBytes } from './save-model.ts';
