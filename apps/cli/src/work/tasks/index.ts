import { attack } from './attack.js';
import { bench } from './bench.js';
import { demoData } from './demo-data.js';
import { examine } from './examine.js';
import { gradcheck } from './gradcheck.js';
import { gradient } from './gradient.js';
import { judge } from './judge.js';
import { predict } from './predict.js';
import { probe } from './probe.js';
import { train } from './train.js';
import { universal } from './universal.js';

/** The tasks that run in a child process, by name. */
export const tasks = {
  attack,
  bench,
  demoData,
  examine,
  gradcheck,
  gradient,
  judge,
  predict,
  probe,
  train,
  universal,
};

/** The type of each task. */
export type Tasks = typeof tasks;
