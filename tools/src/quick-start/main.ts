import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSafetensors } from '@msanet/checkpoint';
import { Random } from '@msanet/tensor';
import {
  officialCheckpoint,
  randomTsmWeights,
  resnetBackbone,
  type TsmConfig,
} from '@msanet/victim-tsm';
import { encodeH264 } from '@msanet/video';
import { seededVideo } from './seeded-video.js';

/**
 * The quick start: makes a video and a TSM-ResNet-18 checkpoint, then attacks the one through the other, by PGD and by
 * MSANet, with the very commands that a user would type.
 */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = join(root, 'msanet-quick-start');
const video = join(folder, 'walk.mp4');
const checkpoint = join(folder, 'tsm-resnet18.safetensors');
const seed = 7;
const config: TsmConfig = {
  backbone: resnetBackbone(18),
  segments: 8,
  shiftDivisor: 8,
  shiftPlacement: 'blockres',
  classes: 101,
  inputSize: 112,
};

/** Runs one msanet command, showing it first. */
function msanet(...args: string[]): void {
  const shown = args.map((arg) => (arg.startsWith(root) ? relative(root, arg) : arg));
  process.stdout.write(`\n$ npx msanet ${shown.join(' ')}\n`);
  const binary = join(root, 'apps/cli/bin/msanet.js');
  const { status } = spawnSync(process.execPath, [binary, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

await mkdir(folder, { recursive: true });
process.stdout.write('Making a video and a checkpoint with random weights …\n');
await encodeH264(video, seededVideo(seed), { frameRate: 25, crf: 18 });
await writeFile(
  checkpoint,
  writeSafetensors(officialCheckpoint(config, randomTsmWeights(config, new Random(seed)))),
);

const victim = [
  '--victim',
  'tsm',
  '--checkpoint',
  checkpoint,
  '-o',
  `inputSize=${config.inputSize}`,
];
msanet('predict', video, ...victim, '--top', '3');
for (const attack of ['pgd', 'msanet']) {
  const out = join(folder, attack);
  msanet('attack', video, ...victim, '--attack', attack, '--epsilon', '8/255', '--out', out);
}
process.stdout.write(
  `\nThe adversarial videos are in ${relative(process.cwd(), folder) || folder}. The weights are random, so the classes ` +
    'mean nothing here: bring a checkpoint with --checkpoint.\n',
);
