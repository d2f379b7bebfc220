import { request as plainRequest } from 'node:http';
import { Agent, type AgentOptions, type RequestOptions, request as tlsRequest } from 'node:https';
import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import { redactUrl } from '../config/endpoint.js';
import { proxyCredentials } from './proxy-credentials.js';

/**
 * Reaches https endpoints through the tunnel that a proxy opens on CONNECT (RFC 9110, 9.3.6).
 *
 * The options hold for the endpoint. https-proxy-agent 9 gives certificates to the proxy only, so that an endpoint with
 * an authority of its own is never trusted, and it waits for ever for a proxy that doesn't answer.
 */
export class TunnelAgent extends Agent {
  readonly #proxy: URL;
  readonly #openMillis: number;

  /** @param openMillis the time that the opening of the tunnel may take */
  constructor(proxy: string, openMillis: number, options: AgentOptions) {
    super(options);
    this.#proxy = new URL(proxy);
    this.#openMillis = openMillis;
  }

  override createConnection(
    options: RequestOptions,
    callback: (error: Error | null, socket?: Duplex) => void,
  ): undefined {
    const { protocol, href } = this.#proxy;
    const host = isIPv6(options.host ?? '') ? `[${options.host}]` : options.host;
    const target = `${host}:${options.port}`;
    const request = (protocol === 'https:' ? tlsRequest : plainRequest)({
      ...urlToHttpOptions(this.#proxy),
      auth: undefined,
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...proxyCredentials(this.#proxy) },
      agent: false,
    });
    const proxy = `the proxy ${redactUrl(href)}`;
    // Not the request's own timeout, which begins again with every byte.
    const deadline = setTimeout(
      () => request.destroy(new Error(`${proxy} does not answer`)),
      this.#openMillis,
    );
    request
      // For CONNECT this comes with every answer.
      .once('connect', ({ statusCode = 0 }, socket) => {
        if (statusCode >= 200 && statusCode < 300) {
          callback(null, tlsConnect({ ...(options as ConnectionOptions), socket }));
        } else {
          socket.destroy();
          callback(new Error(`${proxy} answers CONNECT with ${statusCode}`));
        }
      })
      .once('error', callback)
      .once('close', () => clearTimeout(deadline))
      .end();
  }
}
