export { createOnnxRuntimeBackend, type OnnxRuntimeBackendOptions } from './backend.ts';
