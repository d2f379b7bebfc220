/** What came of one attempt to send. */
export type Answer =
  | { readonly outcome: 'taken'; readonly said: string }
  /** Worth another attempt; not before `retryAfterMillis` where the other side named a time. */
  | { readonly outcome: 'retry'; readonly said: string; readonly retryAfterMillis?: number | undefined }
  /** Another attempt would be answered alike. */
  | { readonly outcome: 'refused'; readonly said: string };
