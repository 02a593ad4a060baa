export { type PlanShader, type PlanShadersOptions, planShaders } from './code/plan-shaders.ts';
