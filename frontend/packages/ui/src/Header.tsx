// The top of both pages: where one is, where else one can go, and how one wants it.
import type { ComponentChildren } from 'preact';

import { useCommonTexts } from './common-texts.ts';
import { Icon } from './Icon.tsx';
import { LANGUAGES, language, THEMES, theme } from './preferences.ts';
import { type Store, useStore } from './store.ts';

interface Props {
  readonly page: 'chat' | 'documents';
  /** What this page alone offers there. */
  readonly children?: ComponentChildren;
}

export function Header({ page, children }: Props) {
  const say = useCommonTexts();
  return (
    <header class="top">
      <a class="skip" href="#content">
        {say('skip')}
      </a>
      {children}
      <nav class="top-pages" aria-label={say('pages')}>
        <a href="/chat/" aria-current={page === 'chat' ? 'page' : undefined}>
          {say('chat')}
        </a>
        <a href="/admin/" aria-current={page === 'documents' ? 'page' : undefined}>
          {say('documents')}
        </a>
      </nav>
      <details class="settings">
        <summary class="button-bare" aria-label={say('settings')}>
          <Icon name="settings" />
        </summary>
        <div class="settings-panel">
          <Choice store={language} known={LANGUAGES} name="language" />
          <Choice store={theme} known={THEMES} name="theme" />
        </div>
      </details>
    </header>
  );
}

interface ChoiceProps<Name extends string, Known extends string> {
  readonly store: Store<Known>;
  readonly known: readonly Known[];
  readonly name: Name;
}

function Choice<Name extends 'language' | 'theme', Known extends string>({
  store,
  known,
  name,
}: ChoiceProps<Name, Known>) {
  const say = useCommonTexts();
  const chosen = useStore(store);
  return (
    <fieldset class="choice">
      <legend>{say(name)}</legend>
      {known.map((one) => (
        <label key={one}>
          <input type="radio" name={name} value={one} checked={one === chosen} onChange={() => store.set(one)} />
          <span>{say(`${name}_${one}` as Parameters<typeof say>[0])}</span>
        </label>
      ))}
    </fieldset>
  );
}
