import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AgentConfigError, type ConfigProblem } from 'opentelemetry-instrumentation-tcp-connections/config';

/** PEM files by the names that Node's TLS options have. */
export interface TlsFiles {
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
}

const VARIABLE = { ca: 'CERTIFICATE', cert: 'CLIENT_CERTIFICATE', key: 'CLIENT_KEY' } as const;

/**
 * The files that OTEL_EXPORTER_OTLP_CERTIFICATE, ..._CLIENT_CERTIFICATE and ..._CLIENT_KEY name; those of METRICS win.
 *
 * The exporter reads them too, but only warns where one is missing and then fails at every handshake.
 * @throws {AgentConfigError} with every file that can't be read or holds something else
 */
export async function tlsFilesFromEnvironment(env: NodeJS.ProcessEnv): Promise<TlsFiles> {
  const files: TlsFiles = {};
  const problems: ConfigProblem[] = [];
  for (const name of Object.keys(VARIABLE) as (keyof TlsFiles)[]) {
    const variables = [
      `OTEL_EXPORTER_OTLP_METRICS_${VARIABLE[name]}`,
      `OTEL_EXPORTER_OTLP_${VARIABLE[name]}`,
    ];
    const variable = variables.find((each) => env[each]?.trim());
    if (variable === undefined) continue;
    try {
      files[name] = await readPem(name, env[variable] as string);
    } catch (error) {
      problems.push({ source: variable, message: (error as Error).message });
    }
  }
  if (problems.length > 0) throw new AgentConfigError(problems);
  return files;
}

/** Node itself takes a file without a certificate for an empty list, and complains about a bad key at every connection. */
async function readPem(name: keyof TlsFiles, path: string): Promise<Buffer> {
  const pem = await readFile(path).catch((error: Error) => {
    throw new Error(`can't be read: ${error.message}`);
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
