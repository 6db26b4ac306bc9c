import { useId, useRef, type KeyboardEvent, type ReactNode } from "react";

type Tab<Key extends string> = { key: Key; title: string; content: () => ReactNode };
type TabsProps<Key extends string> = { label: string; tabs: Tab<Key>[]; chosen: Key; onChoose: (key: Key) => void };

/** Views of one thing, one at a time. The arrow keys move between them, Tab goes on into the view. */
export function Tabs<Key extends string>({ label, tabs, chosen, onChoose }: TabsProps<Key>) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const target = nextTab(event.key, tabs.findIndex(({ key }) => key === chosen), tabs.length, isRightToLeft());
    const tab = target === null ? undefined : tabs[target];
    if (tab === undefined || target === null) return;
    event.preventDefault();
    onChoose(tab.key);
    list.current?.querySelectorAll<HTMLButtonElement>("[role=tab]")[target]?.focus();
  };
  return (
    <div className="tabs">
      <div className="tab-list" role="tablist" aria-label={label} tabIndex={-1} ref={list} onKeyDown={move}>
        {tabs.map(({ key, title }) => (
          <button
            key={key}
            type="button"
            role="tab"
            className="tab"
            id={`${id}-${key}`}
            aria-controls={`${id}-view`}
            aria-selected={key === chosen}
            tabIndex={key === chosen ? 0 : -1}
            onClick={() => onChoose(key)}
          >
            {title}
          </button>
        ))}
      </div>
      {/* A view may hold nothing that takes the focus, so it does itself. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="tab-view" role="tabpanel" id={`${id}-view`} aria-labelledby={`${id}-${chosen}`} tabIndex={0}>
        {tabs.find(({ key }) => key === chosen)?.content()}
      </div>
    </div>
  );
}

/** The index that a key leads to from `from`, going round at the ends; null for keys that mean nothing here. */
export function nextTab(key: string, from: number, count: number, isMirrored: boolean): number | null {
  const step = isMirrored ? -1 : 1;
  switch (key) {
    case "ArrowRight":
      return (from + step + count) % count;
    case "ArrowLeft":
      return (from - step + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

function isRightToLeft(): boolean {
  return document.documentElement.dir === "rtl";
}
