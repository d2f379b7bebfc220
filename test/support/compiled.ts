import { fileURLToPath } from 'node:url';

/** Tests run these files as TypeScript; what they spawn runs as JavaScript, built from the same sources. */
export function compiled(script: string): string {
  const folder = import.meta.url.endsWith('.ts') ? '../../build/test/support/' : './';
  return fileURLToPath(new URL(folder + script, import.meta.url));
}
