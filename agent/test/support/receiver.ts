/** A receiver of OTLP over HTTP on loopback that answers as it is told. */
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import type { Test } from './scout-agent.js';
import { until } from './until.js';

export interface Received {
  readonly at: number;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The common name of the client's certificate, where there is one. */
  readonly client: string | undefined;
  /** The body as it came over the wire. */
  readonly wire: Buffer;
  readonly body: OtlpMetrics;
}

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** The part of ExportMetricsServiceRequest that tests look at, in OTLP's JSON form. */
export interface OtlpMetrics {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeMetrics: readonly {
      readonly scope: { readonly name: string; readonly version: string };
      readonly metrics: readonly {
        readonly name: string;
        readonly unit: string;
        readonly gauge?: { readonly dataPoints: readonly OtlpPoint[] };
        readonly sum?: {
          readonly dataPoints: readonly OtlpPoint[];
          readonly aggregationTemporality: number;
          readonly isMonotonic: boolean;
        };
      }[];
    }[];
  }[];
}
interface OtlpAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
export interface OtlpPoint {
  readonly attributes: readonly OtlpAttribute[];
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly asInt?: number;
  readonly asDouble?: number;
}

export interface Receiver {
  /** Without a path, as in OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  readonly port: number;
  /** How many requests have begun to arrive. */
  attempts: number;
  /** Requests whose body arrived whole, whatever they were answered. */
  readonly received: readonly Received[];
  /** Requests that were answered with 200. */
  readonly taken: readonly Received[];
  /** How requests are answered from now on. */
  answer: Answer;
  untilAttempted(count: number): Promise<void>;
  /** Waits until so many requests have arrived whole, and gives the last of these. */
  untilReceived(count: number): Promise<Received>;
  /** Waits until so many have been answered with 200, and gives the last of these. */
  untilTaken(count: number): Promise<Received>;
  /** Waits for a request answered with 200 that is as wanted. */
  untilTakes(wanted: (body: OtlpMetrics) => boolean): Promise<Received>;
  /** Ends every connection, with its request where one is under way. */
  breakConnections(): void;
  close(): Promise<void>;
}

/** As a Collector answers. */
export const accept: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}');
};
/** Takes the request and never says a word. */
export const hang: Answer = () => {};
/** Begins to answer with this status and never ends; a byte comes often enough that the connection is never idle. */
export const drip =
  (status: number): Answer =>
  (response) => {
    response.writeHead(status, { 'content-length': 1_000_000 });
    const bytes = setInterval(() => response.write(' '), 100);
    response.once('close', () => clearInterval(bytes));
  };
/** Ends the connection once the request has arrived. */
export const breakOff: Answer = (response) => {
  response.destroy();
};
/** Ends the connection as soon as the request's headers have arrived. */
export const interrupt: Answer = breakOff.bind(undefined);
export const answerWith =
  (status: number, headers: OutgoingHttpHeaders = {}, body = ''): Answer =>
  (response) => {
    response.writeHead(status, headers).end(body);
  };

export async function startReceiver(
  t: Test,
  answer: Answer = accept,
  { address = '127.0.0.1', port = 0, tls }: { address?: string; port?: number; tls?: ServerOptions } = {},
): Promise<Receiver> {
  const received: Received[] = [];
  const taken: Received[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    receiver.attempts += 1;
    if (receiver.answer === interrupt) return interrupt(response, request);
    const wire = Buffer.concat(await request.toArray());
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(wire) : wire;
    const one: Received = {
      at: Date.now(),
      url: request.url ?? '',
      headers: request.headers,
      client: tls && commonName(request.socket as TLSSocket),
      wire,
      body: JSON.parse(text.toString()),
    };
    received.push(one);
    receiver.answer(response, request);
    if (response.statusCode === 200 && response.writableEnded) taken.push(one);
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    take(request, response).catch((error: Error) => response.writeHead(400).end(error.message));
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.listen(port, address);
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  const first = async (
    requests: readonly Received[],
    wanted: (request: Received, index: number) => boolean,
  ) => {
    await until(
      () => requests.some(wanted),
      () => `the request; there were ${received.length}, ${taken.length} of them answered with 200`,
    );
    return requests.find(wanted) as Received;
  };
  const receiver: Receiver = {
    endpoint: `${tls === undefined ? 'http' : 'https'}://${address}:${bound}`,
    port: bound,
    attempts: 0,
    received,
    taken,
    answer,
    untilAttempted: (count) =>
      until(
        () => receiver.attempts >= count,
        () => `${count} attempts; there were ${receiver.attempts}`,
      ),
    untilReceived: (count) => first(received, (_, index) => index === count - 1),
    untilTaken: (count) => first(taken, (_, index) => index === count - 1),
    untilTakes: (wanted) => first(taken, ({ body }) => wanted(body)),
    breakConnections: () => server.closeAllConnections(),
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  t.onTestFinished(receiver.close);
  return receiver;
}

function commonName(socket: TLSSocket): string | undefined {
  // An empty object where the client gave none.
  const { subject }: Partial<PeerCertificate> = socket.getPeerCertificate();
  return subject?.CN?.toString();
}

/** The resource's attributes as a plain object. */
export function resourceOf({ resourceMetrics }: OtlpMetrics): Record<string, unknown> {
  return Object.fromEntries(resourceMetrics.flatMap(({ resource }) => plain(resource.attributes)));
}

export interface FlatPoint {
  readonly name: string;
  readonly value: number;
  readonly time: string;
  readonly attributes: Record<string, unknown>;
}

/** Every point of a request in a flat list. */
export function pointsIn({ resourceMetrics }: OtlpMetrics): FlatPoint[] {
  return resourceMetrics
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics }) => metrics)
    .flatMap(
      ({ name, gauge, sum }) =>
        (gauge ?? sum)?.dataPoints.map(({ asInt, asDouble, timeUnixNano, attributes }) => ({
          name,
          value: Number(asInt ?? asDouble),
          time: timeUnixNano,
          attributes: Object.fromEntries(plain(attributes)),
        })) ?? [],
    );
}

/** The established connections of a request by family; a family without a point is absent. */
export function establishedIn(body: OtlpMetrics): Record<string, number> {
  return valuesIn(body, 'system.network.connection.count');
}

/** One metric's values of a request by family. */
export function valuesIn(body: OtlpMetrics, metric: string): Record<string, number> {
  return Object.fromEntries(
    pointsIn(body)
      .filter(({ name }) => name === metric)
      .map(({ attributes, value }) => [attributes['network.type'], value]),
  );
}

function plain(attributes: readonly OtlpAttribute[]): [string, unknown][] {
  return attributes.map(({ key, value }) => [key, Object.values(value)[0]]);
}
