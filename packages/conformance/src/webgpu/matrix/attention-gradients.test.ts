import { compositeGradientSection } from '../../sections/composites.ts';
import { runsAll } from '../webgpu.fixture.ts';
import { describeSection } from './matrix.fixture.ts';

/** Number of groups into which the cases are divided, because some drivers compile their shaders slowly. */
const PARTS = runsAll ? 6 : 1;

// Other composites have no shaders for their gradients.
const groups = compositeGradientSection.groups
  .filter(({ name }) => name === 'attention')
  .flatMap((group) =>
    Array.from({ length: PARTS }, (_, part) => ({
      ...group,
      name: `attention, part ${part + 1}`,
      cases: () => {
        const cases = group.cases();
        return cases.slice((part * cases.length) / PARTS, ((part + 1) * cases.length) / PARTS);
      },
    })),
  );

describeSection({ name: 'gradients of attention', groups }, 1);
