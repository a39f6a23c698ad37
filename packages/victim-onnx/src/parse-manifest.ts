import { extname } from 'node:path';
import { MsanetError } from '@msanet/tensor';
import { LineCounter, isMap, parseDocument } from 'yaml';

/** Most characters of a manifest, labels included. */
const maximumLength = 2 ** 20;

/** Most values that aliases may stand for, all in all: a few lines of YAML can otherwise describe gigabytes. */
const maximumAliases = 100;

/**
 * The content of a manifest: YAML 1.2 in files named `.yaml` or `.yml`, JSON in all others.
 *
 * @throws MsanetError `OPTION_INVALID` with line and column where the text is not well formed
 */
export function parseManifestText(text: string, path: string): unknown {
  if (text.length > maximumLength) {
    throw malformed(path, `at most ${maximumLength} characters`, `${text.length}`);
  }
  return /^\.ya?ml$/i.test(extname(path)) ? parseYaml(text, path) : parseJson(text, path);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const got = error instanceof Error ? error.message : 'something else';
    throw malformed(path, 'JSON', got, error);
  }
}

function parseYaml(text: string, path: string): unknown {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      // 'silent' would also pass over a second document.
      logLevel: 'error',
    });
    // A tag that the core schema does not know is only a warning to the parser, but its value is not what was meant.
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) {
      const { line, col } = lines.linePos(problem.pos[0]);
      const where = `${path}, line ${line}, column ${col}`;
      throw malformed(where, 'YAML', firstLine(problem.message), problem);
    }
    if (!isMap(document.contents)) throw malformed(path, 'fields by name', 'something else');
    return document.toJS({ maxAliasCount: maximumAliases });
  } catch (error) {
    if (error instanceof MsanetError) throw error;
    // The parser recurses, and refuses to expand aliases without bound.
    const got =
      error instanceof RangeError
        ? 'lists or fields nested too deeply'
        : `more than ${maximumAliases} values by alias, or an alias of nothing`;
    throw malformed(path, 'YAML of bounded size', got, error);
  }
}

function firstLine(message: string): string {
  return message.split('\n')[0].replace(/[\s.:;]+$/, '');
}

function malformed(where: string, expected: string, got: string, cause?: unknown): MsanetError {
  return new MsanetError({
    code: 'OPTION_INVALID',
    where,
    expected,
    got,
    remedy: 'correct the manifest; msanet doctor --model proposes one',
    cause,
  });
}
