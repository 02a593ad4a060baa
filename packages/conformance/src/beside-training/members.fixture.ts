/** Names of the public members of classes, from a report of an API. */
export function publicMembers(report: string, classes: readonly string[]): readonly string[] {
  const member = /^ {4}(?!protected|#private|constructor)(?:(?:static|abstract|override|readonly|get|set) )*(\w+)/gm;
  const names = classes.flatMap((name) => {
    const body = new RegExp(`^(?:abstract )?class ${name}\\b[^\\n]*\\{\\n(.*?)^\\}`, 'ms').exec(report)?.[1];
    if (body === undefined) throw new Error(`The report has no class ${name}.`);
    return [...body.matchAll(member)].map(([, found]) => found);
  });
  return [...new Set(names)];
}

/** Members that need no action beside a training, by the reason. */
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
    ...['outputNames', 'layerOutputTypes', 'consumersOf', 'connectionsOf', 'inputs', 'outputs', 'compiled', 'trainer'],
    ...['compilation', 'directionOf', 'resumption', 'isTrainerLoaded', 'loadTrainer', 'stepLogs'],
  ],
  'works on the tensors that it is given': ['call', 'computeMask', 'constrain'],
  'a step of fit, which is an action, in the words of its model': ['trainStep'],
  'a step of gradients that its caller took at another time': ['applyGradients'],
  'does nothing to a model that is built': ['build', 'ensureBuilt', 'addWeight'],
  'counts from the next call of compile on, or the end of the step': ['trainable', 'stopTraining'],
  'a part of fit, evaluate and predict, which are actions': [
    ...['prepare', 'check', 'begin', 'tellProgress', 'takeResumption', 'newTotals', 'totalsFrom', 'checkLayers'],
    ...['warnIfFrozenSince', 'batchKey', 'nextSeedPlace', 'train', 'test', 'leaseValues', 'finalize'],
  ],
  'a part of other actions: compile, resume, whenSettled': ['checkIdle', 'checkResumable', 'progress'],
  'tested with the moving averages, and with checkpoints': ['useAverages', 'setState'],
};

/** The same, by name. */
export const reasons: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(withoutAction).flatMap(([reason, names]) => names.map((name) => [name, reason])),
);
