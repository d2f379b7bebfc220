import { oneLine } from '../plain.js';

/** How a person mends it, behind the words of Node and OpenSSL. */
const HINTS: readonly (readonly [words: RegExp, hint: string])[] = [
  [
    /self-signed certificate|unable to verify the first certificate|unable to get (?:local )?issuer certificate/,
    'NODE_EXTRA_CA_CERTS in the environment names a file with the authority to trust',
  ],
  [/wrong version number|packet length too long/, 'that port does not speak TLS from its first byte'],
];

/** Why a connection came to nothing. An end that a signal brought has its reason in the cause. */
export function reasonOf(error: Error): string {
  const { name, message, code } = (
    error.cause instanceof Error ? error.cause : error
  ) as NodeJS.ErrnoException;
  if (name === 'TimeoutError') return 'no answer in time';
  // Of Node's parser: https://nodejs.org/docs/latest-v20.x/api/errors.html#http-parser-errors
  if (String(code).startsWith('HPE_')) return 'an answer that is not HTTP';
  return withHint(oneLine(message || String(code)));
}

export function withHint(text: string): string {
  // Of an error of OpenSSL, without its number and its place in the source.
  const words = text.replace(
    /(?:write EPROTO )?[\dA-F]+:error:[\dA-F]+:SSL routines:[^:]*:([^:]+):.*/,
    'TLS: $1',
  );
  const hint = HINTS.find(([pattern]) => pattern.test(words))?.[1];
  return hint === undefined ? words : `${words}; ${hint}`;
}
