// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
import { pluginSections } from 'opentelemetry-instrumentation-tcp-connections/config';
import * as z from 'zod';
import { alertsSection } from './alerts.js';
import { DEFAULT_LISTEN, isLoopback, NOWHERE, parseListen } from './dashboard.js';
import { formatDuration } from './duration.js';
import { durationField } from './duration-field.js';
import { ENDPOINT_FORM, endpointProblem } from './endpoint.js';
import { HEADER_NAME, HEADER_VALUE, HEADER_VALUE_FORM, OWN_HEADER } from './headers.js';
import { notifySection } from './notify.js';

export const MIN_INTERVAL_MILLIS = 1000;
export const MAX_INTERVAL_MILLIS = 3_600_000;

const DAY_MILLIS = 86_400_000;
const MIN_RETENTION_MILLIS = DAY_MILLIS;
const MAX_RETENTION_MILLIS = 730 * DAY_MILLIS;

const INTERVAL_FORM = 'must be a duration with its unit, from 1s to 1h, such as 10s or 1m';

/** A bare number is in seconds where that is in range, else in milliseconds as OpenTelemetry's variable has it. */
function unitMissing(bare: number): string {
  const meant = [bare * 1000, bare].find(
    (millis) => millis >= MIN_INTERVAL_MILLIS && millis <= MAX_INTERVAL_MILLIS,
  );
  const hint = meant === undefined ? '' : `; did you mean ${formatDuration(meant)}?`;
  return `needs a unit, ms, s, m or h, and to be from 1s to 1h${hint}`;
}

const interval = durationField(
  MIN_INTERVAL_MILLIS,
  MAX_INTERVAL_MILLIS,
  INTERVAL_FORM,
  {
    description:
      'Time from one collection to the next, from 1s to 1h; OTEL_METRIC_EXPORT_INTERVAL where absent, else 10s.',
    default: '10s',
    examples: ['10s', '1m'],
  },
  unitMissing,
);

const resource = z
  .record(
    z
      .string()
      .regex(
        /^[^\s${}]+$/,
        'is not a valid attribute name: it must not be empty and holds no space, $, { or }',
      ),
    z.union([z.string(), z.number(), z.boolean()], 'must be text, a number, true or false'),
  )
  .meta({
    description: 'Attributes of the resource, beside those that the agent finds itself.',
    examples: [{ 'deployment.environment.name': 'production' }],
  });

const endpoint = z
  .string(ENDPOINT_FORM)
  .superRefine((text, context) => {
    const problem = endpointProblem(text);
    if (problem === undefined) return;
    context.addIssue({ code: 'custom', message: problem.message, params: { hint: problem.hint } });
  })
  .meta({
    description:
      'Where OTLP over HTTP is received, without /v1/metrics; OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_METRICS_ENDPOINT where absent.',
    default: 'http://localhost:4318',
    examples: ['https://collector.example.net:4318'],
    pattern: '^https?://',
  });

const headers = z
  .record(
    z
      .string()
      .regex(HEADER_NAME, 'is not the name of an HTTP header')
      .refine((name) => !OWN_HEADER.test(name), 'is a header that the agent sets itself'),
    z.string('must be text; put the value in quotes').regex(HEADER_VALUE, HEADER_VALUE_FORM),
  )
  .meta({
    description:
      'HTTP headers of every request, beside those in OTEL_EXPORTER_OTLP_HEADERS. Keep secrets in ${env:NAME} or ${file:PATH}.',
    examples: [{ authorization: 'Bearer ${env:OTLP_TOKEN}' }],
  });

const otlp = z
  .strictObject({ endpoint: endpoint.optional(), headers: headers.optional() })
  .meta({ description: 'Where the metrics go, as OTLP over HTTP.' });

const RETENTION_FORM = 'must be a duration with its unit, from 1d to 730d, such as 30d';

const retention = durationField(MIN_RETENTION_MILLIS, MAX_RETENTION_MILLIS, RETENTION_FORM, {
  description:
    'How long the history is kept, from 1d to 730d: every reading for up to 8 days, each minute for up to 35, each hour for all of it.',
  default: '30d',
  examples: ['30d', '365d'],
});

const directory = z
  .string('must be an absolute path such as /var/lib/scout-agent')
  .regex(/^\/[^\0]*$/, 'must be an absolute path such as /var/lib/scout-agent')
  .meta({
    description:
      'Where the history is kept; $STATE_DIRECTORY where absent, else scout-agent in $XDG_STATE_HOME or ~/.local/state.',
    examples: ['/var/lib/scout-agent'],
  });

const history = z
  .strictObject({ directory: directory.optional(), retention: retention.optional() })
  .meta({ description: 'What the agent keeps of the past, on this host.' });

const LISTEN_FORM = `must be an address and a port such as ${DEFAULT_LISTEN} or [::1]:4380, or ${NOWHERE}`;

const listen = z
  .string(LISTEN_FORM)
  .superRefine((text, context) => {
    if (text === NOWHERE || parseListen(text) !== undefined) return;
    const port = /^:?(\d{1,5})$/.exec(text)?.[1];
    const params = port === undefined ? {} : { hint: `127.0.0.1:${port}` };
    context.addIssue({ code: 'custom', message: LISTEN_FORM, params });
  })
  .meta({
    description: `Where the dashboard listens; another address than loopback wants a token; ${NOWHERE} for nowhere.`,
    default: DEFAULT_LISTEN,
    examples: [DEFAULT_LISTEN, '0.0.0.0:4380', NOWHERE],
  });

const TOKEN_FORM =
  'must be 16 characters of ASCII or more, without spaces: openssl rand -hex 16 makes such a one';

const token = z
  .string(TOKEN_FORM)
  .regex(/^[!-~]{16,}$/, TOKEN_FORM)
  .meta({
    description: 'What a visitor of the dashboard has to know. Keep it in ${env:NAME} or ${file:PATH}.',
    examples: ['${file:dashboard-token}'],
  });

const URL_FORM =
  'must be a URL that begins with http:// or https://, without user, query and fragment, such as https://scout.example.net/web-3';

/** Its path is that of a cookie and of links, so it holds nothing that a URL's parser or a cookie's would change. */
const URL_PATTERN = /^https?:\/\/[^\s/?#@\\]+(\/(?!\.{1,2}(\/|$))[\w.~-]+)*\/?$/;

const url = z
  .string(URL_FORM)
  .refine((text) => URL_PATTERN.test(text) && URL.canParse(text), URL_FORM)
  .meta({
    description: 'How readers reach the dashboard through a proxy that stands before it.',
    examples: ['https://scout.example.net/'],
    pattern: URL_PATTERN.source,
  });

const dashboard = z
  .strictObject({ listen: listen.optional(), token: token.optional(), url: url.optional() })
  .superRefine(({ listen, token }, context) => {
    const address = parseListen(listen ?? DEFAULT_LISTEN);
    if (address === undefined || isLoopback(address.host) || token !== undefined) return;
    const message = `would show this host's connections to whoever reaches ${address.host}: it needs dashboard.token beside it, or an address of loopback such as ${DEFAULT_LISTEN}`;
    context.addIssue({ code: 'custom', path: ['listen'], message });
  })
  .meta({ description: 'The page with the graph, and what it is made from as JSON.' });

const sections = z.strictObject({
  metrics: pluginSections.metrics,
  ports: pluginSections.ports,
  loopback: pluginSections.loopback,
  namespaces: pluginSections.namespaces,
  process: pluginSections.process,
  interfaces: pluginSections.interfaces,
  interval: interval.optional(),
  proc: pluginSections.proc,
  resource: resource.optional(),
  otlp: otlp.optional(),
  history: history.optional(),
  dashboard: dashboard.optional(),
  alerts: alertsSection.optional(),
  notify: notifySection.optional(),
});

/** The whole of agent.env.yml. A key is accepted from the commit that honours it. */
export const agentSchema = sections.superRefine(({ metrics, ports, alerts }, context) => {
  const running = alerts === false ? undefined : alerts?.['ports-running-out'];
  if (running && !metrics?.includes('tcp_port_utilization'))
    context.addIssue({
      code: 'custom',
      path: ['alerts', 'ports-running-out'],
      message: 'needs tcp_port_utilization under metrics',
    });
  const own = alerts === false ? [] : (alerts?.rules ?? []);
  for (const [index, { metric, port }] of own.entries()) {
    const path = ['alerts', 'rules', index];
    if (metric === 'scout.tcp.port.connections' && port !== undefined && !ports?.includes(port))
      context.addIssue({
        code: 'custom',
        path: [...path, 'port'],
        message: 'must be listed under ports too',
      });
    if (metric === 'scout.tcp.port.utilization' && !metrics?.includes('tcp_port_utilization'))
      context.addIssue({
        code: 'custom',
        path: [...path, 'metric'],
        message: 'needs tcp_port_utilization under metrics',
      });
  }
});
