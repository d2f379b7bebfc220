import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { authority, type DashboardConfig, isLoopback, type Listen } from '../config/dashboard.js';
import { log } from '../log.js';
import { Access } from './access.js';
import { type AppSources, app } from './app.js';
import { keepRoom } from './room.js';

const RETRY_MILLIS = 10_000;

/** What a slow or a wicked visitor may hold up: connections, the bytes of a request's head, and the time for it. */
const MAX_CONNECTIONS = 128;
const LIMITS = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 10_000,
};

/** Serves the page and the API. Where its address is taken it says so once and tries again. */
export class Dashboard {
  readonly #listen: Listen;
  readonly #url: string | undefined;
  readonly #host: string;
  readonly #again: string;
  readonly #access: Access | undefined;
  readonly #server: Server;
  #retry: NodeJS.Timeout | undefined;
  #isTold = false;

  /**
   * @param host this host's name, for the line that brings the page to a desk
   * @param again the command that gives another link
   */
  constructor(
    listen: Listen,
    { token, url }: DashboardConfig,
    sources: AppSources,
    host: string,
    again: string,
  ) {
    this.#listen = listen;
    this.#url = url;
    this.#host = host;
    this.#again = again;
    this.#access = token === undefined ? undefined : new Access(token, url);
    this.#server = createAdaptorServer({
      fetch: app(url, sources, this.#access).fetch,
      createServer,
      serverOptions: LIMITS,
      overrideGlobalObjects: false,
    }) as Server;
    keepRoom(this.#server, MAX_CONNECTIONS);
    this.#server.on('listening', () => this.#listening());
    this.#server.on('error', (error) => this.#failed(error));
  }

  start(): void {
    this.#server.listen(this.#listen.port, this.#listen.host);
  }

  /** Ends every connection. */
  stop(): void {
    clearTimeout(this.#retry);
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Where the page is; with a token, a link that is good once. `undefined` while it listens nowhere. */
  link(): string | undefined {
    const { port } = (this.#server.address() ?? {}) as Partial<AddressInfo>;
    if (port === undefined) return undefined;
    // Every address of this host: no name of it is one.
    const host = ['0.0.0.0', '::'].includes(this.#listen.host) ? this.#host : this.#listen.host;
    const page = this.#url ?? `http://${authority({ host, port })}`;
    return `${page.replace(/\/$/, '')}/${this.#access?.link() ?? ''}`;
  }

  #listening(): void {
    const { port } = this.#server.address() as AddressInfo;
    const { host } = this.#listen;
    const once =
      this.#access === undefined ? '' : ` (good once, for an hour; for another one: ${this.#again})`;
    log.info(`dashboard: ${this.link()}${once}`);
    const address = authority({ host, port });
    if (this.#url !== undefined) log.info(`it listens on ${address}`);
    else if (isLoopback(host)) log.info(`to see it from elsewhere: ssh -L ${port}:${address} ${this.#host}`);
    this.#isTold = false;
  }

  #failed(error: Error): void {
    if (!this.#isTold) log.warn(`the dashboard can't listen on ${authority(this.#listen)}: ${reason(error)}`);
    this.#isTold = true;
    this.#retry = setTimeout(() => this.start(), RETRY_MILLIS);
  }
}

function reason(error: NodeJS.ErrnoException): string {
  const goesOn = 'counting goes on, and it is tried again';
  switch (error.code) {
    case 'EADDRINUSE':
      return `another program listens there; ${goesOn}; dashboard.listen in agent.env.yml chooses another port`;
    case 'EACCES':
      return `this user may not listen there; ${goesOn}; dashboard.listen in agent.env.yml chooses a port above 1023`;
    case 'EADDRNOTAVAIL':
      return `this host has no such address; ${goesOn}; dashboard.listen in agent.env.yml chooses one that it has`;
    default:
      return `${error.message}; ${goesOn}`;
  }
}
