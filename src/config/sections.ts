import * as z from 'zod';
import { INTERFACE_FORM, isInterfacePattern, MAX_INTERFACES } from '../interfaces.js';
import { METRIC_NAMES } from '../metrics/names.js';
import { MAX_PORTS } from '../options.js';
import { isProcPath, normalizeProcPath, PROC_FORM } from './proc.js';

const LIST_FORM = 'write\n  metrics:\n    - tcp_connections';

/** Empty entries are another mistake, and told already. */
function refuseRepetitions(entries: readonly unknown[], context: z.RefinementCtx): void {
  for (const [index, entry] of entries.entries()) {
    if (entry !== null && entry !== '' && entries.indexOf(entry) < index) {
      context.addIssue({ code: 'custom', path: [index], message: 'is listed twice; remove one of them' });
    }
  }
}

const metrics = z
  .array(z.enum(METRIC_NAMES), `must be a list of names; ${LIST_FORM}`)
  .min(1, `is an empty list; ${LIST_FORM}`)
  // A list with a misspelt name is searched for repetitions all the same: every mistake is told at once.
  .superRefine(refuseRepetitions, { when: ({ value }) => Array.isArray(value) })
  .meta({
    description: 'What is counted and exported.',
    default: ['tcp_connections'],
    uniqueItems: true,
  });

const proc = z
  .string(PROC_FORM)
  .refine(isProcPath, PROC_FORM)
  .meta({
    description:
      'Where the proc file system is mounted; HOST_PROC where absent. In a container that counts its host, /host/proc or the like.',
    default: '/proc',
    examples: ['/host/proc'],
    pattern: '^/',
  })
  .transform(normalizeProcPath);

const PORT_FORM = 'must be a whole number from 1 to 65535';

const ports = z
  .array(
    z.number(PORT_FORM).int(PORT_FORM).min(1, PORT_FORM).max(65_535, PORT_FORM),
    'must be a list of port numbers such as [443, 5432]',
  )
  .max(MAX_PORTS, `has too many entries; at most ${MAX_PORTS} are allowed`)
  .superRefine(refuseRepetitions, { when: ({ value }) => Array.isArray(value) })
  .meta({
    description:
      'Local ports whose established connections are counted apart, as scout.tcp.port.connections.',
    examples: [[443, 5432]],
    uniqueItems: true,
  });

const loopback = z.boolean('must be true or false').meta({
  description:
    'Whether connections of this host with itself count; each has two ends here and counts twice. False leaves 127.0.0.0/8 and ::1 out.',
  default: true,
});

const namespaces = z.enum(['own', 'all'], 'must be own or all').meta({
  description:
    'Which network namespaces are counted: own, or all of the host that have a process in them, told apart by the attribute scout.network.namespace.',
  default: 'own',
});

const process = z.boolean('must be true or false').meta({
  description:
    "Whether the reading process's own sockets are counted as well, as process.network.connection.count; for an application.",
  default: false,
});

const interfacePatterns = (description: string) =>
  z
    .array(
      z.string(INTERFACE_FORM).refine(isInterfacePattern, INTERFACE_FORM).meta({ pattern: '^[^\\s/:]+$' }),
      'must be a list of names such as [eth0, "veth*"]',
    )
    .max(MAX_INTERFACES, `has too many entries; at most ${MAX_INTERFACES} are allowed`)
    .superRefine(refuseRepetitions, { when: ({ value }) => Array.isArray(value) })
    .meta({ description, uniqueItems: true });

const interfaces = z
  .strictObject({
    include: interfacePatterns('Those to observe in place of the physical ones; * stands for any text.')
      .min(1, 'is an empty list; name some such as [eth0, "veth*"], or remove it for the physical ones')
      .optional(),
    exclude: interfacePatterns('Those to leave out; * stands for any text.').optional(),
  })
  .meta({
    description:
      'Network interfaces that net_rx_bytes, net_tx_bytes and net_errors observe; the physical ones where absent.',
    examples: [{ exclude: ['docker0'] }, { include: ['eth0', 'veth*'] }],
  })
  .transform(({ include = [], exclude = [] }) => ({ include, exclude }));

/** The sections of agent.env.yml that the plugin reads. */
export const pluginSections = {
  metrics: metrics.optional(),
  ports: ports.optional(),
  loopback: loopback.optional(),
  namespaces: namespaces.optional(),
  process: process.optional(),
  interfaces: interfaces.optional(),
  proc: proc.optional(),
};

/** The sections that only the agent reads; an application knows their names and does not judge them. */
const agentSections = {
  interval: z.unknown().optional(),
  resource: z.unknown().optional(),
  otlp: z.unknown().optional(),
  history: z.unknown().optional(),
  dashboard: z.unknown().optional(),
  alerts: z.unknown().optional(),
  notify: z.unknown().optional(),
};

export const AGENT_SECTIONS = Object.keys(agentSections);

/** The whole file as an application reads it. */
export const pluginSchema = z.strictObject({ ...pluginSections, ...agentSections });
