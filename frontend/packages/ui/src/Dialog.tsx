// A dialog that keeps the focus while it is open, and gives it back: the browser's own.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

import { useCommonTexts } from './common-texts.ts';
import { Icon } from './Icon.tsx';

interface Props {
  readonly title: ComponentChildren;
  /** Where it is absent, the dialog ends with what it asks for. */
  readonly onClose?: () => void;
  /** At the side, for what is read along with the page; in the middle, for what has to be decided. */
  readonly place: 'side' | 'middle';
  readonly children: ComponentChildren;
}

export function Dialog({ title, onClose, place, children }: Props) {
  const say = useCommonTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    shown?.showModal();
    return () => {
      shown?.close();
      // A dialog that is taken out of the page gives no focus back by itself.
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog dialog-${place}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClose={() => {
        // A browser may close it without asking; while it is wanted it stays.
        if (!dialog.current?.isConnected) return;
        if (onClose) onClose();
        else dialog.current.showModal();
      }}
      onClick={(event) => event.target === dialog.current && onClose?.()}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id={heading}>{title}</h2>
          {onClose && (
            <button type="button" class="button-bare" aria-label={say('close')} onClick={onClose}>
              <Icon name="close" />
            </button>
          )}
        </header>
        {children}
      </div>
    </dialog>
  );
}
