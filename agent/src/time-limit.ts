/** A signal of its own until {@link TimeLimit.clear}, which whoever asks for it must call. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  clear(): void;
}

/**
 * Aborts after a time, with a `TimeoutError`, or when another signal does. Not `AbortSignal.any` with `AbortSignal.timeout`:
 * Node sweeps away a timeout that nothing but the joined signal refers to, which then never aborts (nodejs/node#57736).
 */
export function timeLimit(millis: number, other: AbortSignal): TimeLimit {
  const controller = new AbortController();
  const end = () => controller.abort(other.reason);
  const late = () => controller.abort(new DOMException(`more than ${millis} ms`, 'TimeoutError'));
  const timer = setTimeout(late, millis).unref();
  if (other.aborted) end();
  else other.addEventListener('abort', end, { once: true });
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      other.removeEventListener('abort', end);
    },
  };
}
