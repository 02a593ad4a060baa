export { type CompiledProgram, openProgram } from './program/open-program.ts';
export type { ProgramPort } from './program/program-file.ts';
