import { MsanetError } from '@msanet/tensor';
import type { Action } from './motion/action.js';
import { crouchDown } from './motion/actions/crouch-down.js';
import { jumpingJack } from './motion/actions/jumping-jack.js';
import { openArms } from './motion/actions/open-arms.js';
import { pushBox } from './motion/actions/push-box.js';
import { raiseArm } from './motion/actions/raise-arm.js';
import { sitDown } from './motion/actions/sit-down.js';
import { walkRight } from './motion/actions/walk.js';
import { waveHand } from './motion/actions/wave-hand.js';

/** A class of the data set. */
export interface DemoClass {
  /** Its name in the style of UCF-101, such as `SitDown`. */
  readonly name: string;
  /** The class that its clips belong to when they run backwards; absent where that is the class itself. */
  readonly twin?: string;
  /** The class that its clips belong to when left and right are swapped. */
  readonly mirror: string;
}

interface Course {
  readonly name: string;
  readonly action: Action;
  /** Whether the action is performed from its end to its start. */
  readonly reversed: boolean;
  readonly twin?: string;
}

const pairs: readonly (readonly [forward: string, backward: string, action: Action])[] = [
  ['CrouchDown', 'RiseUp', crouchDown],
  ['OpenArms', 'CloseArms', openArms],
  ['PushBox', 'PullBox', pushBox],
  ['RaiseArm', 'LowerArm', raiseArm],
  ['SitDown', 'StandUp', sitDown],
  ['WalkRight', 'WalkLeft', walkRight],
];

const single: readonly (readonly [name: string, action: Action])[] = [
  ['JumpingJack', jumpingJack],
  ['WaveHand', waveHand],
];

const courses: readonly Course[] = [
  ...pairs.flatMap(([forward, backward, action]) => [
    { name: forward, action, reversed: false, twin: backward },
    { name: backward, action, reversed: true, twin: forward },
  ]),
  ...single.map(([name, action]) => ({ name, action, reversed: false })),
].sort((a, b) => (a.name < b.name ? -1 : 1));

const mirrors = new Map([
  ['WalkLeft', 'WalkRight'],
  ['WalkRight', 'WalkLeft'],
]);

/** The classes in the order of their labels: by name, as in UCF-101. */
export const demoClasses: readonly DemoClass[] = courses.map(({ name, twin }) => ({
  name,
  mirror: mirrors.get(name) ?? name,
  ...(twin === undefined ? {} : { twin }),
}));

/**
 * How a class is performed.
 *
 * @throws MsanetError `OPTION_INVALID` when there is no such class
 */
export function courseOf(name: string): Course {
  const course = courses.find((candidate) => candidate.name === name);
  if (course === undefined) {
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where: 'demo-actions class',
      expected: `one of ${demoClasses.map((entry) => entry.name).join(', ')}`,
      got: name,
      remedy: 'spell the class as in classInd.txt',
    });
  }
  return course;
}
