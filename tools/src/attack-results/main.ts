import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { msanet, repository } from '../msanet-command.js';
import {
  experimentOf,
  fittedClips,
  perturbationFile,
  resultParts,
  resultVictims,
  universalFits,
} from './experiment.js';
import { orderingsOf } from './orderings.js';
import { mergedResults, readRun, type AttackResults } from './results.js';

/**
 * Runs every attack on the demo victims and writes `docs/reference/attack-results.json`, which the page of all attacks shows.
 * A run that was interrupted goes on. Arguments restrict it to some victims or parts, such as `tsm-demo query`; what else was
 * finished before stays.
 */
const chosen = process.argv.slice(2);
const isChosen = (names: readonly string[], name: string): boolean => {
  const among = chosen.filter((word) => names.includes(word));
  return among.length === 0 || among.includes(name);
};

const folder = join(repository, '.cache', 'attack-results');
const data = join(repository, '.cache', 'demo-actions');

/** Fits the universal perturbations of a victim on clips of the training part. */
function fitPerturbations(victim: string): void {
  for (const { attack, options } of universalFits) {
    const file = join(folder, perturbationFile(victim, attack));
    if (existsSync(file)) continue;
    const clips = ['--dataset', 'demo-actions', '--root', data, '--clips', String(fittedClips)];
    msanet(
      'universal',
      '--victim',
      victim,
      '--attack',
      attack,
      ...clips,
      ...Object.entries(options).flatMap(([key, value]) => ['--option', `${key}=${value}`]),
      ...['--epsilon', '8/255', '--out', file],
    );
  }
}

await mkdir(folder, { recursive: true });
// Paths in an experiment are relative to where msanet runs.
process.chdir(folder);
msanet('demo-data', '--out', data);
for (const part of resultParts) {
  for (const victim of resultVictims) {
    if (!isChosen(resultParts, part)) continue;
    if (
      !isChosen(
        resultVictims.map(({ id }) => id),
        victim.id,
      )
    )
      continue;
    const run = join(folder, `${victim.id}-${part}`);
    const file = `${run}.json`;
    const begun = existsSync(join(run, 'manifest.json'));
    process.stderr.write(`${victim.id}, ${part}\n`);
    if (!begun) {
      if (part === 'universal') fitPerturbations(victim.id);
      await writeFile(file, JSON.stringify(experimentOf(part, victim, data), undefined, 2));
    }
    const how = begun ? ['--resume'] : ['--config', file];
    msanet('compare', ...how, '--out', run, '--json');
  }
}

const runs = resultVictims.flatMap(({ id }) =>
  resultParts.map((part) => ({ part, run: join(folder, `${id}-${part}`) })),
);
const begun = runs.filter(({ run }) => existsSync(join(run, 'summary.json')));
const read = (await Promise.all(begun.map(({ run, part }) => readRun(run, part)))).flatMap(
  (finished) => finished ?? [],
);
const file = join(repository, 'docs', 'reference', 'attack-results.json');
const earlier = JSON.parse(await readFile(file, 'utf8')) as AttackResults;
const results = mergedResults(earlier, read);
const style = await resolveConfig(file);
await writeFile(file, await format(JSON.stringify(results), { ...style, parser: 'json' }));
const broken = orderingsOf(results.rows).filter(({ holds }) => !holds);
for (const { victim, claim, figures } of broken) {
  process.stdout.write(`${victim}: does not hold: ${claim}: ${figures}\n`);
}
process.stdout.write('docs/reference/attack-results.json; now: npm run docs\n');
