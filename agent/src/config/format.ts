import { dump } from 'js-yaml';
import { DEFAULT_CONFIG_PATH } from 'opentelemetry-instrumentation-tcp-connections/config';
import type { AgentConfig } from './load.js';
import type { Setting } from './settings.js';

/**
 * Writes the configuration in force as YAML, in the form of agent.env.yml, with each value's origin behind it.
 * Secrets are redacted, so the text can be shown and logged; it is not meant to be loaded again.
 */
export function formatConfig({ file, otlp, settings }: AgentConfig): string {
  const lines = [
    `# ${file ?? `no file at ${DEFAULT_CONFIG_PATH}: built-in defaults`}`,
    ...linesOf(settings),
    ...(otlp === undefined ? ['# nothing is sent over OTLP: OTEL_METRICS_EXPORTER=none'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** The section of the alerts alone. */
export function formatAlerts({ settings }: AgentConfig): string {
  return `${linesOf(settings.filter(({ path }) => path[0] === 'alerts')).join('\n')}\n`;
}

function linesOf(settings: readonly Setting[]): string[] {
  const lines: string[] = [];
  let open: readonly (string | number)[] = [];
  for (const { path, value, origin } of settings) {
    const parents = path.slice(0, -1);
    // What differs from the path before; below a parent that differs, all.
    const from = parents.findIndex((key, depth) => key !== open[depth]);
    let dash = '';
    for (const [depth, key] of from === -1 ? [] : [...parents.entries()].slice(from)) {
      // An entry of a list has no line of its own: a dash leads its first key.
      if (typeof key === 'number') dash = '- ';
      else lines.push(`${'  '.repeat(depth)}${scalar(key)}:`);
    }
    open = parents;
    const last = path.at(-1) as string | number;
    const label = typeof last === 'number' ? '-' : `${scalar(last)}:`;
    const indent = '  '.repeat(parents.length - (dash === '' ? 0 : 1));
    lines.push(`${indent}${dash}${label} ${scalar(value)}  # ${origin}`);
  }
  return lines;
}

/** On one line, since a comment follows. */
function scalar(value: string | number | boolean): string {
  const text = dump(value, { lineWidth: -1 }).trimEnd();
  return text.includes('\n') ? JSON.stringify(value) : text;
}
