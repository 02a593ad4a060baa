export { type CpuBackendOptions, createCpuBackend } from './backend.ts';
export { type CompileProgramOptions, compileProgram } from './program/compile-program.ts';
export { type CpuRoutineName, cpuTarget } from './target.ts';
export { getThreads, setThreads } from './thread-settings.ts';
