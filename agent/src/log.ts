import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';

/** The name that the agent's own messages carry. */
const AGENT = 'scout-agent';
const OWN_NAMES = new Set([AGENT, 'opentelemetry-instrumentation-tcp-connections']);

const LEVELS = new Map([
  ['none', DiagLogLevel.NONE],
  ['error', DiagLogLevel.ERROR],
  ['warn', DiagLogLevel.WARN],
  ['info', DiagLogLevel.INFO],
  ['debug', DiagLogLevel.DEBUG],
  ['verbose', DiagLogLevel.VERBOSE],
  ['all', DiagLogLevel.ALL],
]);

/** The agent's own log: OpenTelemetry's `diag` under the agent's name. */
export const log: DiagLogger = diag.createComponentLogger({ namespace: AGENT });

/**
 * Sends `diag` to standard error, a line a message, time in UTC.
 *
 * OTEL_LOG_LEVEL sets the level for everybody. Where it is not set, the agent speaks from `info` on and the libraries
 * from `warn` on: the OTLP exporter tells of every retry at `info`.
 */
export function logToStderr(env: NodeJS.ProcessEnv = process.env): void {
  const given = env.OTEL_LOG_LEVEL?.trim() ?? '';
  const asked = LEVELS.get(given.toLowerCase());
  let lastOfLibraries: string | undefined;
  const write =
    (level: string, librariesToo: boolean) =>
    (first: string, ...rest: unknown[]) => {
      const words = first === AGENT ? rest : [first, ...rest];
      const message = words
        .map(text)
        .join(' ')
        .replace(/\s*[\r\n]\s*/g, ' ');
      if (!OWN_NAMES.has(first) && asked === undefined) {
        // The exporter complains about the same answer at every export.
        if (!librariesToo || message === lastOfLibraries) return;
        lastOfLibraries = message;
      }
      process.stderr.write(printable(`${new Date().toISOString()} ${level.padEnd(5)} ${message}\n`));
    };
  diag.setLogger(
    {
      error: write('error', true),
      warn: write('warn', true),
      info: write('info', false),
      debug: write('debug', false),
      verbose: write('trace', false),
    },
    { logLevel: asked ?? DiagLogLevel.INFO, suppressOverrideMessage: true },
  );
  if (given !== '' && asked === undefined) {
    log.warn(
      `OTEL_LOG_LEVEL=${given} is no log level and is ignored; allowed: ${[...LEVELS.keys()].join(', ')}`,
    );
  }
}

/**
 * Controls, separators of lines and marks of direction (Unicode's Cc, Zl, Zp and Bidi_Control), which would move the
 * cursor, forge a line or turn words round on a terminal.
 */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** Text whose only control is the end of a line; others, which a file or a Collector may have sent, as `\u001b`. */
export function printable(text: string): string {
  return text.replace(INVISIBLE, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function text(word: unknown): string {
  if (typeof word === 'string') return word;
  if (word instanceof Error) return word.message;
  // The body of an answer.
  if (word instanceof Uint8Array) return Buffer.from(word).toString('utf8', 0, 200);
  return JSON.stringify(word);
}
