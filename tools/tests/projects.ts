import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A project of the workspace. */
export interface Project {
  readonly folder: string;
  readonly name: string;
  readonly manifest: {
    readonly name: string;
    readonly exports: Readonly<Record<string, unknown>>;
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
    readonly nx: { readonly tags: readonly string[] };
  };
}

/** The root of the workspace. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Every package and application. */
export const projects: readonly Project[] = ['packages', 'apps'].flatMap((group) =>
  readdirSync(join(root, group)).map((name) => {
    const folder = join(root, group, name);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as unknown;
    return { folder, name: `${group}/${name}`, manifest: manifest as Project['manifest'] };
  }),
);

/** The TypeScript files below a folder of a project; none where the folder is missing. */
export function sourcesOf(project: Project, part: 'src' | 'tests'): string[] {
  try {
    return readdirSync(join(project.folder, part), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(project.folder, part, file));
  } catch {
    return [];
  }
}
