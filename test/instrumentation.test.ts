import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiagLogLevel, diag, metrics } from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { AggregationTemporality, DataPointType, MeterProvider } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TcpConnectionsInstrumentation } from '../src/index.js';
import { METRIC_NAMES, type MetricName } from '../src/metrics/names.js';
import { PACKAGE_NAME, PACKAGE_VERSION } from '../src/version.js';
import { METRICS, OPTIONS } from './support/allowed.js';
import { meterProvider, OnDemandReader } from './support/on-demand-reader.js';

const HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const COUNT = 'system.network.connection.count';
const SUCCESS = 'scout.tcp.scan.success';

/** A mounted procfs as far as this package looks at it: `<proc>/1/net/tcp` and `tcp6`. */
let proc: string;
let messages: string[];

beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'proc-'));
  mkdirSync(join(proc, '1/net'), { recursive: true });
  writeTable('tcp', ['01', '01', '01', '0A', '06', '08']);
  writeTable('tcp6', ['01', '0A', '0A']);
  messages = [];
  const write =
    (level: string) =>
    (...words: unknown[]) =>
      void messages.push(`${level} ${words.slice(1).join(' ')}`);
  const logger = {
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug() {},
    verbose() {},
  };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
});

afterEach(() => {
  rmSync(proc, { recursive: true });
  diag.disable();
  metrics.disable();
});

function writeTable(name: 'tcp' | 'tcp6', codes: readonly string[]): void {
  const address = (name === 'tcp' ? '0' : '00000000').repeat(name === 'tcp' ? 8 : 4);
  const rows = codes.map(
    (code, i) =>
      `   ${i}: ${address}:0016 ${address}:8D02 ${code} 00000000:00000000 00:00000000 00000000     0        0 1 1 0 20 0 0 10 -1\n`,
  );
  writeFileSync(join(proc, '1/net', name), HEADER + rows.join(''));
}

function observe(
  options: ConstructorParameters<typeof TcpConnectionsInstrumentation>[0] = {},
  temporality?: AggregationTemporality,
) {
  const { provider, reader } = meterProvider(temporality);
  const instrumentation = new TcpConnectionsInstrumentation({ proc, ...options });
  instrumentation.setMeterProvider(provider);
  return { instrumentation, provider, reader };
}

/** The counts among the points, without the metric's name. */
async function counts(reader: OnDemandReader): Promise<Record<string, number>> {
  const points = Object.entries(await reader.points()).filter(([name]) => name.startsWith(COUNT));
  return Object.fromEntries(points.map(([name, value]) => [name.slice(COUNT.length + 1, -1), value]));
}

describe('what is observed', () => {
  test('ESTABLISHED by family, and how the scans went', async () => {
    const { reader } = observe();
    const { resourceMetrics } = await reader.collect();
    const [scope] = resourceMetrics.scopeMetrics;
    expect(scope?.scope).toMatchObject({ name: PACKAGE_NAME, version: PACKAGE_VERSION });
    const byName = Object.fromEntries(
      (scope?.metrics ?? []).map((metric) => [metric.descriptor.name, metric]),
    );
    expect(Object.keys(byName).sort()).toEqual(['scout.tcp.scan.duration', SUCCESS, COUNT]);
    expect(byName[COUNT]).toMatchObject({
      descriptor: { unit: '{connection}', valueType: 0 },
      dataPointType: DataPointType.GAUGE,
      dataPoints: [
        {
          value: 3,
          attributes: {
            'network.transport': 'tcp',
            'network.type': 'ipv4',
            'network.connection.state': 'established',
          },
        },
        {
          value: 1,
          attributes: {
            'network.transport': 'tcp',
            'network.type': 'ipv6',
            'network.connection.state': 'established',
          },
        },
      ],
    });
    expect(byName[SUCCESS]?.dataPoints.map(({ value }) => value)).toEqual([1, 1]);
    for (const { value } of byName['scout.tcp.scan.duration']?.dataPoints ?? [])
      expect(value).toBeGreaterThan(0);
  });

  test.each([
    ['tcp_connections', { 'ipv4,established': 3, 'ipv6,established': 1 }],
    ['tcp_time_wait', { 'ipv4,time_wait': 1, 'ipv6,time_wait': 0 }],
    ['tcp_close_wait', { 'ipv4,close_wait': 1, 'ipv6,close_wait': 0 }],
    ['tcp_listen', { 'ipv4,listen': 1, 'ipv6,listen': 2 }],
  ] as const)('%s', async (name, expected) => {
    expect(await counts(observe({ metrics: [name] }).reader)).toEqual(expected);
  });

  test('tcp_states gives all eleven, and each once where other names ask for it too', async () => {
    const found = await counts(observe({ metrics: [...METRIC_NAMES] }).reader);
    expect(Object.keys(found)).toHaveLength(22);
    expect(found).toMatchObject({ 'ipv4,established': 3, 'ipv6,listen': 2, 'ipv4,fin_wait_1': 0 });
  });

  test('the kernel, where nothing else is said', async () => {
    const { provider, reader } = meterProvider();
    new TcpConnectionsInstrumentation().setMeterProvider(provider);
    expect(Object.keys(await counts(reader))).toContain('ipv4,established');
  });
});

describe('lifecycle', () => {
  test('two providers, two readers, a hundred toggles: each reader gets each point once', async () => {
    const [first, second] = [meterProvider(), meterProvider()];
    const alsoSecond = new OnDemandReader();
    const both = new MeterProvider({ readers: [alsoSecond, new OnDemandReader()] });
    const instrumentation = new TcpConnectionsInstrumentation({ proc });
    for (let i = 0; i < 100; i++) {
      instrumentation.setMeterProvider(first.provider);
      instrumentation.enable();
      instrumentation.enable();
      instrumentation.setMeterProvider(second.provider);
      instrumentation.setMeterProvider(second.provider);
      instrumentation.disable();
      instrumentation.disable();
      instrumentation.setMeterProvider(both);
      instrumentation.enable();
    }
    expect(callbacksOf(first.provider)).toBe(0);
    expect(callbacksOf(second.provider)).toBe(0);
    expect(callbacksOf(both)).toBe(1);
    expect(await first.reader.points()).toEqual({});
    expect(await second.reader.points()).toEqual({});
    expect(await counts(alsoSecond)).toEqual({ 'ipv4,established': 3, 'ipv6,established': 1 });
    instrumentation.disable();
    expect(callbacksOf(both)).toBe(0);
  });

  test('two readers collect at the same time and see equal values', async () => {
    const readers = [new OnDemandReader(), new OnDemandReader()];
    const provider = new MeterProvider({ readers });
    new TcpConnectionsInstrumentation({ proc, metrics: ['tcp_states'] }).setMeterProvider(provider);
    const [first, second] = await Promise.all(readers.map((reader) => reader.points()));
    expect(first).toEqual(second);
  });

  test('enabled: false waits for enable()', async () => {
    const { instrumentation, reader } = observe({ enabled: false });
    expect(await reader.points()).toEqual({});
    instrumentation.enable();
    expect(await counts(reader)).toMatchObject({ 'ipv4,established': 3 });
  });

  test('registerInstrumentations with a provider, and with the global one', async () => {
    const given = meterProvider();
    registerInstrumentations({
      instrumentations: [new TcpConnectionsInstrumentation({ proc })],
      meterProvider: given.provider,
    });
    expect(await counts(given.reader)).toMatchObject({ 'ipv4,established': 3 });

    const global = meterProvider();
    metrics.setGlobalMeterProvider(global.provider);
    registerInstrumentations({ instrumentations: [new TcpConnectionsInstrumentation({ proc })] });
    expect(await counts(global.reader)).toMatchObject({ 'ipv4,established': 3 });
    expect(callbacksOf(global.provider)).toBe(1);
  });

  test('built before the global provider was set: enable() finds it, and moves once', async () => {
    const instrumentation = new TcpConnectionsInstrumentation({ proc });
    const { provider, reader } = meterProvider();
    metrics.setGlobalMeterProvider(provider);
    expect(await counts(reader)).toEqual({});
    instrumentation.enable();
    instrumentation.enable();
    expect(await counts(reader)).toMatchObject({ 'ipv4,established': 3 });
    expect(callbacksOf(provider)).toBe(1);
  });

  test('what is no provider is refused, and the one before goes on', async () => {
    const { instrumentation, reader } = observe();
    expect(() => instrumentation.setMeterProvider(null as never)).toThrow(
      'setMeterProvider takes a MeterProvider, not null',
    );
    expect(await counts(reader)).toMatchObject({ 'ipv4,established': 3 });
  });

  test('nobody can change the options in force from outside', () => {
    const names: MetricName[] = ['tcp_listen'];
    const { instrumentation } = observe({ metrics: names });
    names.push('tcp_states');
    expect(instrumentation.getConfig().metrics).toEqual(['tcp_listen']);
    expect(() => Object.assign(instrumentation.getConfig().metrics, ['tcp_states'])).toThrow(TypeError);
  });

  test.each([
    ['/proc/', '/proc'],
    ['//proc/./x/..', '/proc'],
    ['/host/proc//', '/host/proc'],
  ])('proc %s is %s', (given, normal) => {
    expect(new TcpConnectionsInstrumentation({ proc: given, enabled: false }).getConfig().proc).toBe(normal);
  });

  test('setConfig changes what is observed, and a bad one changes nothing', async () => {
    const { instrumentation, reader } = observe({}, AggregationTemporality.DELTA);
    instrumentation.setConfig({ proc, metrics: ['tcp_listen'] });
    expect(await counts(reader)).toEqual({ 'ipv4,listen': 1, 'ipv6,listen': 2 });
    expect(() => instrumentation.setConfig({ metrics: ['nothing'] as never })).toThrow(TypeError);
    expect(instrumentation.getConfig()).toMatchObject({ proc, metrics: ['tcp_listen'] });
    expect(await counts(reader)).toEqual({ 'ipv4,listen': 1, 'ipv6,listen': 2 });
  });
});

describe('what can go wrong', () => {
  test('an unreadable table: no point, success 0, one message; back again, one more', async () => {
    const { reader } = observe({}, AggregationTemporality.DELTA);
    writeFileSync(join(proc, '1/net/tcp6'), '');
    for (let cycle = 0; cycle < 3; cycle++) {
      expect(await reader.points()).toMatchObject({
        [`${COUNT}{ipv4,established}`]: 3,
        [`${SUCCESS}{ipv6}`]: 0,
      });
    }
    expect(await counts(reader)).not.toHaveProperty('ipv6,established');
    expect(messages).toEqual([expect.stringMatching(/^error no ipv6 count: .*tcp6: is empty/)]);
    writeTable('tcp6', ['01']);
    expect(await counts(reader)).toMatchObject({ 'ipv6,established': 1 });
    await reader.points();
    expect(messages.slice(1)).toEqual([expect.stringMatching(/^info .*tcp6 is counted again/)]);
  });

  test('a missing tcp6 beside a good tcp is a host without IPv6: no success point, said once', async () => {
    rmSync(join(proc, '1/net/tcp6'));
    const { reader } = observe();
    const points = await reader.points();
    expect(Object.keys(points).filter((name) => name.includes('ipv6'))).toEqual([]);
    await reader.points();
    expect(messages).toEqual(['info this host has no IPv6 table; ipv4 is counted alone']);
  });

  test('no table at all: success 0 for both, and never a zero that was not counted', async () => {
    rmSync(join(proc, '1'), { recursive: true });
    const { instrumentation, reader } = observe();
    expect(await reader.points()).toEqual({ [`${SUCCESS}{ipv4}`]: 0, [`${SUCCESS}{ipv6}`]: 0 });
    for (let i = 0; i < 5; i++) {
      instrumentation.disable();
      instrumentation.enable();
      await reader.points();
    }
    expect(messages).toEqual([
      expect.stringMatching(/^error no ipv4 count: .*Mount the proc file system there.*tcp6 fails likewise$/),
    ]);
  });

  test('an unknown state is told once, and the other states are exact', async () => {
    writeTable('tcp', ['01', '0F', '01']);
    const { reader } = observe();
    expect(await counts(reader)).toMatchObject({ 'ipv4,established': 2 });
    await reader.points();
    expect(messages).toEqual([expect.stringMatching(/^warn .*states that this version does not know: 1;/)]);
  });

  test.each(['darwin', 'win32'] as const)(
    'on %s it says once that it needs Linux, and observes nothing',
    async (platform) => {
      const original = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor;
      Object.defineProperty(process, 'platform', { ...original, value: platform });
      try {
        const { instrumentation, reader } = observe();
        instrumentation.disable();
        instrumentation.enable();
        expect(await reader.points()).toEqual({});
        expect(messages).toEqual([expect.stringMatching(`^warn .*needs Linux.*${platform}`)]);
      } finally {
        Object.defineProperty(process, 'platform', original);
      }
    },
  );
});

describe('options', () => {
  test.each([
    [{ metrcs: [] }, `there is no option 'metrcs' (did you mean 'metrics'?); allowed are ${OPTIONS}`],
    [
      { metrics: 'tcp_connections' },
      `metrics must be a list of at least one of ${METRICS}, not 'tcp_connections'`,
    ],
    [{ metrics: [] }, `metrics must be a list of at least one of ${METRICS}, not []`],
    [
      { metrics: ['tcp_conections'] },
      `there is no metric 'tcp_conections' (did you mean 'tcp_connections'?); allowed are ${METRICS}`,
    ],
    [{ metrics: [7] }, `there is no metric 7; allowed are ${METRICS}`],
    [{ metrics: ['tcp_listen', 'tcp_listen'] }, "metric 'tcp_listen' is listed twice"],
    [{ proc: 'host/proc' }, "proc must be an absolute path such as /proc or /host/proc, not 'host/proc'"],
    [{ proc: 7 }, 'proc must be an absolute path such as /proc or /host/proc, not 7'],
    [{ proc: '/pr\0oc' }, "proc must be an absolute path such as /proc or /host/proc, not '/pr\\x00oc'"],
    [{ ports: 443 }, 'ports must be a list of at most 256 port numbers such as [443, 5432], not 443'],
    [{ ports: [0, 443, 443] }, 'a port is a whole number from 1 to 65535, not 0; port 443 is listed twice'],
    [
      { ports: Array.from({ length: 257 }, (_, i) => i + 1) },
      'ports must be a list of at most 256 port numbers such as [443, 5432], not of 257',
    ],
    [{ namespaces: 'every' }, "namespaces must be 'own' or 'all', not 'every'"],
    [{ interfaces: ['eth0'] }, "interfaces must be an object with include and exclude, not [ 'eth0' ]"],
    [
      { interfaces: { inclde: ['eth0'], include: 'eth0', exclude: ['eth0', '', 'eth0'] } },
      "there is no list in interfaces 'inclde' (did you mean 'include'?); allowed are include, exclude; " +
        "interfaces.include must be a list of at most 256 names such as ['eth0', 'veth*'], not 'eth0'; " +
        'an entry of interfaces.exclude must be the name of a network interface such as eth0, or a pattern such as "veth*", not \'\'; ' +
        "'eth0' is listed twice in interfaces.exclude",
    ],
    [{ loopback: 'no' }, "loopback must be true or false, not 'no'"],
    [{ enabled: 7n }, 'enabled must be true or false, not 7n'],
    [{ enabled: Object.create(null) }, 'enabled must be true or false, not [Object: null prototype] {}'],
    [{ enabled: 'yes' }, "enabled must be true or false, not 'yes'"],
    [null, 'options must be an object, not null'],
    ['tcp_connections', "options must be an object, not 'tcp_connections'"],
    [['tcp_connections'], "options must be an object, not [ 'tcp_connections' ]"],
  ])('%o', (options, message) => {
    expect(() => new TcpConnectionsInstrumentation(options as never)).toThrow(
      new TypeError(`TcpConnectionsInstrumentation: ${message}`),
    );
  });

  test('every mistake at once', () => {
    expect(() => new TcpConnectionsInstrumentation({ enabled: 1, proc: '' } as never)).toThrow(
      "enabled must be true or false, not 1; proc must be an absolute path such as /proc or /host/proc, not ''",
    );
  });
});

/** Callbacks that the SDK holds for this package's meter; there is no public way to see a leak. */
function callbacksOf(provider: MeterProvider): number {
  const internals = provider as unknown as {
    _sharedState: {
      meterSharedStates: Map<
        string,
        { observableRegistry: { _callbacks: unknown[]; _batchCallbacks: unknown[] } }
      >;
    };
  };
  return [...internals._sharedState.meterSharedStates.values()]
    .map(
      ({ observableRegistry }) =>
        observableRegistry._callbacks.length + observableRegistry._batchCallbacks.length,
    )
    .reduce((sum, length) => sum + length, 0);
}
