/** The agent's answers and reasons begin small and end without a stop, fit for a log. Here they stand by themselves. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
