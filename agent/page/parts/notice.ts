/** What a visitor has to know before believing the page. It is a live region: each sentence is said once. */
import { byId, setText } from '../element.js';

const SUBJECTS = ['agent', 'history', 'address'] as const;
type Subject = (typeof SUBJECTS)[number];
const sentences = new Map<Subject, string>();

/** @param sentence `undefined` takes it away */
export function notify(subject: Subject, sentence: string | undefined): void {
  if (sentence === undefined) sentences.delete(subject);
  else sentences.set(subject, sentence);
  const text = SUBJECTS.flatMap((subject) => sentences.get(subject) ?? []).join(' ');
  const place = byId('notice');
  setText(place, text);
  place.classList.toggle('shown', text !== '');
}

/** For those who don't see the numbers change. */
export function announce(sentence: string): void {
  setText(byId('announcement'), sentence);
}
