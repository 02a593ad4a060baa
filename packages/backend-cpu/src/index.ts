export { type CpuBackendOptions, createCpuBackend } from './backend.ts';
export { cpuTarget } from './target.ts';
