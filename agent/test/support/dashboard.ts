/** A running agent's dashboard, asked as a stranger may ask it: any header, any path, any bytes. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { startCounting } from './counting.js';
import type { Tables } from './proc-folder.js';
import type { Test } from './scout-agent.js';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export type Ask = (
  path: string,
  options?: { method?: string; headers?: Record<string, string>; body?: string },
) => Promise<Reply>;

/** Starts an agent, waits for its first cycle, and says how to ask its dashboard. */
export async function startDashboard(
  t: Test,
  { config = '', tables = { tcp: 12, tcp6: 3 } }: { config?: string; tables?: Tables } = {},
) {
  const counting = await startCounting(t, {
    tables,
    config: `interval: 1s\n${/^dashboard:/m.test(config) ? config : `dashboard: {listen: "127.0.0.1:0"}\n${config}`}`,
  });
  await counting.agent.untilLogged(DASHBOARD);
  await counting.receiver.untilTaken(2);
  const link = new URL(DASHBOARD.exec(counting.agent.stderr())?.[1] as string);
  const behindProxy = LISTENS.exec(counting.agent.stderr())?.[1];
  return {
    ...counting,
    link,
    ask: asker(behindProxy === undefined ? link : new URL(`http://${behindProxy}`)),
  };
}

const DASHBOARD = / dashboard: (http\S+)/;
const LISTENS = / it listens on (\S+)/;

export function asker({ hostname, port }: URL): Ask {
  return (path, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const asking = request({ host: hostname, port, path, method, headers, agent: false }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      });
      asking.on('error', reject).end(body);
    });
}
