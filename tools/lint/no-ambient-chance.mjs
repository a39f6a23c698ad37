/** The modules that are the seed and the clock of the project. */
const homes = [/packages\/tensor\/src\/random\.ts$/, /packages\/core\/src\/clock\.ts$/];

const calls = new Map([
  ['Math.random', 'Take random numbers from a seeded Random of @msanet/tensor.'],
  ['Date.now', 'Read the clock through secondsNow or timestamp of @msanet/core.'],
  ['performance.now', 'Read the clock through secondsNow or timestamp of @msanet/core.'],
  ['crypto.randomUUID', 'Take random numbers from a seeded Random of @msanet/tensor.'],
  ['crypto.getRandomValues', 'Take random numbers from a seeded Random of @msanet/tensor.'],
]);

/**
 * Forbids chance and clock outside their own modules, so that a seed decides everything.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const noAmbientChance = {
  meta: {
    type: 'problem',
    docs: { description: 'random numbers and time come from one module each' },
    schema: [],
  },
  create(context) {
    if (homes.some((home) => home.test(context.filename.replaceAll('\\', '/')))) return {};
    return {
      MemberExpression(node) {
        if (node.object.type !== 'Identifier' || node.property.type !== 'Identifier') return;
        const message = calls.get(`${node.object.name}.${node.property.name}`);
        if (message !== undefined) context.report({ node, message });
      },
      NewExpression(node) {
        if (node.callee.name === 'Date' && node.arguments.length === 0) {
          context.report({ node, message: calls.get('Date.now') });
        }
      },
    };
  },
};
