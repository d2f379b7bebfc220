import { type ProcFolder, procFolder, type Tables } from './proc-folder.js';
import { type Answer, accept, type Receiver, startReceiver } from './receiver.js';
import { type ScoutAgent, startScoutAgent, type Test } from './scout-agent.js';

export interface Counting {
  readonly agent: ScoutAgent;
  readonly receiver: Receiver;
  readonly proc: ProcFolder;
}

/** Starts `run` over tables of the test's own, with a receiver to send to: each second unless `config` says other. */
export async function startCounting(
  t: Test,
  {
    tables = { tcp: 12, tcp6: 3 },
    answer = accept,
    config = 'interval: 1s',
    env = {},
  }: {
    tables?: Tables;
    answer?: Answer;
    /** What agent.env.yml holds beside `proc`. */
    config?: string;
    /** `RECEIVER` in a value stands for the receiver's endpoint. */
    env?: Readonly<Record<string, string>>;
  } = {},
): Promise<Counting> {
  const proc = await procFolder(t, tables);
  const receiver = await startReceiver(t, answer);
  const variables = Object.entries({ OTEL_EXPORTER_OTLP_ENDPOINT: 'RECEIVER', ...env });
  const agent = await startScoutAgent(t, {
    config: `proc: ${proc.path}\n${config}`,
    env: Object.fromEntries(
      variables.map(([name, value]) => [name, value.replace('RECEIVER', receiver.endpoint)]),
    ),
  });
  return { agent, receiver, proc };
}
