import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import {
  type ConfigProblem,
  describeReadError,
  readSmallFile,
} from 'opentelemetry-instrumentation-tcp-connections/config';
import { type FromEnvironment, firstOfOtlp } from './from-environment.js';

/** PEM files by the names that Node's TLS options have. */
export interface TlsFiles {
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
}

/** A file by its path, and what it holds. */
export interface TlsFile extends FromEnvironment<string> {
  readonly pem: Buffer;
}

const VARIABLE = { ca: 'CERTIFICATE', cert: 'CLIENT_CERTIFICATE', key: 'CLIENT_KEY' } as const;

/**
 * The files that OTEL_EXPORTER_OTLP_CERTIFICATE, ..._CLIENT_CERTIFICATE and ..._CLIENT_KEY name; those of METRICS win.
 * Every file that can't be read or holds something else is a problem: a handshake would only fail, again and again.
 */
export async function tlsFilesFromEnvironment(
  env: NodeJS.ProcessEnv,
  problems: ConfigProblem[],
): Promise<Partial<Record<keyof TlsFiles, TlsFile>>> {
  const files: Partial<Record<keyof TlsFiles, TlsFile>> = {};
  const problemsBefore = problems.length;
  for (const name of Object.keys(VARIABLE) as (keyof TlsFiles)[]) {
    const set = firstOfOtlp(env, VARIABLE[name]);
    if (set === undefined) continue;
    try {
      files[name] = { ...set, pem: await readPem(name, set.value) };
    } catch (error) {
      problems.push({ source: set.variable, message: (error as Error).message });
    }
  }
  if (problems.length === problemsBefore) checkPair(files.cert, files.key, problems);
  return files;
}

/** Node itself takes a file without a certificate for an empty list, and complains about a bad key at every connection. */
async function readPem(name: keyof TlsFiles, path: string): Promise<Buffer> {
  const pem = await readSmallFile(path).catch((error: unknown) => {
    throw new Error(`${path}: ${describeReadError(error)}`);
  });
  try {
    if (name === 'key') createPrivateKey(pem);
    else new X509Certificate(pem);
  } catch (error) {
    const kind = name === 'key' ? 'private key without a passphrase' : 'certificate';
    throw new Error(`${path} holds no ${kind} in PEM: ${(error as Error).message}`);
  }
  return pem;
}

/** A client shows a certificate only together with its key; Node would go on without either half. */
function checkPair(cert: TlsFile | undefined, key: TlsFile | undefined, problems: ConfigProblem[]): void {
  if (cert === undefined && key === undefined) return;
  if (cert === undefined || key === undefined) {
    const given = (cert ?? key) as TlsFile;
    const [missing, what] = cert === undefined ? ['CERTIFICATE', 'certificate'] : ['KEY', 'key'];
    const message = `needs the client's ${what} beside it, in OTEL_EXPORTER_OTLP_CLIENT_${missing}`;
    problems.push({ source: given.variable, message });
    return;
  }
  try {
    createSecureContext({ cert: cert.pem, key: key.pem });
  } catch (error) {
    const message = `${key.value} is not the key of the certificate ${cert.value}: ${(error as Error).message}`;
    problems.push({ source: key.variable, message });
  }
}
