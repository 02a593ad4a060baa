/** Returns the names of the public members of classes in an API report. */
export function publicMembers(report: string, classes: readonly string[]): readonly string[] {
  // Members whose name is a symbol, such as `get [advice]`, are excluded, because only error messages use them.
  const member =
    /^ {4}(?!protected|#private|constructor|(?:get )?\[)(?:(?:static|abstract|override|readonly|get|set) )*(\w+)/gm;
  const names = classes.flatMap((name) => {
    const body = new RegExp(`^(?:abstract )?class ${name}\\b[^\\n]*\\{\\n(.*?)^\\}`, 'ms').exec(report)?.[1];
    if (body === undefined) throw new Error(`Class ${name} is missing in the API report.`);
    return [...body.matchAll(member)].map(([, found]) => found);
  });
  return [...new Set(names)];
}

/** Names of members of models and trainers that no action tests, by the reason why they need none. */
const withoutAction = {
  'describes the model, and reads no weights': [
    ...[
      'className',
      'name',
      'config',
      'dtype',
      'batchShape',
      'activityRegularizer',
      'getConfig',
      'fromConfig',
      'built',
    ],
    ...['sublayers', 'ownWeights', 'ownVariables', 'trainableWeights', 'nonTrainableWeights', 'countParams', 'seed'],
    ...[
      'supportsMasking',
      'inputSpec',
      'nodes',
      'layers',
      'getLayer',
      'inputTypes',
      'outputTypes',
      'inputNames',
      'inputStructure',
      'outputStructure',
    ],
    ...[
      'outputNames',
      'layerOutputTypes',
      'consumersOf',
      'connectionsOf',
      'calls',
      'inputs',
      'outputs',
      'input',
      'output',
    ],
    ...['compiled', 'trainer'],
    ...['compilation', 'directionOf', 'resumption', 'isTrainerLoaded', 'loadTrainer', 'stepLogs'],
    ...['dtypePolicy', 'computeDtype', 'autocast', 'computesInFloat32'],
  ],
  'describes the last step, and reads no weights': ['batch', 'lastCall'],
  'works only on its arguments': ['call', 'computeMask', 'constrain'],
  'the training step of fit, which is an action': ['trainStep'],
  'applies gradients computed earlier by the caller': ['applyGradients'],
  'has no effect on a built model': ['build', 'ensureBuilt', 'addWeight'],
  'takes effect at the next compile, or at the end of the step': ['trainable', 'stopTraining'],
  'part of fit, evaluate and predict, which are actions': [
    ...['prepare', 'check', 'begin', 'setProgress', 'takeResumption', 'newTotals', 'totalsFrom', 'checkLayers'],
    ...['warnIfFrozenSince', 'batchKey', 'nextSeedPosition', 'train', 'test', 'leaseValues', 'finalize'],
  ],
  'part of the actions compile, resume and whenSettled': ['checkIdle', 'checkResumable', 'progress'],
  'tested with moving averages and with checkpoints': ['useAverages', 'setState'],
  'tested with two backends: webgpu/moving.test.ts': ['to'],
};

/** The reason why no action tests a member, by member name. */
export const reasons: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(withoutAction).flatMap(([reason, names]) => names.map((name) => [name, reason])),
);
