const runners = new Set(['it', 'test', 'describe']);
const switches = new Set(['only', 'skip', 'todo']);

/**
 * Forbids tests that are focused, skipped or planned; `skipIf` with a stated condition is fine.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const noFocusedTests = {
  meta: {
    type: 'problem',
    docs: { description: 'every committed test runs' },
    schema: [],
  },
  create(context) {
    return {
      MemberExpression(node) {
        if (runners.has(node.object.name) && switches.has(node.property.name)) {
          context.report({
            node,
            message: 'Every committed test runs; use skipIf with a condition that says why.',
          });
        }
      },
    };
  },
};
