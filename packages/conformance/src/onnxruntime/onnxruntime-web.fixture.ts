import type { Requirement } from '@manabi/testing';

/** Path of the module for Node, because the package of more than 100 MB is no dependency. Modules for pages are beside it. */
export const webModulePath = process.env.MANABI_ONNXRUNTIME_WEB;

/** What tests of the module need; without it, they are reported as skipped. */
export const webRequirement: Requirement = {
  need: 'needs onnxruntime-web: MANABI_ONNXRUNTIME_WEB=…/node_modules/onnxruntime-web/dist/ort.node.min.mjs',
  isMet: webModulePath !== undefined,
  variable: 'MANABI_REQUIRE_ONNXRUNTIME_WEB',
};
