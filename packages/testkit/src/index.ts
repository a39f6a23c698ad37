// Graph runtimes and gradient rules
export { checkVjp } from './check-vjp.js';
export type { GradientBuilder, GradientModel, VjpCheck } from './check-vjp.js';
export { describeRuntime } from './describe-runtime.js';
export type { RuntimeSuite } from './describe-runtime.js';
export { operatorCases } from './operator-cases/table.js';
export type { OperatorCase } from './operator-cases/operator-case.js';
export type { Operand } from './operator-cases/operand.js';
// Comparing values
export { cosine, maxAbsError, relativeError } from './close.js';
export type { Elements } from './close.js';
// Victim models
export { describeVictimModel } from './describe-victim-model.js';
export type { VictimSuite } from './describe-victim-model.js';
export { victimLaws } from './laws/victim-laws.js';
export type { VictimSubject, VictimTolerance } from './laws/victim-subject.js';
export { lossAtLogits } from './toy-victims/loss-gradient.js';
export type { LogitLoss } from './toy-victims/loss-gradient.js';
export { linearVictim } from './toy-victims/linear-victim.js';
export type { LinearVictim, LinearVictimOptions } from './toy-victims/linear-victim.js';
export { smoothVictim } from './toy-victims/smooth-victim.js';
export type { SmoothVictimOptions, SmoothWeights } from './toy-victims/smooth-victim.js';
export { queryOnly, recording } from './toy-victims/victim-wrappers.js';
export type { Question, RecordingVictim } from './toy-victims/victim-wrappers.js';
export { randomClips } from './toy-victims/random-clips.js';
// Attacks
export { describeAttack } from './describe-attack.js';
export type { AttackSuite } from './describe-attack.js';
export { attackLaws } from './laws/attack-laws.js';
export { toyBudgets } from './laws/attack-subject.js';
export type { AttackSubject } from './laws/attack-subject.js';
// Attentions
export { describeAttention } from './describe-attention.js';
export type { AttentionSuite } from './describe-attention.js';
export { attentionLaws } from './laws/attention-laws.js';
export type { AttentionSubject } from './laws/attention-laws.js';
