import { readFile } from 'node:fs/promises';
import { MsanetError } from '@msanet/core';
import { parseExperiment, runFormat, type Experiment, type Manifest } from '@msanet/evaluation';
import { LineCounter, isNode, parseDocument } from 'yaml';

/** What an experiment file holds. */
export interface ExperimentFile {
  readonly experiment: Experiment;
  /** The manifest, where the file is that of an earlier run. */
  readonly earlier: Manifest | undefined;
}

/**
 * Reads an experiment file, YAML or JSON, or the manifest of a run, which then is repeated.
 *
 * @throws MsanetError `FILE_NOT_FOUND`, or `EXPERIMENT_INVALID` with file and line
 */
export async function readExperimentFile(path: string): Promise<ExperimentFile> {
  const lines = new LineCounter();
  const document = parseDocument(await readText(path), { lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined) {
    throw new MsanetError({
      code: 'EXPERIMENT_INVALID',
      where: `${path}:${lines.linePos(error.pos[0]).line}`,
      expected: 'YAML or JSON',
      got: error.message.split('\n')[0].replace(/[.:]$/, ''),
      remedy: 'correct the line',
      cause: error,
    });
  }
  const content = document.toJS() as unknown;
  const earlier = isManifest(content) ? content : undefined;
  const prefix = earlier === undefined ? [] : ['experiment'];
  const locate = (place: readonly (string | number)[]): string => {
    // A missing value has no line of its own; the one around it has.
    for (let depth = place.length; depth >= 0; depth--) {
      const node = document.getIn([...prefix, ...place.slice(0, depth)], true);
      if (isNode(node) && node.range) return `${path}:${lines.linePos(node.range[0]).line}`;
    }
    return path;
  };
  return { experiment: parseExperiment(earlier?.experiment ?? content, locate), earlier };
}

function isManifest(content: unknown): content is Manifest {
  return (
    typeof content === 'object' &&
    content !== null &&
    'format' in content &&
    content.format === runFormat
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new MsanetError({
      code: 'FILE_NOT_FOUND',
      where: path,
      expected: 'an experiment file',
      got: (error as NodeJS.ErrnoException).code ?? 'an unreadable file',
      remedy: 'check the path',
      cause: error,
    });
  }
}
