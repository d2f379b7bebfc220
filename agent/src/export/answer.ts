/** What an endpoint says in the body of a 200. */
export type Answer =
  | { readonly kind: 'taken' }
  /** Without `points` it took them all and has something to say about it. */
  | { readonly kind: 'rejected'; readonly points: number; readonly reason: string }
  | { readonly kind: 'not OTLP'; readonly body: string };

interface ExportMetricsServiceResponse {
  readonly partialSuccess?: {
    /** A 64-bit number, which JSON carries as text. */
    readonly rejectedDataPoints?: string | number;
    readonly errorMessage?: string;
  };
}

/** Reads the answer to an OTLP/JSON request; a body that is empty, as some receivers send, is no complaint. */
export function readAnswer(body: Uint8Array): Answer {
  const text = new TextDecoder().decode(body).trim();
  if (text === '') return { kind: 'taken' };
  let answer: ExportMetricsServiceResponse | null;
  try {
    answer = JSON.parse(text);
  } catch {
    return { kind: 'not OTLP', body: text };
  }
  const { rejectedDataPoints, errorMessage } = answer?.partialSuccess ?? {};
  const points = Number(rejectedDataPoints ?? 0);
  if (!(points > 0) && !errorMessage) return { kind: 'taken' };
  return { kind: 'rejected', points, reason: String(errorMessage || 'no reason given') };
}
