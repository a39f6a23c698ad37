import { streamCheckpoint } from './checkpoint-bytes.js';
import { call, code, dictionary, global, list, text, tuple, uint } from './pickle-bytes.js';

/** The opcodes of a value that makes Python create a file while it loads it, and what is to be made of it instead. */
export interface MaliciousPickle {
  readonly opcodes: Buffer;
  /** The inert value as `describeInert` writes it, with the command or program as `…`. */
  readonly inert: string;
}

/**
 * Attacks by the way in which they make Python act. Each creates the file under `pickle.loads` of Python 3.11.
 *
 * @param marker path of the file
 */
export function maliciousPickles(marker: string): Record<string, MaliciousPickle> {
  const command = text(`touch ${marker}`);
  const program = text(`open(${JSON.stringify(marker)}, "w").close()`);
  const system = global('os', 'system');
  const lazyCall = tuple(system, list(command));
  const withSetState = dictionary([['__setstate__', system]]);
  const nested = streamCheckpoint(call(system, command));
  return {
    'REDUCE of os.system': { opcodes: call(system, command), inert: 'os.system(…)' },
    'REDUCE of posix.system': {
      opcodes: call(global('posix', 'system'), command),
      inert: 'posix.system(…)',
    },
    'REDUCE of builtins.eval': {
      opcodes: call(global('builtins', 'eval'), program),
      inert: 'builtins.eval(…)',
    },
    'REDUCE of builtins.exec': {
      opcodes: call(global('builtins', 'exec'), program),
      inert: 'builtins.exec(…)',
    },
    'REDUCE of subprocess.Popen': {
      opcodes: call(global('subprocess', 'Popen'), list(text('touch'), text(marker))),
      inert: 'subprocess.Popen([touch, …])',
    },
    'REDUCE of a name from STACK_GLOBAL': {
      opcodes: call(Buffer.concat([text('os'), text('system'), code('STACK_GLOBAL')]), command),
      inert: 'os.system(…)',
    },
    'REDUCE of a dotted name': {
      opcodes: call(
        Buffer.concat([text('shutil'), text('os.system'), code('STACK_GLOBAL')]),
        command,
      ),
      inert: 'shutil.os.system(…)',
    },
    'REDUCE of an attribute of a module': {
      opcodes: call(
        call(
          global('builtins', 'getattr'),
          call(global('builtins', '__import__'), text('os')),
          text('system'),
        ),
        command,
      ),
      inert: '<call>(builtins.getattr(builtins.__import__(os), system), (…))',
    },
    'REDUCE of a partial': {
      opcodes: call(call(global('functools', 'partial'), system), command),
      inert: '<call>(functools.partial(os.system), (…))',
    },
    'REDUCE of a nested checkpoint': {
      opcodes: call(
        global('torch.storage', '_load_from_bytes'),
        code('BINBYTES', Buffer.concat([uint(nested.length, 4), nested])),
      ),
      inert: `torch.storage._load_from_bytes(${nested.length} bytes)`,
    },
    INST: {
      opcodes: Buffer.concat([code('MARK'), command, code('INST', 'os\nsystem\n')]),
      inert: 'os.system(…)',
    },
    OBJ: {
      opcodes: Buffer.concat([code('MARK'), system, command, code('OBJ')]),
      inert: 'os.system(…)',
    },
    NEWOBJ: {
      opcodes: Buffer.concat([
        global('builtins', 'tuple'),
        ...[global('builtins', 'map'), lazyCall, code('NEWOBJ'), code('TUPLE1')],
        code('NEWOBJ'),
      ]),
      inert: 'builtins.tuple(builtins.map(os.system, […]))',
    },
    NEWOBJ_EX: {
      opcodes: Buffer.concat([
        global('builtins', 'tuple'),
        ...[global('builtins', 'map'), lazyCall, code('EMPTY_DICT'), code('NEWOBJ_EX')],
        ...[code('TUPLE1'), code('EMPTY_DICT'), code('NEWOBJ_EX')],
      ]),
      inert: 'builtins.tuple((builtins.map((os.system, […]), {})), {})',
    },
    'BUILD with __setstate__': {
      opcodes: Buffer.concat([
        call(call(global('builtins', 'type'), text('T'), tuple(), withSetState)),
        command,
        code('BUILD'),
      ]),
      inert: '<call>(builtins.type(T, (), {__setstate__: os.system}), ()) with …',
    },
  };
}
