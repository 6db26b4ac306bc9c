import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";

type Action = { key: string; text: string; isDangerous?: boolean; onChoose: () => void };
type MenuProps = {
  label: string;
  /** The label with what the eye takes from the place, such as the name of the row. */
  hiddenLabel?: string;
  actions: Action[];
};

/** A button that opens a short list of things to do. The arrow keys walk through it; Escape, Tab and a click elsewhere close it. */
export function Menu({ label, hiddenLabel, actions }: MenuProps) {
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const items = () => Array.from(frame.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? []);
  const close = () => {
    setIsOpen(false);
    frame.current?.querySelector("button")?.focus();
  };
  useEffect(() => {
    if (!isOpen) return;
    frame.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const closeElsewhere = (event: PointerEvent) => {
      if (event.target instanceof Node && !frame.current?.contains(event.target)) setIsOpen(false);
    };
    document.addEventListener("pointerdown", closeElsewhere);
    return () => document.removeEventListener("pointerdown", closeElsewhere);
  }, [isOpen]);
  const walk = (event: KeyboardEvent) => {
    if (event.key === "Tab") setIsOpen(false);
    const all = items();
    const at = all.findIndex((item) => item === document.activeElement);
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const target = steps[event.key];
    if (event.key === "Escape") close();
    else if (target !== undefined) all.at(target % all.length)?.focus();
    else return;
    event.preventDefault();
  };
  return (
    <div className="menu" ref={frame}>
      <button
        type="button"
        className="button button-small"
        aria-label={hiddenLabel}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setIsOpen(!isOpen)}
      >
        {label}
        <span className="menu-arrow" aria-hidden="true" />
      </button>
      {isOpen && (
        <div role="menu" id={id} className="menu-list" aria-label={label} tabIndex={-1} onKeyDown={walk}>
          {actions.map(({ key, text, isDangerous = false, onChoose }) => (
            <button
              key={key}
              type="button"
              role="menuitem"
              tabIndex={-1}
              data-dangerous={isDangerous || undefined}
              onClick={() => {
                close();
                onChoose();
              }}
            >
              {text}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
