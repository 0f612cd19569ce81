// How a person wants the pages: language and colours. `theme.js` applies the colours before the first paint.
import { keep, readKept } from './kept.ts';
import { createStore, type Store } from './store.ts';

export const LANGUAGES = ['en', 'de'] as const;
export const THEMES = ['system', 'light', 'dark'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Theme = (typeof THEMES)[number];

const isOneOf = <Known extends string>(known: readonly Known[], value: unknown): value is Known =>
  known.some((one) => one === value);

function preferred<Known extends string>(key: string, known: readonly Known[], otherwise: Known): Store<Known> {
  const kept = readKept(key);
  const store = createStore(isOneOf(known, kept) ? kept : otherwise);
  store.subscribe(() => keep(key, store.get()));
  return store;
}

function browserLanguage(): Language {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find((tag) => isOneOf(LANGUAGES, tag)) === 'de' ? 'de' : 'en';
}

export const language = preferred('language', LANGUAGES, browserLanguage());
export const theme = preferred('theme', THEMES, 'system');

/** Keeps the document in step with what is chosen, from now on. */
export function applyPreferences(): void {
  const apply = () => {
    document.documentElement.lang = language.get();
    document.documentElement.dataset.theme = theme.get();
  };
  language.subscribe(apply);
  theme.subscribe(apply);
  apply();
}
