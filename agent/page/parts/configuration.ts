import { byId, setText } from '../element.js';

export function showConfiguration(yaml: string): void {
  setText(byId('configuration'), yaml);
}

export function bindCopy(): void {
  const button = byId('copy');
  const text = byId('configuration');
  button.addEventListener('click', async () => {
    const answer = byId('copied');
    try {
      await navigator.clipboard.writeText(text.textContent ?? '');
      setText(answer, 'Copied.');
    } catch {
      // A page that came over plain HTTP from another host has no clipboard.
      getSelection()?.selectAllChildren(text);
      setText(answer, 'Selected: press Ctrl+C.');
    }
    setTimeout(() => setText(answer, ''), 4000);
  });
}
