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
