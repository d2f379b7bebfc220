import { readFile } from 'node:fs/promises';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/alerts/hours.js';
import { GROUPS, prometheusRules } from '../../src/alerts/prometheus/rule-file.js';
import { rulesOf } from '../../src/alerts/rules/index.js';
import { type AlertSettings, DEFAULT_ALERTS } from '../../src/alerts/settings.js';

interface FileRule {
  alert?: string;
  labels?: Record<string, string>;
  annotations?: { runbook_url?: string };
}

interface RuleFile {
  groups: { name: string; interval: string; rules: FileRule[] }[];
}

test('deploy/prometheus/scout-tcp.rules.yml is current; `npm run rules` writes it', async () => {
  const file = new URL('../../../deploy/prometheus/scout-tcp.rules.yml', import.meta.url);
  expect(await readFile(file, 'utf8')).toBe(prometheusRules(DEFAULT_ALERTS, 10 * SECOND));
});

test('every rule that is on is in the file, and none that is off', () => {
  const own = {
    name: 'many-on-443',
    severity: 'info',
    metric: 'scout.tcp.port.connections',
    of: '443',
    above: 500,
    forMillis: MINUTE,
  } as const;
  const settings: AlertSettings = { ...DEFAULT_ALERTS, flood: undefined, own: [own] };
  const file = load(prometheusRules(settings, 30 * SECOND)) as RuleFile;
  expect(file.groups.map(({ name }) => name)).toEqual(GROUPS);
  expect(file.groups.map(({ interval }) => interval)).toEqual(['30s', '2m', '1m']);
  const alerts = file.groups[0]?.rules.filter(({ alert }) => alert !== undefined) ?? [];
  expect(alerts.map(({ labels }) => `${labels?.rule} ${labels?.severity}`)).toEqual(
    rulesOf(settings, 30 * SECOND).map(({ name, severity }) => `${name} ${severity}`),
  );
  expect(alerts.map(({ alert }) => alert)).toContain('TcpManyOn443');
  expect(alerts.map(({ alert }) => alert)).not.toContain('TcpFlood');
});

test('where a dashboard is reached, runbook_url leads to the page that it serves', () => {
  const runbooks = (dashboard?: string) => {
    const file = load(prometheusRules(DEFAULT_ALERTS, 10 * SECOND, dashboard)) as RuleFile;
    return file.groups[0]?.rules.flatMap(({ annotations }) => annotations?.runbook_url ?? []);
  };
  expect(runbooks()).toContain('docs/alerts/flood.md');
  expect(runbooks('https://scout.example.net/web-3')).toContain(
    'https://scout.example.net/web-3/runbook-flood.html',
  );
});
