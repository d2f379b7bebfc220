import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A key and its certificate in PEM, as files and as Node's TLS options take them. */
export interface Certificate {
  readonly keyFile: string;
  readonly certFile: string;
  readonly key: Buffer;
  readonly cert: Buffer;
}

export interface Certificates {
  readonly ca: Certificate;
  /** Another authority, which has signed nothing. */
  readonly strangeCa: Certificate;
  /** For `collector.test` and 127.0.0.1, signed by `ca`. */
  readonly server: Certificate;
  /** For a client named `scout-agent`, signed by `ca`. */
  readonly client: Certificate;
}

/** Makes an authority and what it signs, with the openssl command line. */
export function makeCertificates(folder: string): Certificates {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const request = (name: string) =>
    openssl(
      ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`],
    );
  const certificate = (name: string): Certificate => {
    const [keyFile, certFile] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
    return { keyFile, certFile, key: readFileSync(keyFile), cert: readFileSync(certFile) };
  };
  const authority = (name: string) => {
    request(name);
    writeFileSync(
      join(folder, `${name}.ext`),
      'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n',
    );
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-signkey', `${name}.key`, '-out', `${name}.pem`],
      ...['-days', '2', '-extfile', `${name}.ext`],
    );
    return certificate(name);
  };
  const signed = (name: string, extensions: string) => {
    request(name);
    writeFileSync(join(folder, `${name}.ext`), extensions);
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-out', `${name}.pem`, '-days', '2', '-extfile', `${name}.ext`],
    );
    return certificate(name);
  };
  return {
    ca: authority('ca'),
    strangeCa: authority('strange-ca'),
    server: signed('server', 'subjectAltName=DNS:collector.test,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n'),
    client: signed('scout-agent', 'extendedKeyUsage=clientAuth\n'),
  };
}
