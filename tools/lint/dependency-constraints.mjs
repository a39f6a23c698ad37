/**
 * Who may import whom: the architecture as nx module-boundary constraints.
 *
 * Every project carries one `type:` and one `owner:` tag in its package.json. The type says what role it plays, the owner
 * which team keeps it. Both must allow an import. A plugin never imports a plugin, and nobody imports a runtime but the
 * application.
 */
const types = {
  foundation: [],
  contract: ['foundation'],
  graph: ['foundation'],
  differentiation: ['foundation', 'graph'],
  runtime: ['foundation', 'graph'],
  data: ['foundation'],
  media: ['foundation', 'contract'],
  'victim-base': ['foundation', 'contract', 'graph', 'differentiation', 'data'],
  'victim-plugin': ['foundation', 'contract', 'graph', 'differentiation', 'data', 'victim-base'],
  'attack-plugin': ['foundation', 'contract', 'graph', 'differentiation'],
  dataset: ['foundation', 'contract', 'media'],
  training: ['foundation', 'contract', 'graph', 'differentiation', 'data'],
  evaluation: ['foundation', 'contract', 'graph'],
  testkit: ['foundation', 'contract', 'graph'],
  application: [
    'foundation',
    'contract',
    'graph',
    'differentiation',
    'runtime',
    'data',
    'media',
    'victim-base',
    'victim-plugin',
    'attack-plugin',
    'dataset',
    'training',
    'evaluation',
  ],
  tooling: [
    'foundation',
    'contract',
    'graph',
    'differentiation',
    'runtime',
    'data',
    'media',
    'victim-base',
    'victim-plugin',
    'attack-plugin',
    'dataset',
    'training',
    'evaluation',
    'application',
    'testkit',
  ],
};

const owners = {
  engine: ['engine'],
  core: ['core', 'engine'],
  tooling: ['tooling', 'cli', 'evaluation', 'victims', 'attacks', 'media', 'core', 'engine'],
  media: ['media', 'core', 'engine'],
  victims: ['victims', 'core', 'engine'],
  attacks: ['attacks', 'core', 'engine'],
  evaluation: ['evaluation', 'core', 'engine'],
  cli: ['cli', 'evaluation', 'victims', 'attacks', 'media', 'core', 'engine'],
};

/** Third-party packages that only projects of one type may import. */
const confined = {
  'onnxruntime-node': 'runtime',
  tsyringe: 'application',
  'reflect-metadata': 'application',
  yargs: 'application',
  'node-av': 'media',
  'node-av/*': 'media',
  sharp: 'media',
  '@napi-rs/canvas': 'dataset',
  '@tensorflow/*': 'runtime',
};

const tagged = (kind, names) => names.map((name) => `${kind}:${name}`);

/** The constraints, in the form of `@nx/enforce-module-boundaries`. */
export const dependencyConstraints = [
  ...Object.entries(types).map(([type, allowed]) => ({
    sourceTag: `type:${type}`,
    onlyDependOnLibsWithTags: tagged('type', allowed),
    bannedExternalImports: Object.entries(confined)
      .filter(([, home]) => home !== type)
      .map(([name]) => name),
  })),
  ...Object.entries(owners).map(([owner, allowed]) => ({
    sourceTag: `owner:${owner}`,
    onlyDependOnLibsWithTags: tagged('owner', allowed),
  })),
];
