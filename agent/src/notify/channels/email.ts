import type { EmailConfig } from '../../config/notify.js';
import { log } from '../../log.js';
import { timeLimit } from '../../time-limit.js';
import type { Answer } from '../answer.js';
import type { Message } from '../message.js';
import { picture } from '../picture.js';
import { clipped, oneLine } from '../plain.js';
import type { Channel } from './channel.js';
import { mailHtml, mailText, PICTURE_ID } from './mail.js';
import { withHint } from './reason.js';

const TIMEOUT_MILLIS = 15_000;
/** Of the whole attempt, however slowly the other side talks. */
const ATTEMPT_MILLIS = 30_000;

/** What nodemailer adds to an error of SMTP. */
interface SmtpError extends NodeJS.ErrnoException {
  readonly responseCode?: number;
  readonly response?: string;
  readonly command?: string;
}

/** Mails by SMTP, a connection each: alerts are rare. */
export function emailChannel(config: EmailConfig): Channel {
  return {
    name: 'email',
    severities: config.severities,
    async send(message, _, signal) {
      // Most agents send none for weeks.
      const { createTransport } = await import('nodemailer');
      const transport = createTransport(transportOptions(config));
      const limit = timeLimit(ATTEMPT_MILLIS, signal);
      try {
        const { response, rejected } = await Promise.race([
          transport.sendMail(mailOf(message, config)),
          whenAborted(limit.signal),
        ]);
        const refused = rejected.map(String).map(oneLine).join(', ');
        if (refused !== '') log.warn(`e-mail: ${config.host} refused ${refused}, and took the others`);
        const said = refused === '' ? response : `${response}; refused: ${refused}`;
        return { outcome: 'taken', said: oneLine(said) };
      } catch (error) {
        return answerOf(error as SmtpError);
      } finally {
        limit.clear();
        transport.close();
      }
    },
  };
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new Error('the mail server took too long'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

function transportOptions({ host, port, tls, user, password }: EmailConfig) {
  return {
    host,
    port,
    secure: tls === 'tls',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
    connectionTimeout: TIMEOUT_MILLIS,
    greetingTimeout: TIMEOUT_MILLIS,
    socketTimeout: TIMEOUT_MILLIS,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function mailOf(message: Message, { from, to }: EmailConfig) {
  const { graph, subject, id } = message;
  const domain = /@([^>]+)>?$/.exec(from)?.[1] ?? 'localhost';
  return {
    from,
    to: [...to],
    subject,
    text: mailText(message),
    html: mailHtml(message),
    // The same at every attempt: a mail that came twice is seen to be one.
    messageId: `<${id}@${domain}>`,
    // So that no absence note is sent back: RFC 3834.
    headers: { 'Auto-Submitted': 'auto-generated' },
    ...(graph === undefined
      ? {}
      : {
          attachments: [
            {
              filename: 'connections.png',
              content: picture(graph),
              contentType: 'image/png',
              cid: PICTURE_ID,
              contentDisposition: 'inline' as const,
            },
          ],
        }),
  };
}

/** RFC 4954: a login is missing, is wrong, or wants encryption. */
const LOGIN_REPLIES = [530, 534, 535, 538];

/**
 * RFC 5321, "Theory of Reply Codes": 4yz may succeed later, 5yz will not, where it is about the message. What fails before,
 * such as the login, somebody mends.
 */
function answerOf(error: SmtpError): Answer {
  const { code, responseCode = 0 } = error;
  const isOfMessage = (code === 'EENVELOPE' || code === 'EMESSAGE') && !LOGIN_REPLIES.includes(responseCode);
  return {
    outcome: isOfMessage && responseCode >= 500 ? 'refused' : 'retry',
    said: clipped(oneLine(wordsOf(error)), 400),
  };
}

function wordsOf({ command, response, message }: SmtpError): string {
  if (command === 'STARTTLS' && response !== undefined)
    return `the server takes no STARTTLS: ${response}; a port that speaks TLS from its first byte needs tls: tls`;
  if (message.startsWith('Greeting never received'))
    return `${message}; a port that speaks TLS from its first byte needs tls: tls`;
  return response ?? withHint(message);
}
