// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
import * as z from 'zod';
import { SEVERITIES, type Severity } from '../alerts/alert.js';
import { isLoopback } from './dashboard.js';
import { DURATION_PATTERN, formatDuration, parseDuration } from './duration.js';
import { redactUrl } from './endpoint.js';
import type { FromEnvironment } from './from-environment.js';
import { HEADER_NAME, HEADER_VALUE, HEADER_VALUE_FORM, OWN_HEADER } from './headers.js';

/** Who is told, and how. */
export interface NotifyConfig {
  readonly slack: SlackConfig | undefined;
  readonly email: EmailConfig | undefined;
  readonly webhook: WebhookConfig | undefined;
  readonly heartbeat: HttpWay | undefined;
  /** Whether a message says from which network the connections come. */
  readonly addresses: 'shown' | 'hidden';
  /** How often what still fires is told again; `undefined` for never. */
  readonly repeatMillis: number | undefined;
  readonly quietHours: QuietHours | undefined;
}

interface Routed {
  readonly severities: readonly Severity[];
}
interface HttpWay {
  readonly url: string;
  /** The one before it, by the environment. */
  readonly proxy?: FromEnvironment<string> | undefined;
}
export interface SlackConfig extends Routed, HttpWay {}
export interface WebhookConfig extends Routed, HttpWay {
  /** `whsec_` and a key in base64. */
  readonly secret: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}
export interface EmailConfig extends Routed {
  readonly host: string;
  readonly port: number;
  readonly tls: 'starttls' | 'tls' | 'none';
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
}

/** Minutes of the day, in UTC; where `to` is not after `from` they go over midnight. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}

const HOUR_MILLIS = 3_600_000;
const DEFAULT_REPEAT_MILLIS = 4 * HOUR_MILLIS;
const DEFAULT_SEVERITIES: readonly Severity[] = ['warning', 'critical'];

const severities = z
  .array(z.enum(SEVERITIES), `must be a list of ${SEVERITIES.join(', ')}`)
  .min(1, `must name at least one of ${SEVERITIES.join(', ')}`)
  .optional()
  .meta({ description: 'Which alerts go this way.', default: [...DEFAULT_SEVERITIES] });

const URL_FORM = 'must be a URL that begins with https:// or http://, without user and password';

function isUrl(text: string): boolean {
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  // Node's client refuses a request for them.
  return username === '' && password === '';
}

function url(description: string, example: string) {
  return z
    .string(`${URL_FORM}, such as ${example}`)
    .refine(isUrl, `${URL_FORM}, such as ${example}`)
    .meta({ description, examples: [example], pattern: '^https?://' });
}

const slack = z
  .strictObject({
    url: url(
      "A Slack app's incoming webhook. Whoever knows it can post: keep it in ${env:NAME} or ${file:PATH}.",
      '${env:SLACK_WEBHOOK_URL}',
    ),
    severities,
  })
  .meta({ description: 'Messages in a Slack channel.' });

const SECRET_FORM =
  'must be whsec_ and 24 to 64 bytes in base64: echo whsec_$(openssl rand -base64 32) makes such a one';

function isSecret(text: string): boolean {
  const key = /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/.exec(text)?.[1];
  if (key === undefined) return false;
  const { length } = Buffer.from(key, 'base64');
  return length >= 24 && length <= 64;
}

const webhook = z
  .strictObject({
    url: url('Where the JSON is posted.', 'https://alerts.example.net/scout'),
    secret: z.string(SECRET_FORM).refine(isSecret, SECRET_FORM).optional().meta({
      description:
        'What requests are signed by, as Standard Webhooks has it. Keep it in ${env:NAME} or ${file:PATH}.',
    }),
    headers: z
      .record(
        z
          .string()
          .regex(HEADER_NAME, 'is not the name of an HTTP header')
          .refine(
            (name) => !OWN_HEADER.test(name) && !/^(?:webhook-|host$|user-agent$)/i.test(name),
            'is a header that the agent sets itself',
          ),
        z.string('must be text; put the value in quotes').regex(HEADER_VALUE, HEADER_VALUE_FORM),
      )
      .optional()
      .meta({ description: 'HTTP headers of every request.' }),
    severities,
  })
  .meta({ description: 'JSON to a URL of your own; docs/webhook.md.' });

const HOST_FORM = 'must be the name or the address of a mail server, such as smtp.example.net';
const PORT_FORM = 'must be a whole number from 1 to 65535';
const ADDRESS_FORM = 'must be a mail address such as ops@example.net or "Operations <ops@example.net>"';
const ADDRESS = /^(?:[^<>@"\p{Cc},;:\\[\]()]+ <([^<>]+)>|([^<>]+))$/u;
/** The usual part of RFC 5321's "Mailbox": no quotes, no comments, nothing that ends a header. */
const MAILBOX =
  /^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,251}[\p{L}\p{N}])?$/u;

const address = z.string(ADDRESS_FORM).refine((text) => {
  const match = ADDRESS.exec(text);
  return match !== null && MAILBOX.test(match[1] ?? match[2] ?? '');
}, ADDRESS_FORM);

const DEFAULT_PORTS = { starttls: 587, tls: 465, none: 25 } as const;

const email = z
  .strictObject({
    host: z
      .string(HOST_FORM)
      .regex(/^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?\.?$|^[\da-fA-F]*:[\da-fA-F:.]+$/, HOST_FORM)
      .meta({ description: 'The mail server.', examples: ['smtp.example.net'] }),
    port: z.number(PORT_FORM).int(PORT_FORM).min(1, PORT_FORM).max(65_535, PORT_FORM).optional().meta({
      description: '587 with starttls, 465 with tls, 25 with none, where absent.',
    }),
    tls: z.enum(['starttls', 'tls', 'none'], 'must be starttls, tls or none').optional().meta({
      description: 'How the connection is encrypted: after STARTTLS, from its first byte, or not at all.',
      default: 'starttls',
    }),
    user: z
      .string('must be text')
      .min(1, 'must not be empty')
      .optional()
      .meta({ description: 'Who logs in.' }),
    password: z.string('must be text; put it in quotes').min(1, 'must not be empty').optional().meta({
      description: 'Keep it in ${env:NAME} or ${file:PATH}.',
    }),
    from: address.meta({ description: 'Who sends.', examples: ['scout-agent@example.net'] }),
    to: z
      .array(address, 'must be a list of mail addresses')
      .min(1, 'must hold at least one mail address')
      .max(50, 'has too many entries; at most 50 are allowed')
      .meta({ description: 'Who is told.', examples: [['ops@example.net']] }),
    severities,
  })
  .superRefine(({ host, tls, user, password }, context) => {
    const add = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    if (user !== undefined && password === undefined) add('user', 'needs password beside it');
    if (password !== undefined && user === undefined) add('password', 'needs user beside it');
    if (password !== undefined && tls === 'none' && !isLoopback(host))
      add('tls', 'would send the password in clear; with a password it must be starttls or tls');
  })
  .meta({ description: 'Mails by SMTP.' });

const REPEAT_FORM = 'must be a duration with its unit, from 10m to 7d, such as 4h, or never';

const repeat = z
  .string(REPEAT_FORM)
  .refine((text) => {
    const millis = parseDuration(text) ?? 0;
    return text === 'never' || (millis >= 600_000 && millis <= 168 * HOUR_MILLIS);
  }, REPEAT_FORM)
  .meta({
    description: 'How often what still fires is told again.',
    default: formatDuration(DEFAULT_REPEAT_MILLIS),
    examples: ['4h', 'never'],
    pattern: `never|${DURATION_PATTERN.source}`,
  })
  .transform((text) => (text === 'never' ? undefined : Math.round(parseDuration(text) as number)));

const TIME_FORM = 'must be a time of the day in quotes and in UTC, such as "22:00"';

const timeOfDay = z
  .string(TIME_FORM)
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, TIME_FORM)
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

const quietHours = z
  .strictObject({
    from: timeOfDay.meta({ description: 'When they begin, in UTC.' }),
    to: timeOfDay.meta({ description: 'When they end, in UTC.' }),
  })
  .refine(({ from, to }) => from !== to, { message: 'must be another time than from', path: ['to'] })
  .meta({
    description: 'Hours of the day, in UTC, that hold back all below critical; one summary follows.',
    examples: [{ from: '22:00', to: '07:00' }],
  });

/** The section `notify` of agent.env.yml. */
export const notifySection = z
  .strictObject({
    slack: slack.optional(),
    email: email.optional(),
    webhook: webhook.optional(),
    heartbeat: z
      .strictObject({
        url: url(
          'Called after each cycle that counted, so that its silence tells of a dead host.',
          'https://hc.example.net/ping/web-3',
        ),
      })
      .meta({ description: 'Tells another service that this host lives.' })
      .optional(),
    addresses: z.enum(['shown', 'hidden'], 'must be shown or hidden').optional().meta({
      description: 'Whether a message says from which network the connections come.',
      default: 'shown',
    }),
    repeat: repeat.optional(),
    quiet_hours: quietHours.optional(),
  })
  .meta({ description: 'Who is told of alerts.' });

type Section = z.infer<typeof notifySection>;

/**
 * @param proxyOf what leads to a URL
 * @returns `undefined` where the file says nothing of it
 */
export function notifyConfig(
  section: Section | undefined,
  proxyOf: (url: string) => FromEnvironment<string> | undefined,
): NotifyConfig | undefined {
  if (section === undefined) return undefined;
  const { slack, email, webhook, heartbeat, addresses, quiet_hours } = section;
  const way = ({ url }: { url: string }): HttpWay => ({ url, proxy: proxyOf(url) });
  return {
    slack: slack && { ...way(slack), severities: slack.severities ?? DEFAULT_SEVERITIES },
    email: email && {
      ...email,
      port: email.port ?? DEFAULT_PORTS[email.tls ?? 'starttls'],
      tls: email.tls ?? 'starttls',
      user: email.user,
      password: email.password,
      severities: email.severities ?? DEFAULT_SEVERITIES,
    },
    webhook: webhook && {
      ...way(webhook),
      secret: webhook.secret,
      headers: webhook.headers ?? {},
      severities: webhook.severities ?? DEFAULT_SEVERITIES,
    },
    heartbeat: heartbeat && way(heartbeat),
    addresses: addresses ?? 'shown',
    repeatMillis: 'repeat' in section ? section.repeat : DEFAULT_REPEAT_MILLIS,
    quietHours: quiet_hours,
  };
}

const REDACTED = '[redacted]';

type Path = (string | number)[];

/** Every value in force, as the file would say it, secrets redacted, with the variable that it came from. */
export function notifyValues(
  notify: NotifyConfig | undefined,
): [path: Path, value: string | number, variable?: string][] {
  if (notify === undefined) return [];
  const { slack, email, webhook, heartbeat, addresses, repeatMillis, quietHours } = notify;
  const values: [Path, string | number, string?][] = [];
  const add = (value: string | number | undefined, ...path: Path) => {
    if (value !== undefined) values.push([path, value]);
  };
  const addRoute = (name: string, { severities }: Routed) => {
    for (const [index, severity] of severities.entries()) add(severity, name, 'severities', index);
  };
  const addProxy = (name: string, { proxy }: HttpWay) => {
    if (proxy !== undefined) values.push([[name, 'proxy'], redactUrl(proxy.value), proxy.variable]);
  };
  if (slack !== undefined) {
    add(redactPath(slack.url), 'slack', 'url');
    addProxy('slack', slack);
    addRoute('slack', slack);
  }
  if (email !== undefined) {
    for (const key of ['host', 'port', 'tls', 'user'] as const) add(email[key], 'email', key);
    add(email.password && REDACTED, 'email', 'password');
    add(email.from, 'email', 'from');
    for (const [index, to] of email.to.entries()) add(to, 'email', 'to', index);
    addRoute('email', email);
  }
  if (webhook !== undefined) {
    add(redactPath(webhook.url), 'webhook', 'url');
    addProxy('webhook', webhook);
    add(webhook.secret && REDACTED, 'webhook', 'secret');
    for (const name of Object.keys(webhook.headers)) add(REDACTED, 'webhook', 'headers', name);
    addRoute('webhook', webhook);
  }
  if (heartbeat !== undefined) {
    add(redactPath(heartbeat.url), 'heartbeat', 'url');
    addProxy('heartbeat', heartbeat);
  }
  add(addresses, 'addresses');
  add(repeatMillis === undefined ? 'never' : formatDuration(repeatMillis), 'repeat');
  if (quietHours !== undefined) {
    add(timeText(quietHours.from), 'quiet_hours', 'from');
    add(timeText(quietHours.to), 'quiet_hours', 'to');
  }
  return values.map(([path, ...rest]) => [['notify', ...path], ...rest]);
}

function timeText(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Whoever knows such a URL can use it: its path is the secret. */
function redactPath(url: string): string {
  return `${new URL(url).origin}/${REDACTED}`;
}

/** Where a secret of this section can stand. */
export function isNotifySecret([section, channel, key]: readonly (string | number)[]): boolean {
  return (
    section === 'notify' &&
    ['slack.url', 'email.password', 'webhook.secret', 'webhook.headers', 'heartbeat.url'].includes(
      `${channel}.${key}`,
    )
  );
}
