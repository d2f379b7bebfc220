import { byId, setText } from '../element.js';

export function showConfiguration(yaml: string): void {
  setText(byId('configuration'), yaml);
}

/** Makes a button copy a text of the page. */
export function bindCopy(button: string, text: string, answer: string): void {
  byId(button).addEventListener('click', () => void copy(byId(text), byId(answer)));
}

async function copy(text: HTMLElement, answer: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text.textContent ?? '');
    setText(answer, 'Copied.');
  } catch {
    // A page that came over plain HTTP from another host has no clipboard.
    getSelection()?.selectAllChildren(text);
    setText(answer, 'Selected: press Ctrl+C.');
  }
  setTimeout(() => setText(answer, ''), 4000);
}
