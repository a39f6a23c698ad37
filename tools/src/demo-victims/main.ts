import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { msanet, repository } from '../msanet-command.js';
import { demoVictims, trainingSeed, type DemoVictim } from './demo-victims.js';
import { lossCurve } from './loss-curve.js';
import { modelCard, type Judgement } from './model-card.js';
import { epochsOf } from './training-log.js';

/**
 * Writes the model cards and the pictures of the trainings: judges the weights that ship on the test part of demo-actions,
 * with the command that the cards name. The first argument is the folder of demo-actions; it is made where it is missing.
 */
const [data = join(repository, '.cache', 'demo-actions')] = process.argv.slice(2);

function judge({ network, checkpoint }: DemoVictim, config: string): Judgement {
  const flags = ['--victim', network, '--dataset', 'demo-actions', '--root', data];
  return JSON.parse(
    msanet('train', ...flags, '--config', config, '--evaluate', checkpoint, '--json'),
  ) as Judgement;
}

msanet('demo-data', '--out', data);
const pictures = join(repository, 'docs', 'pictures');
await mkdir(pictures, { recursive: true });
const style = await resolveConfig(fileURLToPath(import.meta.url));
for (const victim of demoVictims) {
  const folder = join(repository, victim.folder);
  const stem = join(folder, 'weights', victim.id);
  const epochs = epochsOf(await readFile(`${stem}.log.jsonl`, 'utf8'));
  const card = modelCard({
    victim,
    judgement: judge(victim, `${stem}.yaml`),
    epochs,
    size: (await stat(victim.checkpoint)).size,
    seed: trainingSeed,
  });
  await writeFile(
    join(folder, 'MODEL-CARD.md'),
    await format(card, { ...style, parser: 'markdown' }),
  );
  await writeFile(
    join(pictures, `${victim.id}-training.svg`),
    lossCurve(`Training of ${victim.id}`, epochs),
  );
  process.stdout.write(`${victim.folder}/MODEL-CARD.md\n`);
}
