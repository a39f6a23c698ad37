import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projects, root, sourcesOf, type Project } from './projects.js';

/** The packages that files import, by the name in package.json. */
function importedPackages(files: readonly string[]): Set<string> {
  const names = new Set<string>();
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    for (const [, from] of text.matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^'.][^']*)';/gms)) {
      names.add(packageOf(from));
    }
    for (const [, from] of text.matchAll(/\bimport(?:\(| )'([^'.][^']*)'/g)) {
      names.add(packageOf(from));
    }
  }
  return new Set(
    [...names].filter((name) => !name.startsWith('node:') && !builtinModules.includes(name)),
  );
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}

describe.each(projects.map((project): [string, Project] => [project.name, project]))(
  '%s',
  (_, project) => {
    const { folder, manifest } = project;

    it('says what it is in a README', () => {
      const readme = readFileSync(join(folder, 'README.md'), 'utf8');
      expect(readme).toMatch(/^# /);
      expect(readme).toContain('```');
    });

    it('carries one tag for its type and one for its owner', () => {
      expect(manifest.nx.tags.map((tag) => tag.split(':')[0])).toEqual(['type', 'owner']);
    });

    it('has one public face', () => {
      expect(Object.keys(manifest.exports)).toEqual(['.', './package.json']);
    });

    it('re-exports by name, and holds no code there', () => {
      const face = readFileSync(join(folder, 'src/index.ts'), 'utf8');
      const rest = face
        .replaceAll(/\/\*[\s\S]*?\*\//g, '')
        .replaceAll(/^\/\/.*$/gm, '')
        .replaceAll(/export (?:type )?\{[^}]*\} from '[^']+';/g, '')
        .trim();
      expect(rest).toBe('');
    });

    it('declares what its sources import, and nothing else', () => {
      const imported = importedPackages(sourcesOf(project, 'src'));
      imported.delete(manifest.name);
      expect([...imported].sort()).toEqual(Object.keys(manifest.dependencies ?? {}).sort());
    });

    it('imports nothing into its tests that it does not declare', () => {
      const declared = new Set([
        manifest.name,
        ...Object.keys(manifest.dependencies ?? {}),
        ...Object.keys(manifest.devDependencies ?? {}),
        'vitest',
        'fast-check',
      ]);
      const imported = [...importedPackages(sourcesOf(project, 'tests'))];
      expect(imported.filter((name) => !declared.has(name))).toEqual([]);
    });

    it('names files after concepts', () => {
      const vague = /^(utils?|helpers?|managers?|misc|common|process)\.ts$/;
      const files = sourcesOf(project, 'src').map((file) => relative(folder, file));
      expect(files.filter((file) => vague.test(basename(file)))).toEqual([]);
      expect(files.filter((file) => !/^[a-z0-9-]+\.ts$/.test(basename(file)))).toEqual([]);
    });

    it('has tests', () => {
      expect(sourcesOf(project, 'tests').some((file) => file.endsWith('.test.ts'))).toBe(true);
    });
  },
);

describe('the workspace', () => {
  it('has the files that a contributor looks for', () => {
    for (const file of [
      'README.md',
      'CONTRIBUTING.md',
      'CHANGELOG.md',
      'CODEOWNERS',
      'LICENSE',
      '.ci/run',
    ]) {
      expect(existsSync(join(root, file)), file).toBe(true);
    }
  });

  it('keeps one version of every dependency', () => {
    const versions = new Map<string, Set<string>>();
    for (const { manifest } of projects) {
      const all = { ...manifest.dependencies, ...manifest.devDependencies };
      for (const [name, version] of Object.entries(all)) {
        versions.set(name, (versions.get(name) ?? new Set()).add(version));
      }
    }
    const several = [...versions].filter(([, found]) => found.size > 1).map(([name]) => name);
    expect(several).toEqual([]);
  });
});
