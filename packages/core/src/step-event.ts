import type { StepReport } from './attack.js';
import type { QueryCount } from './metered-victim.js';

/** A step of an attack, with what the attack cannot know by itself. */
export interface StepEvent extends StepReport {
  /** The clips that the step worked on, as indices into the clips of the request. */
  readonly of: readonly number[];
  /** Queries so far of each of them, in the same order. */
  readonly queries: readonly QueryCount[];
  /** Whether the victim already answered adversarially to a version of each that is inside the budget. */
  readonly succeeded: readonly boolean[];
}
