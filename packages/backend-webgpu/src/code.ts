export { type PlanShader, type PlanShadersOptions, planShaders } from './shaders/plan-shaders.ts';
