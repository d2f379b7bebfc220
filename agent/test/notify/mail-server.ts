import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Test } from '../support/scout-agent.js';

export interface MailServer {
  readonly port: number;
  /** As they came over the wire. */
  readonly mails: { readonly to: readonly string[]; readonly secure: boolean; readonly raw: string }[];
}

/** A mail server on loopback that keeps what it takes. */
export async function startMailServer(t: Test, options: SMTPServerOptions): Promise<MailServer> {
  const mails: MailServer['mails'] = [];
  const server = new SMTPServer({
    logger: false,
    disableReverseLookup: true,
    async onData(stream, { envelope, secure }, callback) {
      const raw = (await buffer(stream)).toString();
      mails.push({ to: envelope.rcptTo.map(({ address }) => address), secure, raw });
      callback(null, 'kept');
    },
    ...options,
  });
  // A client that goes away in the middle is for the test to judge, by what the client says.
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  if (!listening.listening) await once(listening, 'listening');
  t.onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (listening.address() as AddressInfo).port, mails };
}

/** An error that the server answers with, by its code of SMTP. */
export function smtpError(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}
