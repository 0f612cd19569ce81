// Texts in the chosen language, from catalogues whose keys and placeholders the compiler knows.
import { type Language, language } from './preferences.ts';
import { useStore } from './store.ts';

export type Catalogues<Key extends string> = Readonly<Record<Language, Readonly<Record<Key, string>>>>;
export type Values = Readonly<Record<string, string | number>>;
export type Say<Key extends string> = (key: Key, values?: Values) => string;

/** Both languages of a catalogue: what English has, German has to have. */
export const catalogues = <const English extends Readonly<Record<string, string>>>(
  en: English,
  de: Readonly<Record<keyof English & string, string>>,
): Catalogues<keyof English & string> => ({ en, de });

/** A hook that gives a component the texts of some catalogues. */
export function textsOf<Key extends string>(known: Catalogues<Key>): () => Say<Key> {
  return () => {
    const chosen = useStore(language);
    return (key, values = {}) => filled(known[chosen][key], values);
  };
}

function filled(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A moment as people write it. */
export function useMoments(): (iso: string) => string {
  const format = new Intl.DateTimeFormat(locale(useStore(language)), { dateStyle: 'medium', timeStyle: 'short' });
  return (iso) => {
    const moment = new Date(iso);
    return Number.isNaN(moment.getTime()) ? iso : format.format(moment);
  };
}

/** A size as people write it. */
export function useSizes(): (bytes: number) => string {
  const chosen = useStore(language);
  return (bytes) => {
    const [unit, factor] = bytes < 1_000_000 ? (['kilobyte', 1000] as const) : (['megabyte', 1_000_000] as const);
    const digits = bytes / factor < 10 ? 1 : 0;
    return new Intl.NumberFormat(locale(chosen), { style: 'unit', unit, maximumFractionDigits: digits }).format(
      bytes / factor,
    );
  };
}

/** As people write in this language where the browser is. */
function locale(chosen: Language): string {
  return navigator.languages.find((tag) => tag.startsWith(chosen)) ?? chosen;
}
