import type { MetricName } from 'opentelemetry-instrumentation-tcp-connections/config';
import { TCP_STATES } from 'opentelemetry-instrumentation-tcp-connections/procfs';
import * as z from 'zod';
import { SEVERITIES } from '../alerts/alert.js';
import { type AlertSettings, DEFAULT_ALERTS, type OwnMetric, type OwnRule } from '../alerts/settings.js';
import { formatDuration } from './duration.js';
import { durationField } from './duration-field.js';

/** What is judged, and how soon it is told again. */
export interface AlertsConfig {
  readonly rules: AlertSettings;
  /** For so long the same alert is not told a second time. */
  readonly cooldownMillis: number;
}

const DAY_MILLIS = 86_400_000;
const DEFAULT_COOLDOWN_MILLIS = 30 * 60_000;

const LONG_FORM = 'must be a duration with its unit, from 0s to 1d, such as 5m';

const duration = durationField(0, DAY_MILLIS, LONG_FORM, { examples: ['5m'] });

/** `150%`, as 1.5. */
function percentage(least: number, most: number, example: string) {
  const form = `must be a percentage from ${least}% to ${most}%, such as ${example}`;
  const isIn = (text: string) => Number.parseFloat(text) >= least && Number.parseFloat(text) <= most;
  return z
    .string({
      error: ({ input }) => {
        if (typeof input !== 'number') return form;
        // 1.5 is meant as a share where it can't be per cent.
        const meant = [input / 100, input].map(percentText).find(isIn);
        return meant === undefined ? form : `${form}; did you mean ${meant}?`;
      },
    })
    .refine((text) => /^\d+(?:\.\d+)?%$/.test(text) && isIn(text), { message: form, abort: true })
    .meta({ pattern: '^\\d+(\\.\\d+)?%$', examples: [example] })
    .transform((text) => Number.parseFloat(text) / 100);
}

function number(least: number, most: number, example: number) {
  const form = `must be a number from ${least} to ${most}, such as ${example}`;
  return z
    .number(form)
    .min(least, form)
    .max(most, form)
    .meta({ examples: [example] });
}

interface Shares {
  readonly warning?: number | undefined;
  readonly critical?: number | undefined;
}

/** Refuses a warning that is not under critical, where one may be the usual. */
function ordered(usual: Required<Shares>) {
  return ({ warning, critical }: Shares, context: z.RefinementCtx): void => {
    const [lower, upper] = [warning ?? usual.warning, critical ?? usual.critical] as [number, number];
    if (lower < upper) return;
    const [key, message] =
      warning === undefined
        ? ['critical', `must be over warning, which is ${percentText(lower)}`]
        : ['warning', `must be under critical, which is ${percentText(upper)}`];
    context.addIssue({ code: 'custom', path: [key], message });
  };
}

function percentText(share: number): string {
  return `${Number((100 * share).toFixed(6))}%`;
}

/** YAML has no other word than `false` for what is off. */
function offOrKeys({ input }: { readonly input?: unknown }): string {
  const form = 'must be false, or hold keys of this rule';
  if (input === true) return `${form}; it is on where it is absent`;
  return /^(?:off|no|none|disabled?)$/i.test(String(input)) ? `${form}; did you mean false?` : form;
}

/** A rule's own keys, or false where it is off. */
function ruleOf<Shape extends z.ZodRawShape>(description: string, shape: Shape) {
  return z
    .union([z.literal(false), z.strictObject({ ...shape, for: duration.optional() })], { error: offOrKeys })
    .optional()
    .meta({ description });
}

const NORMAL = DEFAULT_ALERTS['above-normal-peak'] as NonNullable<AlertSettings['above-normal-peak']>;
const PORTS = DEFAULT_ALERTS['ports-running-out'] as NonNullable<AlertSettings['ports-running-out']>;

const aboveNormalPeak = z
  .union(
    [
      z.literal(false),
      z
        .strictObject({
          warning: percentage(101, 1000, '150%').optional(),
          critical: percentage(101, 1000, '200%').optional(),
          fixed: number(1, 10_000_000, 5000).optional(),
          for: duration.optional(),
        })
        .superRefine(ordered(NORMAL)),
    ],
    { error: offOrKeys },
  )
  .optional()
  .meta({
    description:
      'More connections than so much of the normal peak; "fixed" counts until a normal peak is known, after three days.',
  });

const portsRunningOut = z
  .union(
    [
      z.literal(false),
      z
        .strictObject({
          warning: percentage(1, 100, '80%').optional(),
          critical: percentage(1, 100, '95%').optional(),
          for: duration.optional(),
        })
        .superRefine(ordered(PORTS)),
    ],
    { error: offOrKeys },
  )
  .optional()
  .meta({ description: 'The ephemeral ports taken, where metrics lists tcp_port_utilization.' });

const STATES: readonly string[] = TCP_STATES;
const NAME_FORM = 'must be letters, digits and hyphens, such as many-time-wait, and begin with a letter';

const ownRule = z
  .strictObject({
    name: z.string(NAME_FORM).regex(/^[A-Za-z][A-Za-z0-9-]{0,62}$/, NAME_FORM),
    metric: z.enum(
      ['system.network.connection.count', 'scout.tcp.port.connections', 'scout.tcp.port.utilization'],
      'must be system.network.connection.count (with a state), scout.tcp.port.connections (with a port) or scout.tcp.port.utilization',
    ),
    state: z.enum(TCP_STATES, `must be one of ${STATES.join(', ')}`).optional(),
    port: number(1, 65_535, 443).int('must be a whole number from 1 to 65535').optional(),
    above: number(0, 1e12, 5000),
    for: duration.optional(),
    severity: z.enum(SEVERITIES, `must be one of ${SEVERITIES.join(', ')}`).optional(),
  })
  .superRefine(({ name, metric, state, port, above }, context) => {
    const add = (key: string, message: string, hint?: string) =>
      context.addIssue({ code: 'custom', path: [key], message, params: { hint } });
    if (metric === 'scout.tcp.port.utilization' && above > 1)
      add('above', 'must be a share from 0 to 1', above <= 100 ? String(above / 100) : undefined);
    if (name in DEFAULT_ALERTS) add('name', 'is the name of a rule that is there already');
    const wanted: Readonly<Record<OwnMetric, 'state' | 'port' | undefined>> = {
      'system.network.connection.count': 'state',
      'scout.tcp.port.connections': 'port',
      'scout.tcp.port.utilization': undefined,
    };
    const key = wanted[metric];
    const given = { state, port };
    if (key !== undefined && given[key] === undefined) add('metric', `needs ${key} beside it`);
    for (const other of ['state', 'port'] as const) {
      if (other !== key && given[other] !== undefined) add(other, `is not told apart by ${metric}`);
    }
  });

/** The section `alerts` of agent.env.yml. */
export const alertsSection = z
  .union(
    [
      z.literal(false),
      z.strictObject({
        mode: z
          .enum(['normal_peak', 'rate_of_change'], 'must be normal_peak or rate_of_change')
          .optional()
          .meta({
            description:
              'What connections are judged by: what is normal for this host, or how fast they rise alone, for traffic without a pattern.',
            default: 'normal_peak',
          }),
        floor: number(0, 10_000_000, 100).optional().meta({
          description: 'Fewer connections are never too many.',
          default: DEFAULT_ALERTS.floor,
        }),
        cooldown: duration.optional().meta({
          description: 'For so long the same alert is not told a second time.',
          default: formatDuration(DEFAULT_COOLDOWN_MILLIS),
        }),
        'above-normal-peak': aboveNormalPeak,
        'rising-fast': ruleOf('Connections that rise within minutes.', {
          rise: percentage(1, 10_000, '100%').optional(),
          least: number(1, 10_000_000, 100).optional(),
        }),
        'leak-fast': ruleOf('Connections that stay, more every hour.', {
          share: percentage(1, 1000, '15%').optional(),
        }),
        'leak-slow': ruleOf('Connections that stay, more every day.', {
          lowest: percentage(101, 1000, '110%').optional(),
          median: percentage(101, 1000, '120%').optional(),
        }),
        'half-closed': ruleOf('Connections that the application has not closed.', {
          above: number(1, 10_000_000, 100).optional(),
          share: percentage(1, 10_000, '20%').optional(),
        }),
        'ports-running-out': portsRunningOut,
        flood: ruleOf('Connections and received bytes far above the normal, or full queues.', {
          share: percentage(101, 10_000, '200%').optional(),
          events: number(1, 10_000_000, 10).optional(),
        }),
        'idle-connections': ruleOf('Many connections that transfer little.', {
          share: percentage(101, 1000, '150%').optional(),
        }),
        'heavy-transfer': ruleOf('Much more sent than normal, with normal connections.', {
          share: percentage(101, 10_000, '150%').optional(),
        }),
        blind: ruleOf('No successful scan.', {}),
        rules: z
          .array(ownRule, 'must be a list of rules')
          .max(50, 'has too many entries; at most 50 are allowed')
          .superRefine((rules, context) => {
            for (const [index, { name }] of rules.entries()) {
              if (rules.findIndex((rule) => rule.name === name) < index)
                context.addIssue({ code: 'custom', path: [index, 'name'], message: 'is listed twice' });
            }
          })
          .optional()
          .meta({ description: 'Thresholds of your own.' }),
      }),
    ],
    'must be false, or hold keys such as above-normal-peak',
  )
  .meta({ description: 'What is told when the connections leave the normal; false for nothing.' });

type Section = z.infer<typeof alertsSection>;

/** @returns `undefined` where alerts are off */
export function alertsConfig(
  section: Section | undefined,
  metrics: readonly MetricName[],
): AlertsConfig | undefined {
  if (section === false) return undefined;
  const { mode, floor, cooldown, rules: own, ...given } = section ?? {};
  // Counting each destination costs what the other rules do not: it is judged where it is listed.
  if (!metrics.includes('tcp_port_utilization')) given['ports-running-out'] = false;
  return {
    cooldownMillis: cooldown ?? DEFAULT_COOLDOWN_MILLIS,
    rules: {
      mode: mode ?? DEFAULT_ALERTS.mode,
      floor: floor ?? DEFAULT_ALERTS.floor,
      ...ruleSettings(given),
      own: (own ?? []).map(
        ({ name, metric, state, port, above, severity, for: forMillis }): OwnRule => ({
          name,
          severity: severity ?? 'warning',
          metric,
          of: state ?? (port === undefined ? undefined : String(port)),
          above,
          forMillis: forMillis ?? 0,
        }),
      ),
    },
  };
}

/** Each rule's defaults, with what the file says over them. */
function ruleSettings(given: Readonly<Record<string, object | false | undefined>>) {
  const { mode: _, floor: __, own: ___, ...defaults } = DEFAULT_ALERTS;
  const settings = Object.entries(defaults).map(([name, usual]) => {
    const said = given[name];
    if (said === false) return [name, undefined];
    const { for: forMillis, ...keys } = (said ?? {}) as { for?: number };
    return [name, { ...usual, ...keys, ...(forMillis === undefined ? {} : { forMillis }) }];
  });
  return Object.fromEntries(settings) as typeof defaults;
}

const SHARES = ['warning', 'critical', 'rise', 'share', 'lowest', 'median'];

/** Every value in force, as the file would say it. */
export function alertValues(
  alerts: AlertsConfig | undefined,
): [path: (string | number)[], value: string | number | boolean][] {
  if (alerts === undefined) return [[['alerts'], false]];
  const { mode, floor, own, ...rules } = alerts.rules;
  return [
    [['alerts', 'mode'], mode],
    [['alerts', 'floor'], floor],
    [['alerts', 'cooldown'], formatDuration(alerts.cooldownMillis)],
    ...Object.entries(rules).flatMap(([name, rule]) => ruleValues(name, rule)),
    ...own.flatMap(({ name, metric, of, above, forMillis, severity }, index) =>
      Object.entries({
        name,
        metric,
        ...(of === undefined ? {} : { [/^\d+$/.test(of) ? 'port' : 'state']: of }),
        above,
        for: formatDuration(forMillis),
        severity,
      }).map(([key, value]): [(string | number)[], string | number] => [
        ['alerts', 'rules', index, key],
        value,
      ]),
    ),
  ];
}

function ruleValues(
  name: string,
  rule: object | undefined,
): [path: (string | number)[], value: string | number | boolean][] {
  if (rule === undefined) return [[['alerts', name], false]];
  return Object.entries(rule)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]: [string, number]) => {
      if (key === 'forMillis') return [['alerts', name, 'for'], formatDuration(value)];
      return [['alerts', name, key], SHARES.includes(key) ? `${Math.round(value * 1000) / 10}%` : value];
    });
}
