import { type Value, valueInPromql } from '../expression.js';
import type { Rule } from '../rule.js';
import { runbookOf } from '../runbook.js';
import { DEFAULT_ALERTS } from '../settings.js';

/**
 * What a person reads first. Prometheus fills in what is seen and what is too much for that host.
 * @param dashboard how readers reach a dashboard, which serves the pages about rules
 */
export function annotations({ name, title, figure }: Rule, dashboard: string | undefined): object {
  const next =
    'Next, on the host: `scout-agent alerts` says how that came about, `scout-agent inspect` who is connected.';
  return {
    summary: `{{ $labels.host_name }}: ${title}`,
    description:
      figure === undefined
        ? 'Next, on the host: `scout-agent once` says what is wrong.'
        : `Seen: ${figureOf(figure.value, figure.unit)}, too much over ${figureOf(figure.threshold, figure.unit)}. ${next}`,
    // Own rules have no page.
    ...(name in DEFAULT_ALERTS
      ? { runbook_url: runbookOf(name, dashboard) ?? `docs/alerts/${name}.md` }
      : {}),
  };
}

/** A template that asks for a number of the alert's host. */
function figureOf(value: Value, unit: string): string {
  const shown = unit === '1' ? 'humanizePercentage' : unit === 'By/s' ? 'humanize' : 'printf "%.0f"';
  const of = { '1': '', 'By/s': 'B/s', '{connection}': ' connections' }[unit] ?? '';
  const asked =
    typeof value === 'number'
      ? `{{ ${value} | ${shown} }}`
      : `{{ with printf \`${valueInPromql(value)} and on (host_name) label_replace(vector(1), "host_name", %q, "", "")\` $labels.host_name | query }}{{ . | first | value | ${shown} }}{{ else }}unknown{{ end }}`;
  return `${asked}${of}`;
}
